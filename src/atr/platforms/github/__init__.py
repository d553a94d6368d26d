# SPDX-License-Identifier: Apache-2.0
"""Releases on GitHub, or on a GitHub Enterprise Server."""

from atr.platforms.github.registry import connect

__all__ = ["connect"]
