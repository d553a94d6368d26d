# SPDX-License-Identifier: Apache-2.0
"""Artifact Hub: nothing is pushed, it reads the repositories of charts that it was told of.

So publishing is waiting until it shows the version with the voted chart's digest (Artifact Hub, OpenAPI
description). The staging instance is a site of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from atr.domain.artifact import Digest
from atr.domain.distribution import PlatformHandle
from atr.domain.errors import Invalid, NotFound, Refused
from atr.formats.helm_chart import LARGEST_CHART, HelmChart, read_helm_chart
from atr.platforms._http import LIMITS, Limits, RegistryClient
from atr.ports.platforms import (
    Addresses,
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

_API = "/api/v1/packages"
_INDEX_SECONDS = 300.0  # repositories are read about every half hour
_AWAIT = "await index"
_CHART_HOSTS = ("github.com", ".githubusercontent.com")  # where charts on GitHub Pages lead to


@contextmanager
def connect(site: Site, limits: Limits = LIMITS) -> Iterator[Registry]:
    """Open an Artifact Hub; it is only read, without an account."""
    with RegistryClient(site, limits=limits) as client:
        yield ArtifactHub(client, site, limits)


@dataclass(frozen=True, slots=True)
class _Indexed:
    """A version as Artifact Hub shows it; the digest is the sha256 of the chart, if it names one."""

    digest: Digest | None
    content_url: str
    prerelease: bool

    @property
    def is_fetchable(self) -> bool:
        """Tell whether the chart is offered over HTTP; what is in an image registry is not."""
        return self.content_url.startswith(("https://", "http://"))


class ArtifactHub:
    """Artifact Hub, watched until it shows what was published elsewhere."""

    def __init__(self, client: RegistryClient, site: Site, limits: Limits) -> None:
        self._client = client
        self._site = site
        self._limits = limits
        self._home = site.url.rstrip("/")

    def check_access(self) -> str:
        """Return that it answers; it needs no account."""
        self._client.read_json(f"{_API}/stats")
        return "reads without an account"

    def list_steps(self, operation: Operation, consignment: Consignment) -> tuple[Step, ...]:
        """Return the waiting; raise Invalid for what is not the consignment's chart."""
        parcel, chart = _find_chart(consignment)
        path = _name_version(consignment)
        match operation:
            case Operation.PUBLISH:
                find = partial(self._find_indexed, consignment, parcel, chart)
                waiting = partial(self._await_indexed, consignment, find)
                return (Step(_AWAIT, f"GET {path}", find, waiting),)
            case Operation.TAKE_BACK:
                find = partial(self._find_removed, consignment)
                return (Step("await removal", f"GET {path}", find, partial(_ask_person, consignment)),)
            case Operation.STAGE | Operation.PROMOTE:
                raise Invalid.field("channel", "Artifact Hub only shows what is published elsewhere.")

    def compare(self, side: Side, consignment: Consignment, results: Results) -> tuple[Comparison, ...]:  # noqa: ARG002
        """Compare the digest that is shown, and the chart that is offered where it can be fetched."""
        if side is Side.STAGING:
            return ()
        parcel, _ = _find_chart(consignment)
        indexed, shown = self._read_version(consignment), self._client_url(consignment)
        name = f"{consignment.package} {consignment.version}"
        seen = None if indexed is None else indexed.digest
        found = [Comparison(parcel.path, f"{name}, as shown", parcel.content.sha256, seen, shown)]
        if indexed is not None and indexed.is_fetchable:
            fetched = self._fetch_digest(indexed.content_url)
            subject = f"{name}, as offered"
            found.append(
                Comparison(parcel.path, subject, parcel.content.sha512, fetched, indexed.content_url)
            )
            if indexed.digest is None:
                del found[0]
        return tuple(found)

    def find_holder(self, consignment: Consignment) -> str | None:
        """Return the version that is shown first."""
        answer = self._client.send("GET", _name_package(consignment), expect={200, 404})
        if answer.status == 404:
            return None
        version = answer.parse_object().get("version")
        return version if isinstance(version, str) else None

    def name_handle(self, consignment: Consignment, results: Results) -> PlatformHandle | None:  # noqa: ARG002
        """Return the digest that is shown."""
        return PlatformHandle("digest", results[_AWAIT]) if _AWAIT in results else None

    def find_addresses(self, side: Side, consignment: Consignment) -> Addresses:  # noqa: ARG002
        """Return the version in the API, and its page."""
        place = _name_place(consignment)
        return Addresses(self._client_url(consignment), f"{self._home}/packages/helm/{place}")

    def _client_url(self, consignment: Consignment) -> str:
        return self._home + _name_version(consignment)

    def _find_indexed(
        self, consignment: Consignment, parcel: Parcel, chart: HelmChart, _: Results
    ) -> str | None:
        indexed = self._read_version(consignment)
        if indexed is None:
            return None
        if indexed.digest is not None and indexed.digest != parcel.content.sha256:
            raise OtherBytes(f"Artifact Hub shows {indexed.digest} as the digest, not that of {parcel.path}.")
        if indexed.digest is None and not indexed.is_fetchable:
            raise Refused(
                f"Artifact Hub shows {consignment.package} {consignment.version} without a digest, and "
                "offers it from an image registry, so nothing there proves which bytes it is: a channel for "
                "that registry does."
            )
        if chart.prerelease is not None and chart.prerelease != indexed.prerelease:
            shown, said = ("a", "none") if indexed.prerelease else ("no", "one")
            raise Refused(f"Artifact Hub shows {shown} prerelease, though the chart says it is {said}.")
        return str(parcel.content.sha256)

    def _await_indexed(self, consignment: Consignment, find: Any, results: Results) -> str:
        found: str | None = find(results)
        if found is None:
            raise NotYet(
                f"Artifact Hub does not show {consignment.package} {consignment.version} yet; it reads the "
                f"repository {consignment.owner_namespace} about every half hour.",
                _INDEX_SECONDS,
            )
        return found

    def _find_removed(self, consignment: Consignment, _: Results) -> str | None:
        return "removed" if self._read_version(consignment) is None else None

    def _read_version(self, consignment: Consignment) -> _Indexed | None:
        """Return the version, None while it is not shown, or another is shown in its place."""
        answer = self._client.send("GET", _name_version(consignment), expect={200, 404})
        if answer.status == 404:
            return None
        match answer.parse_object():
            case {"name": str() as name, "version": str() as version} as told:
                is_it = (name, version) == (consignment.package, consignment.version)
                return _parse_version(told) if is_it else None
            case _:
                raise RegistryDown("Artifact Hub told of a package in an unknown form.")

    def _fetch_digest(self, url: str) -> Digest | None:
        """Fetch the chart from wherever it is offered, without any credentials."""
        parts = urlsplit(url)
        place = Site(f"{parts.scheme}://{parts.netloc}", local=self._site.local)
        with RegistryClient(place, more_hosts=_CHART_HOSTS, limits=self._limits) as client:
            try:
                return client.digest(url, anonymous=True).sha512
            except NotFound:
                return None


