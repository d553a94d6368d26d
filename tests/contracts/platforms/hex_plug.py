# SPDX-License-Identifier: Apache-2.0
"""Hex, against a simulator."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from atr.domain.platform import PlatformKey
from atr.platforms import hexpm
from atr.platforms._http import Limits
from atr.ports.platforms import Consignment, Operation, Registry, Site
from tests.contracts.platforms.plug import Plug, find_release, find_revision, pack
from tests.simulators.hexpm import KEY, HexSimulator
from tests.simulators.lying import Reply
from tests.support.packages import make_hex_package


class HexPlug(Plug):
    """Published at once, reverted within the hour."""

    platform = PlatformKey.HEX
    first = Operation.PUBLISH
    promotes = False
    downloads = r"/tarballs/"
    secret = MappingProxyType({"token": KEY})

    @contextmanager
    def serve(self, folder: Path) -> Iterator[str]:  # noqa: ARG002 -- a simulator keeps all in memory
        with HexSimulator().serve() as simulator:
            yield simulator.url

    def connect(self, site: Site, limits: Limits) -> AbstractContextManager[Registry]:
        return hexpm.connect(site, limits)

    def misclaim(self, reply: Reply) -> Reply:
        return replace(reply, body=re.sub(rb'"checksum": "[0-9a-f]{4}', b'"checksum": "0000', reply.body))

    def consign(self, package: str, version: str, seed: bytes = b"") -> Consignment:
        name = package.replace("-", "_")
        parcel = pack(f"{name}-{version}.tar", make_hex_package(name, version, seed))
        return Consignment(
            find_release(version), find_revision(parcel), None, name, version, (parcel,), "", ()
        )
