# SPDX-License-Identifier: Apache-2.0
"""Doors that are no web: mail that comes in."""