def _parse_version(told: dict[str, Any]) -> _Indexed:
    text = str(told.get("digest") or "").lower().removeprefix("sha256:")
    try:
        digest = Digest("sha256", text) if text else None
    except Invalid:
        raise RegistryDown(f"Artifact Hub shows {text[:80]!r} as a digest, which is none.") from None
    return _Indexed(digest, str(told.get("content_url") or ""), told.get("prerelease") is True)


def _find_chart(consignment: Consignment) -> tuple[Parcel, HelmChart]:
    """Return the only file, whose own Chart.yaml must name the chart and its version; raise Invalid."""
    if not consignment.owner_namespace:
        raise Invalid.field("owner_namespace", "Artifact Hub needs the name of the repository there.")
    if len(consignment.parcels) != 1:
        raise Invalid.field("files", "Artifact Hub shows one chart for a release: choose one file.")
    (parcel,) = consignment.parcels
    if parcel.content.size > LARGEST_CHART:
        raise Invalid.field("files", f"{parcel.path} is larger than any chart.")
    try:
        chart = read_helm_chart(b"".join(parcel.read()))
    except ValueError as error:
        raise Invalid.field("files", f"{parcel.path} cannot be looked for: {error}.") from None
    if (chart.name, chart.version) != (consignment.package, consignment.version):
        raise Invalid.field(
            "files",
            f"{parcel.path} is {chart.name} {chart.version}, but the release goes there as "
            f"{consignment.package} {consignment.version}.",
        )
    return parcel, chart


def _name_package(consignment: Consignment) -> str:
    return f"{_API}/helm/{quote(consignment.owner_namespace or '')}/{quote(consignment.package)}"


def _name_version(consignment: Consignment) -> str:
    return f"{_name_package(consignment)}/{quote(consignment.version)}"


def _name_place(consignment: Consignment) -> str:
    names = (consignment.owner_namespace or "", consignment.package, consignment.version)
    return "/".join(map(quote, names))


def _ask_person(consignment: Consignment, _: Results) -> str:
    raise NeedsPerson(
        f"Take {consignment.package} {consignment.version} out of the index of the chart repository that "
        f"Artifact Hub reads as {consignment.owner_namespace}; once Artifact Hub has read it again (about "
        "every half hour), say here that it is done."
    )
