# SPDX-License-Identifier: Apache-2.0
"""Maven Central by both of its ways in, against simulators."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import MappingProxyType

from atr.domain.platform import PlatformKey
from atr.platforms._http import Limits
from atr.platforms.maven import connect_nexus, connect_portal
from atr.ports.platforms import Consignment, Operation, Registry, Site
from tests.contracts.platforms.plug import Plug, find_release, find_revision, pack
from tests.simulators import central_portal, nexus
from tests.support.maven_files import GROUP, make_pom


class NexusPlug(Plug):
    """A staging repository, closed and released."""

    platform = PlatformKey.MAVEN_CENTRAL
    first = Operation.STAGE
    takes_back = False
    downloads = r"/content/.*\.jar$|/maven2/.*\.jar$|/download/.*\.jar$"
    secret = MappingProxyType(dict(zip(("username", "password"), nexus.LOGIN, strict=True)))
    wrong_secret = MappingProxyType({"username": nexus.LOGIN[0], "password": "wrong-0123456789"})

    @contextmanager
    def serve(self, folder: Path) -> Iterator[str]:  # noqa: ARG002 -- a simulator keeps all in memory
        with nexus.NexusSimulator().serve() as simulator:
            yield simulator.url

    def connect(self, site: Site, limits: Limits) -> AbstractContextManager[Registry]:
        return connect_nexus(site, limits)

    def consign(self, package: str, version: str, seed: bytes = b"") -> Consignment:
        files = {
            f"{package}-{version}.pom": make_pom(package, version),
            f"{package}-{version}.jar": b"PK" + seed,
        }
        signatures = {f"{path}.asc": b"signature of " + data[:99] for path, data in files.items()}
        parcels = tuple(pack(path, data) for path, data in {**files, **signatures}.items())
        return Consignment(
            find_release(version), find_revision(*parcels), GROUP, package, version, parcels, "", ()
        )


class PortalPlug(NexusPlug):
    """A deployment, validated and published; its calls that only read are POST, too."""

    platform = PlatformKey.CENTRAL_PORTAL
    effect_path = r"/upload\?|/deployment/"
    secret = MappingProxyType(dict(zip(("username", "password"), central_portal.LOGIN, strict=True)))
    wrong_secret = MappingProxyType({"username": central_portal.LOGIN[0], "password": "wrong-0123456789"})

    @contextmanager
    def serve(self, folder: Path) -> Iterator[str]:  # noqa: ARG002 -- a simulator keeps all in memory
        with central_portal.PortalSimulator().serve() as simulator:
            yield simulator.url

    def connect(self, site: Site, limits: Limits) -> AbstractContextManager[Registry]:
        return connect_portal(site, limits)
