# SPDX-License-Identifier: Apache-2.0
"""Vocabulary and rules, free of clock and input or output."""
