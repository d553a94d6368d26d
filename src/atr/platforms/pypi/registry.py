# SPDX-License-Identifier: Apache-2.0
"""PyPI as a Registry: files are uploaded once, never replaced, and taken back by a person.

TestPyPI is another world, with other accounts; nothing is promoted from there.
"""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

from httpx2 import Headers
from packaging.utils import canonicalize_name

from atr.domain.distribution import PlatformHandle
from atr.domain.errors import DomainError, NotFound, Refused
from atr.platforms._http import LIMITS, Answer, Limits, RegistryClient
from atr.platforms.pypi.form import build_form
from atr.platforms.pypi.index import Index, Listed
from atr.platforms.pypi.metadata import Distribution, check_coordinates, read_distribution
from atr.platforms.pypi.places import Places, find_places
from atr.ports.platforms import (
    Addresses,
    BadCredentials,
    Comparison,
    Consignment,
    NeedsPerson,
    NotYet,
    Operation,
    OtherBytes,
    Parcel,
    Registry,
    RegistryDown,
    Results,
    Side,
    Site,
    Step,
)

_USER = "__token__"
_TAKEN = frozenset({400, 409})


@contextmanager
def connect(site: Site, limits: Limits = LIMITS) -> Iterator[Registry]:
    """Open an index by the address of its uploads, as twine is given it."""
    places = find_places(site.url)
    token = site.secret.get("token", "")

    def authorize(headers: Headers) -> None:
        if token:
            headers["authorization"] = f"Basic {b64encode(f'{_USER}:{token}'.encode()).decode()}"

    upload_site = Site(places.upload, site.secret, site.local)
    with RegistryClient(upload_site, more_hosts=places.hosts, authorize=authorize, limits=limits) as client:
        yield PythonIndex(client, places, has_token=bool(token))


