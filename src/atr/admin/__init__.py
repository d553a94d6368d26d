# SPDX-License-Identifier: Apache-2.0
"""The operator's commands: the server's part of the program `atr`."""

from atr.admin.group import admin

__all__ = ["admin"]
