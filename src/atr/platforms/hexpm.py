# SPDX-License-Identifier: Apache-2.0
"""Hex: a package is public as soon as it is published, and can be reverted for an hour.

Source: Hex specifications, apiary.apib and endpoints.md; hexpm's own checks of releases.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import quote

from httpx2 import Headers

from atr.domain.artifact import Digest
from atr.domain.distribution import PlatformHandle
from atr.domain.errors import Invalid, NotFound, Refused
from atr.formats.hex_package import read_hex_package
from atr.platforms._http import LIMITS, Answer, Limits, RegistryClient
from atr.ports.platforms import (
    Addresses,
    Comparison,
    Consignment,
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

_API = "/api"
_HEX_HOME, _HEX_REPOSITORY = "https://hex.pm", "https://repo.hex.pm"
_REVERTIBLE = timedelta(minutes=59)  # an hour, less what the call may take
_MESSAGE = "Taken back by its project; do not use it."
_CDN_SECONDS = 15.0
_PUBLISHED, _REVERTED, _RETIRED = "published", "reverted", "retired"


@contextmanager
def connect(site: Site, limits: Limits = LIMITS) -> Iterator[Registry]:
    """Open Hex; the site's address is that of its home, with or without /api."""
    home = site.url.rstrip("/").removesuffix(_API)
    repository = _HEX_REPOSITORY if home == _HEX_HOME else f"{home}/repo"

    def authorize(headers: Headers) -> None:
        headers["authorization"] = site.secret.get("token", "")

    with RegistryClient(
        replace(site, url=home), more_hosts=("repo.hex.pm",), authorize=authorize, limits=limits
    ) as client:
        yield HexRegistry(client, home, repository)


@dataclass(frozen=True, slots=True)
class _Release:
    """A release as the API tells of it; `now` is the registry's own time."""

    checksum: str
    inserted_at: datetime
    is_retired: bool
    now: datetime

    @property
    def is_revertible(self) -> bool:
        """Tell whether it is younger than an hour."""
        return self.now - self.inserted_at < _REVERTIBLE