class PythonIndex:
    """One index and the place where it takes uploads."""

    def __init__(self, client: RegistryClient, places: Places, *, has_token: bool) -> None:
        self._client = client
        self._places = places
        self._has_token = has_token

    def check_access(self) -> str:
        """Send an upload without a file, which nobody takes: how it is refused tells of the token."""
        if not self._has_token:
            raise BadCredentials("The channel has no token for the index.")
        form = b"%3Aaction=file_upload&protocol_version=1"
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = self._client.send(
            "POST", self._places.upload, content=form, headers=headers, expect={400, 401, 403, 422}
        )
        if answer.status in {401, 403}:
            raise BadCredentials(f"The index does not take the token: {answer.saying}")
        return "may upload"

    def list_steps(self, operation: Operation, consignment: Consignment) -> tuple[Step, ...]:
        """Return one step a file; raise Refused for staging and promotion, which no index of Python has."""
        check_coordinates(consignment)
        if operation is Operation.TAKE_BACK:
            return (self._yank(consignment),)
        if operation is not Operation.PUBLISH:
            raise Refused(
                "An index of Python has neither staging nor promotion: bytes that are there are public, and "
                "another index, such as TestPyPI, takes uploads of its own."
            )
        files = [read_distribution(parcel, consignment) for parcel in consignment.parcels]
        files.sort(key=lambda each: (each.kind != "bdist_wheel", each.file_name))
        return tuple(self._upload(each, consignment) for each in files)

    def compare(
        self,
        side: Side,  # noqa: ARG002
        consignment: Consignment,
        results: Results,  # noqa: ARG002
    ) -> tuple[Comparison, ...]:
        """Compare what both interfaces claim of each file, and what the address there hands out."""
        index = self._open_index(consignment)
        listed, simple = index.read_json(), index.read_simple()
        rows = []
        for parcel in consignment.parcels:
            name, found = parcel.path.name, simple.get(parcel.path.name)
            rows.append(_compare_claim(parcel, "simple index", found, index.simple_url))
            if listed is not None:
                rows.append(_compare_claim(parcel, "JSON interface", listed.get(name), index.json_url))
            rows.append(self._compare_bytes(parcel, found, index.simple_url))
        return tuple(rows)

    def find_holder(self, consignment: Consignment) -> str | None:  # noqa: ARG002
        """Return None: there is no name that all follow, and each installer picks among the versions."""
        return None

    def name_handle(self, consignment: Consignment, results: Results) -> PlatformHandle | None:
        """Return the version as requirements name it, once every file is there."""
        if not all(_name_upload(parcel.path.name) in results for parcel in consignment.parcels):
            return None
        return PlatformHandle("requirement", f"{consignment.package}=={consignment.version}")

    def find_addresses(self, side: Side, consignment: Consignment) -> Addresses:  # noqa: ARG002
        """Return where the version is."""
        index, name = self._open_index(consignment), canonicalize_name(consignment.package)
        if not self._places.is_warehouse:
            return Addresses(index.simple_url, index.simple_url)
        return Addresses(index.json_url, f"{self._places.root}/project/{name}/{consignment.version}/")

    def _open_index(self, consignment: Consignment) -> Index:
        return Index(self._client, self._places.root, consignment.package, consignment.version)

    def _compare_bytes(self, parcel: Parcel, found: Listed | None, address: str) -> Comparison:
        expected = parcel.content.sha512
        if found is None:
            return Comparison(parcel.path, "file", expected, None, address)
        try:
            seen = self._client.digest(found.url, anonymous=True).sha512
        except NotFound:
            seen = None
        return Comparison(parcel.path, "file", expected, seen, found.url)

    def _upload(self, file: Distribution, consignment: Consignment) -> Step:
        index, name, wanted = self._open_index(consignment), file.file_name, file.parcel.content.sha256

        def ask(_: Results) -> str | None:
            told, found = index.read_json(), index.read_simple().get(name)
            if told is not None and (name in told) is not (found is not None):
                raise NotYet(f"The index lists {name} in one of its two interfaces, not yet in the other.")
            if found is None:
                return None
            seen = found.digest or self._client.digest(found.url, anonymous=True).sha256
            if seen != wanted:
                raise OtherBytes(f"{name} is there already, with bytes that are not the voted ones.")
            return str(seen)

        def act(results: Results) -> str:
            form = build_form(file.list_fields(), name, file.parcel)
            answer = self._client.upload(
                "POST",
                self._places.upload,
                form.read,
                form.size,
                headers={"content-type": form.content_type},
                expect={200, 201, *_TAKEN},
            )
            if (found := ask(results)) is not None:
                return found
            raise _explain(answer, name)

        return Step(_name_upload(name), f"POST {self._places.upload} ({name})", ask, act)

    def _yank(self, consignment: Consignment) -> Step:
        index = self._open_index(consignment)
        names = {parcel.path.name for parcel in consignment.parcels}

        def ask(_: Results) -> str | None:
            files = {name: each for name, each in index.read_simple().items() if name in names}
            return "yanked" if all(each.is_yanked for each in files.values()) else None

        def act(_: Results) -> str:
            raise NeedsPerson(self._instruct(consignment))

        return Step("yank", f"yank {consignment.package} {consignment.version} (a person)", ask, act)

    def _instruct(self, consignment: Consignment) -> str:
        name, version = canonicalize_name(consignment.package), consignment.version
        if not self._places.is_warehouse:
            return f"Take {name} {version} out of the index at {self._places.root}, as its operator does."
        page = f"{self._places.root}/manage/project/{name}/release/{version}/"
        return (
            f"An owner of the project has to yank the version: sign in, open {page}, choose "
            f"Options, then Yank, type {version}, and give the reason."
        )


def _name_upload(name: str) -> str:
    return f"upload {name}"


def _compare_claim(parcel: Parcel, subject: str, found: Listed | None, address: str) -> Comparison:
    seen = found.digest if found else None
    return Comparison(parcel.path, f"digest in the {subject}", parcel.content.sha256, seen, address)


def _explain(answer: Answer, name: str) -> DomainError:
    """Return why the file is not there after the upload, by the words of warehouse's forklift."""
    said = answer.saying
    lower = said.lower()
    if answer.status not in _TAKEN:
        return NotYet(f"The index took {name}, but does not list it yet.")
    if "previously been used" in lower or "already been used" in lower:
        return Refused(
            f"The name {name} is burnt: a file of that name was deleted, and the index never takes it again. "
            f"Release another version. It says: {said}"
        )
    if "already exists" in lower:
        return OtherBytes(
            f"The index has another file under the name {name}, or these bytes elsewhere: {said}"
        )
    if "digest" in lower and "match" in lower:
        return RegistryDown(f"{name} did not arrive as it was sent: {said}")
    return Refused(f"The index does not take {name}: {said}")
