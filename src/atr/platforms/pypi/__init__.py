# SPDX-License-Identifier: Apache-2.0
"""PyPI, TestPyPI, and indexes that take uploads as they do (distribution.md, section 3)."""

from atr.platforms.pypi.registry import connect

__all__ = ["connect"]