class HexRegistry:
    """Hex, or a registry that works like it."""

    def __init__(self, client: RegistryClient, home: str, repository: str) -> None:
        self._client = client
        self._home = home
        self._repository = repository

    def check_access(self) -> str:
        """Return what the key permits; raise BadCredentials."""
        self._client.send("GET", f"{_API}/auth?domain=api&resource=write", expect={200, 204})
        return "may publish"

    def list_steps(self, operation: Operation, consignment: Consignment) -> tuple[Step, ...]:
        """Return the steps in order; raise Invalid for what is not the consignment's package."""
        parcel = _find_package(consignment)
        match operation:
            case Operation.PUBLISH:
                return self._list_publishing(consignment, parcel)
            case Operation.TAKE_BACK:
                return (self._make_recall(consignment, parcel),)
            case Operation.STAGE | Operation.PROMOTE:
                raise Invalid.field("channel", "Hex has no staging: what is there is public.")

    def compare(self, side: Side, consignment: Consignment, results: Results) -> tuple[Comparison, ...]:  # noqa: ARG002
        """Fetch the package as everybody does, and compare; also the checksum that clients go by."""
        if side is Side.STAGING:
            return ()
        parcel, address = _find_package(consignment), self._locate_tarball(consignment)
        name, api_url = (
            f"{consignment.package} {consignment.version}",
            self._home + _name_release(consignment),
        )
        release, seen = self._read_release(consignment), self._find_digest(address)
        named = None if release is None else Digest("sha256", release.checksum)
        return (
            Comparison(parcel.path, name, parcel.content.sha512, seen, address),
            Comparison(parcel.path, f"checksum of {name}", parcel.content.sha256, named, api_url),
        )

    def find_holder(self, consignment: Consignment) -> str | None:
        """Return the newest stable version, or the newest of all if there is none."""
        answer = self._ask(f"{_API}/packages/{quote(consignment.package)}")
        if answer.status == 404:
            return None
        match answer.parse_object():
            case {"latest_stable_version": str() as version} | {"latest_version": str() as version}:
                return version
            case {"releases": [{"version": str() as version}, *_]}:
                return version
            case _:
                return None

    def name_handle(self, consignment: Consignment, results: Results) -> PlatformHandle | None:
        """Return the outer checksum, by which Hex and its clients know the package."""
        if _PUBLISHED not in results.values():
            return None
        return PlatformHandle("checksum", _find_package(consignment).content.sha256.hex)

    def find_addresses(self, side: Side, consignment: Consignment) -> Addresses:  # noqa: ARG002
        """Return the release in the API, and its page."""
        page = f"{self._home}/packages/{quote(consignment.package)}/{quote(consignment.version)}"
        return Addresses(self._home + _name_release(consignment), page)

    def _list_publishing(self, consignment: Consignment, parcel: Parcel) -> tuple[Step, ...]:
        address = self._locate_tarball(consignment)
        return (
            Step(
                "publish",
                f"POST {_API}/packages/{consignment.package}/releases?replace=false {parcel.path}",
                partial(self._find_published, consignment, parcel),
                partial(self._publish, consignment, parcel),
            ),
            Step(
                "await public",
                f"GET {address}",
                lambda _: None if self._find_digest(address) is None else "public",
                lambda _: self._await_public(address),
            ),
        )

    def _find_published(self, consignment: Consignment, parcel: Parcel, _: Results) -> str | None:
        release = self._read_release(consignment)
        if release is None:
            return None
        if release.checksum != parcel.content.sha256.hex:
            raise OtherBytes(
                f"{consignment.package} {consignment.version} is published already, with other bytes than "
                f"{parcel.path}."
            )
        return _PUBLISHED

    def _publish(self, consignment: Consignment, parcel: Parcel, _: Results) -> str:
        answer = self._client.upload(
            "POST",
            f"{_API}/packages/{quote(consignment.package)}/releases?replace=false",
            parcel.read,
            parcel.content.size,
            headers={"content-type": "application/octet-stream", "accept": "application/json"},
            expect={201, 422},
        )
        if answer.status == 201 or self._find_published(consignment, parcel, {}):
            return _PUBLISHED
        raise Refused("Hex does not take the package.", *_list_errors(answer))

    def _await_public(self, address: str) -> str:
        if self._find_digest(address) is None:
            raise NotYet(f"{address} is not there yet.", _CDN_SECONDS)
        return "public"

    def _make_recall(self, consignment: Consignment, parcel: Parcel) -> Step:
        path = _name_release(consignment)
        return Step(
            "revert or retire",
            f"DELETE {path} within an hour of its publication, POST {path}/retire later",
            partial(self._find_recalled, consignment, parcel),
            partial(self._recall, consignment),
        )

    def _find_recalled(self, consignment: Consignment, parcel: Parcel, _: Results) -> str | None:
        release = self._read_release(consignment)
        if release is None or release.checksum != parcel.content.sha256.hex:
            return _REVERTED  # nothing of ours is there
        return _RETIRED if release.is_retired else None

    def _recall(self, consignment: Consignment, _: Results) -> str:
        release, path = self._read_release(consignment), _name_release(consignment)
        if release is None:
            return _REVERTED
        if release.is_revertible:
            answer = self._client.send("DELETE", path, expect={204, 422}, idempotent=False)
            if answer.status == 204:
                return _REVERTED
        self._client.send(
            "POST", f"{path}/retire", json={"reason": "invalid", "message": _MESSAGE}, expect={200, 204}
        )
        return _RETIRED

    def _read_release(self, consignment: Consignment) -> _Release | None:
        answer = self._ask(_name_release(consignment))
        return None if answer.status == 404 else _parse_release(answer)

    def _ask(self, path: str) -> Answer:
        return self._client.send("GET", path, headers={"accept": "application/json"}, expect={200, 404})

    def _locate_tarball(self, consignment: Consignment) -> str:
        return f"{self._repository}/tarballs/{quote(f'{consignment.package}-{consignment.version}')}.tar"

    def _find_digest(self, address: str) -> Digest | None:
        try:
            return self._client.digest(address, anonymous=True).sha512
        except NotFound:
            return None


def _find_package(consignment: Consignment) -> Parcel:
    """Return the only file, whose own metadata must name the package and its version; raise Invalid."""
    if len(consignment.parcels) != 1:
        raise Invalid.field("files", "Hex takes one package for a release: choose one file.")
    (parcel,) = consignment.parcels
    try:
        package = read_hex_package(parcel.read())
    except ValueError as error:
        raise Invalid.field("files", f"{parcel.path} cannot be published: {error}.") from None
    if (package.name, package.version) != (consignment.package, consignment.version):
        raise Invalid.field(
            "files",
            f"{parcel.path} is {package.name} {package.version}, but the release goes there as "
            f"{consignment.package} {consignment.version}.",
        )
    return parcel


def _name_release(consignment: Consignment) -> str:
    return f"{_API}/packages/{quote(consignment.package)}/releases/{quote(consignment.version)}"


def _parse_release(answer: Answer) -> _Release:
    told = answer.parse_object()
    match told:
        case {"checksum": str() as checksum, "inserted_at": str() as inserted} if _is_sha256(checksum):
            is_retired = bool(told.get("retirement"))
            return _Release(checksum.lower(), _parse_time(inserted), is_retired, _read_clock(answer))
        case _:
            raise RegistryDown("Hex told of a release in an unknown form.")


def _is_sha256(text: str) -> bool:
    return re.fullmatch(r"[0-9a-fA-F]{64}", text) is not None


def _parse_time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RegistryDown(f"Hex says that a release was made at {text[:40]!r}, which is no time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_clock(answer: Answer) -> datetime:
    """Return the registry's time, which decides whether an hour has passed; ours where it names none."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return datetime.now(UTC)


def _list_errors(answer: Answer) -> Iterator[str]:
    """Yield what was wrong, field by field."""
    errors = answer.parse_object().get("errors")
    if not isinstance(errors, dict):
        yield f"It says: {answer.saying or 'nothing'}."
        return
    for name, message in errors.items():
        yield f"{name}: {str(message)[:300].rstrip('.')}."
