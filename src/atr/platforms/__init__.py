# SPDX-License-Identifier: Apache-2.0
"""Speaking HTTP with the outside: registries, and ATR itself as a downloader sees it.

An adapter is a module with a `connect(site, limits=LIMITS)` that is a context manager of its Registry, and a
row here. It is imported when a channel of its platform is first opened, so that no start waits for it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from atr.domain.platform import PlatformKey
from atr.platforms.registries import PublicRegistries

REGISTRIES: Mapping[PlatformKey, str] = MappingProxyType(
    {
        PlatformKey.NPM: "atr.platforms.npm:connect",
        PlatformKey.NPM_SCOPED: "atr.platforms.npm:connect_scoped",
        PlatformKey.DOCKER_HUB: "atr.platforms.oci:connect",
        PlatformKey.GITHUB: "atr.platforms.github:connect",
        PlatformKey.MAVEN_CENTRAL: "atr.platforms.maven:connect_nexus",
        PlatformKey.CENTRAL_PORTAL: "atr.platforms.maven:connect_portal",
        PlatformKey.PYPI: "atr.platforms.pypi:connect",
        PlatformKey.HEX: "atr.platforms.hexpm:connect",
        PlatformKey.ARTIFACT_HUB: "atr.platforms.artifacthub:connect",
    }
)

__all__ = ["REGISTRIES", "PublicRegistries"]
