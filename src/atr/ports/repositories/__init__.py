# SPDX-License-Identifier: Apache-2.0
"""One Protocol a subject: how services read and write rows inside a unit of work."""
