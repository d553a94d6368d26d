# SPDX-License-Identifier: Apache-2.0
"""PyPI against its simulator, and the same adapter against pypiserver."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from atr.domain.platform import PlatformKey
from atr.platforms._http import Limits
from atr.platforms.pypi import connect
from atr.ports.platforms import Consignment, Operation, Registry, Site
from tests.contracts.platforms.plug import Plug, find_release, find_revision, pack
from tests.simulators.lying import Reply
from tests.simulators.pypi import simulate_pypi
from tests.support.python_packages import (
    TOKEN,
    name_sdist,
    name_wheel,
    pack_sdist,
    pack_wheel,
    run_pypiserver,
)


class PypiPlug(Plug):
    """PyPI with its JSON interface, and uploads at `/legacy/`."""

    platform = PlatformKey.PYPI
    first = Operation.PUBLISH
    promotes = False
    takes_back = False
    finds_holder = False
    secret = {"token": TOKEN}  # noqa: RUF012
    downloads = r"/(files|packages)/"

    @contextmanager
    def serve(self, folder: Path) -> Iterator[str]:  # noqa: ARG002 -- it keeps no files
        with simulate_pypi(TOKEN) as index:
            yield index.url

    def connect(self, site: Site, limits: Limits) -> AbstractContextManager[Registry]:
        return connect(replace(site, url=f"{site.url}/legacy/"), limits)

    def misclaim(self, reply: Reply) -> Reply:
        body = re.sub(rb'(sha256(?:=|": "))[0-9a-f]{4}', rb"\g<1>0000", reply.body)
        return replace(reply, body=body) if b"sha256" in body else reply

    def consign(self, package: str, version: str, seed: bytes = b"") -> Consignment:
        parcels = (
            pack(f"python/{name_wheel(package, version)}", pack_wheel(package, version, seed)),
            pack(f"python/{name_sdist(package, version)}", pack_sdist(package, version, seed)),
        )
        release, revision = find_release(version), find_revision(*parcels)
        return Consignment(release, revision, None, package, version, parcels, "", ())


class PypiserverPlug(PypiPlug):
    """A real index, without a JSON interface, with uploads at its root."""

    @contextmanager
    def serve(self, folder: Path) -> Iterator[str]:
        with run_pypiserver(folder) as url:
            yield url

    def connect(self, site: Site, limits: Limits) -> AbstractContextManager[Registry]:
        return connect(site, limits)
