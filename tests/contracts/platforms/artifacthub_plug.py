# SPDX-License-Identifier: Apache-2.0
"""Artifact Hub, against a simulator that reads the repository of charts when time passes."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from atr.domain.platform import PlatformKey
from atr.platforms import artifacthub
from atr.platforms._http import Limits
from atr.ports.platforms import Consignment, Operation, Registry, Site
from tests.contracts.platforms.plug import Plug, find_release, find_revision, pack
from tests.simulators.artifacthub import HubSimulator
from tests.simulators.lying import Reply
from tests.support.packages import make_chart

_REPOSITORY = "demo-charts"


class ArtifactHubPlug(Plug):
    """Nothing is pushed: the chart is published elsewhere, and appears."""

    platform = PlatformKey.ARTIFACT_HUB
    first = Operation.PUBLISH
    promotes = False
    takes_back = False
    checks_secret = False
    sends = False
    downloads = r"^/charts/"
    secret = MappingProxyType[str, str]({})

    def __init__(self) -> None:
        self._simulator = HubSimulator()

    @contextmanager
    def serve(self, folder: Path) -> Iterator[str]:  # noqa: ARG002 -- a simulator keeps all in memory
        with self._simulator.serve():
            yield self._simulator.url

    def connect(self, site: Site, limits: Limits) -> AbstractContextManager[Registry]:
        return artifacthub.connect(site, limits)

    def misclaim(self, reply: Reply) -> Reply:
        return replace(reply, body=re.sub(rb'"digest": "[0-9a-f]{4}', b'"digest": "0000', reply.body))

    def consign(self, package: str, version: str, seed: bytes = b"") -> Consignment:
        parcel = pack(f"{package}-{version}.tgz", make_chart(package, version, seed))
        return Consignment(
            find_release(version), find_revision(parcel), _REPOSITORY, package, version, (parcel,), "", ()
        )

    def prepare(self, url: str, consignment: Consignment) -> None:  # noqa: ARG002 -- there is one simulator
        (parcel,) = consignment.parcels
        self._simulator.add_chart(_REPOSITORY, b"".join(parcel.read()))

    def let_time_pass(self, url: str) -> None:  # noqa: ARG002 -- there is one simulator
        self._simulator.crawl()
