# SPDX-License-Identifier: Apache-2.0
"""npm and npm (scoped), against Verdaccio."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from atr.domain.platform import PlatformKey
from atr.platforms._http import Limits
from atr.platforms.npm import connect, connect_scoped
from atr.ports.platforms import Consignment, Operation, Registry, Site
from tests.contracts.platforms.plug import Plug, find_release, find_revision, pack
from tests.simulators.lying import Reply
from tests.support.npm import pack_npm, run_verdaccio


class NpmPlug(Plug):
    """Packages without a scope."""

    platform = PlatformKey.NPM
    first = Operation.STAGE
    downloads = r"\.tgz$"
    scope: str | None = None

    @contextmanager
    def serve(self, folder: Path) -> Iterator[str]:
        with run_verdaccio(folder) as server:
            self.secret = {"token": server.token}
            yield server.url

    def connect(self, site: Site, limits: Limits) -> AbstractContextManager[Registry]:
        return connect(site, limits)

    def misclaim(self, reply: Reply) -> Reply:
        body = re.sub(rb'"sha512-[^"]{4}', b'"sha512-AAAA', reply.body)
        return replace(reply, body=body) if b'"_id"' in body else reply

    def consign(self, package: str, version: str, seed: bytes = b"") -> Consignment:
        name = f"@{self.scope}/{package}" if self.scope else package
        parcel = pack(f"{package}-{version}.tgz", pack_npm(name, version, seed))
        return Consignment(
            find_release(version),
            find_revision(parcel),
            self.scope,
            package,
            version,
            (parcel,),
            "staging",
            ("latest",),
        )


class ScopedNpmPlug(NpmPlug):
    """Packages within a scope."""

    platform = PlatformKey.NPM_SCOPED
    scope = "demo"

    def connect(self, site: Site, limits: Limits) -> AbstractContextManager[Registry]:
        return connect_scoped(site, limits)
