# SPDX-License-Identifier: Apache-2.0
"""npm, and everything that speaks as its registry does (distribution.md, section 3)."""

from atr.platforms.npm.registry import connect, connect_scoped

__all__ = ["connect", "connect_scoped"]
