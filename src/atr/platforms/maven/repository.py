# SPDX-License-Identifier: Apache-2.0
"""A place in Maven's layout to look into: a staging repository, a released one, or the public one."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from atr.domain.artifact import Digest
from atr.domain.errors import NotFound
from atr.formats.maven_layout import Coordinates, name_folder
from atr.formats.pom import read_released_version
from atr.platforms._http import RegistryClient
from atr.platforms.maven.shipment import Piece, Shipment
from atr.ports.platforms import Comparison, OtherBytes, RegistryDown

CENTRAL = "https://repo1.maven.org/maven2"
CENTRAL_HOST = "repo1.maven.org"
_COMPONENT_PAGE = "https://central.sonatype.com/artifact"
# What is released at these hosts becomes public at Maven Central; elsewhere the host itself is public.
_BRINGS_TO_CENTRAL: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("repository.apache.org", "oss.sonatype.org", "s01.oss.sonatype.org"), CENTRAL)
    | {"central.sonatype.com": CENTRAL}
)


class Coverage(StrEnum):
    """How much of a shipment a repository hands out, all of it the voted bytes."""

    NOTHING = "nothing"
    PART = "part"
    ALL = "all"


class MavenRepository:
    """Reads one repository; `anonymous` as everybody does, without the channel's credentials."""

    def __init__(self, client: RegistryClient, url: str, *, anonymous: bool = False) -> None:
        self.url = url.rstrip("/")
        self._client = client
        self._anonymous = anonymous

    def find_digest(self, target: str) -> Digest | None:
        """Return the sha512 of what is handed out at the place, None if nothing is."""
        try:
            return self._client.digest(self.locate(target), anonymous=self._anonymous).sha512
        except NotFound:
            return None

    def locate(self, target: str) -> str:
        """Return the address of a place."""
        return f"{self.url}/{quote(target)}"

    def compare(self, piece: Piece) -> tuple[Comparison, ...]:
        """Fetch the file and its signature, and compare."""
        return tuple(
            Comparison(
                parcel.path, target, parcel.content.sha512, self.find_digest(target), self.locate(target)
            )
            for target, parcel in piece.voted
        )

    def compare_all(self, shipment: Shipment) -> tuple[Comparison, ...]:
        """Fetch every voted file of the shipment, and compare."""
        return tuple(found for piece in shipment.pieces for found in self.compare(piece))

    def measure(self, shipment: Shipment) -> Coverage:
        """Return how much of the shipment is there; raise OtherBytes if anything is there in other bytes.

        Where the main project file is missing, the rest is not fetched.
        """
        if self.find_digest(shipment.main_pom) is None:
            return Coverage.NOTHING
        found = self.compare_all(shipment)
        if others := [each for each in found if each.seen is not None and not each.matches]:
            refuse_others(others)
        return Coverage.ALL if all(each.matches for each in found) else Coverage.PART

    def find_latest(self, coordinates: Coordinates) -> str | None:
        """Return the newest released version of the main artifact, None if there is none."""
        folder = name_folder(coordinates.group_id, coordinates.artifact_id)
        address = self.locate(f"{folder}/maven-metadata.xml")
        answer = self._client.send("GET", address, expect={200, 404}, anonymous=self._anonymous)
        if answer.status == 404:
            return None
        try:
            return read_released_version(answer.body)
        except ValueError as error:
            raise RegistryDown(f"{address} does not hold Maven's metadata: {error}.") from None


def refuse_others(others: list[Comparison]) -> None:
    """Raise OtherBytes naming the places."""
    raise OtherBytes(*(f"{each.address} holds other bytes than {each.path}." for each in others))


def find_public_url(site_url: str, own: str) -> str:
    """Return where everybody gets what is released at a site; `own` unless it goes to Maven Central."""
    return _BRINGS_TO_CENTRAL.get(urlsplit(site_url).hostname or "", own)


def find_web_url(public_url: str, coordinates: Coordinates) -> str:
    """Return the page that people see of a release."""
    if public_url == CENTRAL:
        return (
            f"{_COMPONENT_PAGE}/{coordinates.group_id}/{coordinates.artifact_id}/{quote(coordinates.version)}"
        )
    return f"{public_url}/{quote(coordinates.folder)}/"
