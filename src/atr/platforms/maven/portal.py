# SPDX-License-Identifier: Apache-2.0
"""The Central Portal: one of the two ways to Maven Central."""

from collections.abc import Iterator
from contextlib import contextmanager

from atr.domain.distribution import PlatformHandle
from atr.platforms._http import LIMITS, Limits, RegistryClient
from atr.platforms.maven.deployments import API, Deployments, locate_download
from atr.platforms.maven.portal_steps import ALREADY, UPLOAD, PortalSteps
from atr.platforms.maven.repository import MavenRepository, find_public_url, find_web_url
from atr.platforms.maven.shipment import pack
from atr.platforms.maven.signed_in import open_client
from atr.ports.platforms import (
    Addresses,
    Comparison,
    Consignment,
    Operation,
    Registry,
    Results,
    Side,
    Site,
    Step,
)


@contextmanager
def connect_portal(site: Site, limits: Limits = LIMITS) -> Iterator[Registry]:
    """Open a Central Portal; the site's address is that of its home, with or without /api/v1/publisher."""
    home = site.url.rstrip("/").removesuffix(API)
    with open_client(site, home, "Bearer", limits) as client:
        yield PortalRegistry(client, home, promotes=site.promotes)


class PortalRegistry:
    """Maven Central by way of its portal."""

    def __init__(self, client: RegistryClient, home: str, *, promotes: bool) -> None:
        self._client = client
        self._home = home
        self._deployments = Deployments(client)
        self._public = MavenRepository(client, find_public_url(home, f"{home}/maven2"), anonymous=True)
        self._steps = PortalSteps(self._deployments, self._public, home, promotes=promotes)

    def check_access(self) -> str:
        """Return what the user token may do; raise BadCredentials."""
        self._deployments.check_access()
        return "may see and make deployments"

    def list_steps(self, operation: Operation, consignment: Consignment) -> tuple[Step, ...]:
        """Return the steps in order; raise Invalid for files that do not fit their coordinates."""
        shipment = pack(consignment)
        match operation:
            case Operation.STAGE:
                return self._steps.list_staging(shipment)
            case Operation.PROMOTE:
                return self._steps.list_publishing(shipment)
            case Operation.TAKE_BACK:
                return self._steps.list_dropping(shipment)
            case Operation.PUBLISH:
                return (*self._steps.list_staging(shipment), *self._steps.list_publishing(shipment))

    def compare(self, side: Side, consignment: Consignment, results: Results) -> tuple[Comparison, ...]:
        """Fetch every voted file, from the deployment or from where everybody gets it."""
        shipment = pack(consignment)
        deployment = ALREADY if side is Side.PUBLIC else self._steps.find_deployment(shipment, results)
        if deployment == ALREADY:
            return self._public.compare_all(shipment)
        path = locate_download(deployment or "none")
        return MavenRepository(self._client, f"{self._home}{path}").compare_all(shipment)

    def find_holder(self, consignment: Consignment) -> str | None:
        """Return the newest version that the public metadata names."""
        return self._public.find_latest(pack(consignment).coordinates)

    def name_handle(self, consignment: Consignment, results: Results) -> PlatformHandle | None:  # noqa: ARG002
        """Return the deployment."""
        deployment = results.get(UPLOAD, ALREADY)
        return None if deployment == ALREADY else PlatformHandle("deployment", deployment)

    def find_addresses(self, side: Side, consignment: Consignment) -> Addresses:
        """Return the list of deployments, or the folder and page of the version."""
        coordinates = pack(consignment).coordinates
        if side is Side.STAGING:
            return Addresses(f"{self._home}{API}/deployments/files", f"{self._home}/publishing/deployments")
        folder = self._public.locate(coordinates.folder)
        return Addresses(f"{folder}/", find_web_url(self._public.url, coordinates))
