# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG002 -- the plug decides what its methods are called with
"""GitHub Releases, against the simulator."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from atr.domain.platform import PlatformKey
from atr.platforms._http import Limits
from atr.platforms.github import connect
from atr.ports.platforms import Consignment, Operation, Registry, Site
from tests.contracts.platforms.plug import Plug, find_release, find_revision, pack
from tests.simulators.github import TOKEN, GithubSimulator, serve_github
from tests.simulators.lying import Reply


class GithubPlug(Plug):
    """Prereleases that become releases."""

    platform = PlatformKey.GITHUB
    first = Operation.STAGE
    secret = MappingProxyType({"token": TOKEN})
    downloads = r"/_assets/"
    simulator: GithubSimulator

    @contextmanager
    def serve(self, folder: Path) -> Iterator[str]:
        with serve_github() as self.simulator:
            yield self.simulator.url

    def connect(self, site: Site, limits: Limits) -> AbstractContextManager[Registry]:
        return connect(site, limits)

    def misclaim(self, reply: Reply) -> Reply:
        body = re.sub(rb'"sha256:[0-9a-f]{4}', b'"sha256:0000', reply.body)
        return replace(reply, body=body) if b'"browser_download_url"' in body else reply

    def consign(self, package: str, version: str, seed: bytes = b"") -> Consignment:
        parcels = (
            pack(f"{package}-{version}.tar.gz", b"an archive" * 3000 + seed),
            pack(f"{package}-{version}.tar.gz.asc", b"a signature"),
        )
        tag = f"v{version}"
        revision = find_revision(*parcels)
        return Consignment(
            find_release(version), revision, "apache", package, version, parcels, tag, (tag,), "What is new."
        )

    def prepare(self, url: str, consignment: Consignment) -> None:
        self.simulator.repository(f"apache/{consignment.package}", *consignment.final_names)
