# SPDX-License-Identifier: Apache-2.0
"""Speaking HTTP with the outside: registries, and ATR itself as a downloader sees it.

An adapter is a module with a `connect(site, limits=LIMITS)` that is a context manager of its Registry, and a
row here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from atr.domain.platform import PlatformKey
from atr.platforms import artifacthub, github, hexpm, maven, npm, oci, pypi
from atr.platforms.registries import Connect, PublicRegistries

REGISTRIES: Mapping[PlatformKey, Connect] = MappingProxyType(
    {
        PlatformKey.NPM: npm.connect,
        PlatformKey.NPM_SCOPED: npm.connect_scoped,
        PlatformKey.DOCKER_HUB: oci.connect,
        PlatformKey.GITHUB: github.connect,
        PlatformKey.MAVEN_CENTRAL: maven.connect_nexus,
        PlatformKey.CENTRAL_PORTAL: maven.connect_portal,
        PlatformKey.PYPI: pypi.connect,
        PlatformKey.HEX: hexpm.connect,
        PlatformKey.ARTIFACT_HUB: artifacthub.connect,
    }
)

__all__ = ["REGISTRIES", "PublicRegistries"]
