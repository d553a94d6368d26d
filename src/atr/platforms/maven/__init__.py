# SPDX-License-Identifier: Apache-2.0
"""Maven Central by both of its ways in, and repositories that work like them."""

from atr.platforms.maven.nexus import connect_nexus
from atr.platforms.maven.portal import connect_portal

__all__ = ["connect_nexus", "connect_portal"]
