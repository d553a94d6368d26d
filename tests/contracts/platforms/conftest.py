# SPDX-License-Identifier: Apache-2.0
"""Every adapter in turn, each with a server that starts once."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import uuid4

import pytest

from atr.platforms._http import Limits
from atr.ports.platforms import Consignment, Operation, Registry, Results, Site
from tests.contracts.platforms.artifacthub_plug import ArtifactHubPlug
from tests.contracts.platforms.github_plug import GithubPlug
from tests.contracts.platforms.hex_plug import HexPlug
from tests.contracts.platforms.maven_plugs import NexusPlug, PortalPlug
from tests.contracts.platforms.npm_plugs import NpmPlug, ScopedNpmPlug
from tests.contracts.platforms.oci_plug import OciPlug
from tests.contracts.platforms.plug import QUICK, Plug, carry_out
from tests.contracts.platforms.pypi_plugs import PypiPlug, PypiserverPlug
from tests.simulators.lying import LyingProxy, lie_before

PLUGS: tuple[type[Plug], ...] = (
    NpmPlug,
    ScopedNpmPlug,
    OciPlug,
    GithubPlug,
    NexusPlug,
    PortalPlug,
    HexPlug,
    ArtifactHubPlug,
    PypiPlug,
    PypiserverPlug,
)


@dataclass(slots=True)
class Bench:
    """A plug whose server runs, behind a proxy that is honest until told otherwise."""

    plug: Plug
    upstream: str
    proxy: LyingProxy

    def connect(self, *, is_known: bool = True, limits: Limits = QUICK) -> AbstractContextManager[Registry]:
        """Open the adapter by way of the proxy."""
        secret = self.plug.secret if is_known else self.plug.wrong_secret
        return self.plug.connect(Site(self.proxy.url, secret, local=True), limits)

    def consign(self, package: str, version: str = "1.0.0", seed: bytes = b"") -> Consignment:
        """Return a consignment for which the server is prepared."""
        consignment = self.plug.consign(package, version, seed)
        self.plug.prepare(self.upstream, consignment)
        return consignment

    def carry_out(
        self, registry: Registry, operation: Operation, consignment: Consignment, known: Results | None = None
    ) -> dict[str, str]:
        """Take every step of an operation, and return all results."""
        return carry_out(self.plug, self.upstream, registry, operation, consignment, known or {})

    def bring(self, consignment: Consignment) -> dict[str, str]:
        """Bring a version to where everybody gets it."""
        with self.connect() as registry:
            results = self.carry_out(registry, self.plug.first, consignment)
            if self.plug.promotes:
                results = self.carry_out(registry, Operation.PROMOTE, consignment, results)
        return results


# All tests of a plug run in one process, so that each server starts once.
@pytest.fixture(
    scope="session",
    params=[
        pytest.param(plug, marks=pytest.mark.xdist_group(plug.__name__), id=plug.__name__) for plug in PLUGS
    ],
)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Plug, str]]:
    plug: Plug = request.param()
    with plug.serve(tmp_path_factory.mktemp(plug.platform.value)) as url:
        yield plug, url


@pytest.fixture
def bench(served: tuple[Plug, str]) -> Iterator[Bench]:
    plug, url = served
    with lie_before(url) as proxy:
        yield Bench(plug, url, proxy)


@pytest.fixture
def package() -> str:
    """Return a name that no other test uses."""
    return f"demo-{uuid4().hex[:12]}"
