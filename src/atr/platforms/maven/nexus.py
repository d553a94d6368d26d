# SPDX-License-Identifier: Apache-2.0
"""Nexus 2 with staging: one of the two ways to Maven Central, and many a company's own repository."""

from collections.abc import Iterator
from contextlib import contextmanager

from atr.domain.distribution import PlatformHandle
from atr.platforms._http import LIMITS, Limits, RegistryClient
from atr.platforms.maven.nexus_steps import ALREADY, START, NexusPlaces, NexusSteps
from atr.platforms.maven.repository import MavenRepository, find_public_url, find_web_url
from atr.platforms.maven.shipment import pack
from atr.platforms.maven.signed_in import open_client
from atr.platforms.maven.staging import SERVICE, Staging
from atr.ports.platforms import (
    Addresses,
    BadCredentials,
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
def connect_nexus(site: Site, limits: Limits = LIMITS) -> Iterator[Registry]:
    """Open a Nexus 2 with staging; the site's address is that of its home, with or without /service/local."""
    home = site.url.rstrip("/").removesuffix("/staging").removesuffix(SERVICE)
    with open_client(site, home, "Basic", limits) as client:
        yield NexusRegistry(client, home, promotes=site.promotes)


class NexusRegistry:
    """Maven Central by way of a Nexus 2 with staging."""

    def __init__(self, client: RegistryClient, home: str, *, promotes: bool) -> None:
        self._home = home
        self._staging = Staging(client)
        public = find_public_url(home, f"{home}/content/groups/public")
        self._places = NexusPlaces(
            client,
            home,
            # Where Nexus itself puts what is released, at once; the public place may follow hours later.
            MavenRepository(client, f"{home}/content/repositories/releases"),
            MavenRepository(client, public, anonymous=True),
        )
        self._steps = NexusSteps(self._staging, self._places, promotes=promotes)

    def check_access(self) -> str:
        """Return whose account it is; raise BadCredentials."""
        account = self._staging.find_account()
        if account is None:
            raise BadCredentials(f"{self._home} does not know the channel's credentials.")
        return account

    def list_steps(self, operation: Operation, consignment: Consignment) -> tuple[Step, ...]:
        """Return the steps in order; raise Invalid for files that do not fit their coordinates."""
        shipment = pack(consignment)
        match operation:
            case Operation.STAGE:
                return self._steps.list_staging(shipment)
            case Operation.PROMOTE:
                return self._steps.list_releasing(shipment)
            case Operation.TAKE_BACK:
                return self._steps.list_dropping(shipment)
            case Operation.PUBLISH:
                return (*self._steps.list_staging(shipment), *self._steps.list_releasing(shipment))

    def compare(self, side: Side, consignment: Consignment, results: Results) -> tuple[Comparison, ...]:
        """Fetch every voted file, from the staging repository or from where everybody gets it."""
        shipment = pack(consignment)
        if side is Side.PUBLIC:
            return self._places.public.compare_all(shipment)
        repository = self._steps.find_repository(shipment, results)
        if repository == ALREADY:
            return self._places.released.compare_all(shipment)
        return self._places.open(repository or "none").compare_all(shipment)

    def find_holder(self, consignment: Consignment) -> str | None:
        """Return the newest version that the public metadata names."""
        return self._places.public.find_latest(pack(consignment).coordinates)

    def name_handle(self, consignment: Consignment, results: Results) -> PlatformHandle | None:  # noqa: ARG002
        """Return the staging repository."""
        repository = results.get(START, ALREADY)
        return None if repository == ALREADY else PlatformHandle("staging repository", repository)

    def find_addresses(self, side: Side, consignment: Consignment) -> Addresses:
        """Return the staging area, or the folder and page of the version."""
        coordinates = pack(consignment).coordinates
        if side is Side.STAGING:
            evaluation = self._home + self._staging.name_evaluation(coordinates)
            return Addresses(evaluation, f"{self._home}/#stagingRepositories")
        public = self._places.public
        return Addresses(public.locate(coordinates.folder) + "/", find_web_url(public.url, coordinates))
