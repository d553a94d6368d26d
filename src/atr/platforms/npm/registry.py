# SPDX-License-Identifier: Apache-2.0
"""npm as a Registry: publish under a dist-tag for testers, then move the tags that everybody follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, assert_never
from urllib.parse import quote

from httpx2 import Headers

from atr.domain.artifact import Digest
from atr.domain.distribution import PlatformHandle
from atr.platforms._http import LIMITS, Limits, RegistryClient
from atr.platforms.npm.names import check_names, name_package
from atr.platforms.npm.package import Package, find_version, read_integrity
from atr.platforms.npm.tarball import Tarball, read_tarball, write_packument
from atr.ports.platforms import (
    Addresses,
    BadCredentials,
    Comparison,
    Consignment,
    NotYet,
    Operation,
    OtherBytes,
    Registry,
    Results,
    Side,
    Site,
    Step,
)

_NOTHING = "nothing"  # what a dist-tag led to before there was one
_PUBLIC_HOST = "registry.npmjs.org"


@contextmanager
def connect(site: Site, limits: Limits = LIMITS) -> Iterator[Registry]:
    """Open a registry for packages without a scope."""
    with _open_client(site, limits) as client:
        yield NpmRegistry(site, client, scoped=False)


@contextmanager
def connect_scoped(site: Site, limits: Limits = LIMITS) -> Iterator[Registry]:
    """Open a registry for packages within a scope."""
    with _open_client(site, limits) as client:
        yield NpmRegistry(site, client, scoped=True)


def _open_client(site: Site, limits: Limits) -> RegistryClient:
    def authorize(headers: Headers) -> None:
        if token := site.secret.get("token"):
            headers["authorization"] = f"Bearer {token}"

    return RegistryClient(site, authorize=authorize, limits=limits)


class NpmRegistry:
    """The packages of one registry."""

    def __init__(self, site: Site, client: RegistryClient, *, scoped: bool) -> None:
        self._url = site.url.rstrip("/")
        self._client = client
        self._scoped = scoped
        self._has_token = bool(site.secret.get("token"))

    def check_access(self) -> str:
        """Return whose token it is; raise BadCredentials."""
        if not self._has_token:
            raise BadCredentials("The channel has no token for npm.")
        name = self._client.send("GET", "/-/whoami").parse_object().get("username")
        if not isinstance(name, str) or not name:
            raise BadCredentials("The registry does not know the token.")
        return name

    def list_steps(self, operation: Operation, consignment: Consignment) -> tuple[Step, ...]:
        """Return the steps; raise Invalid for anything but one tarball that says this name and version."""
        check_names(consignment, scoped=self._scoped)
        package = self._open_package(consignment)
        if operation is Operation.TAKE_BACK:
            return self._list_return(package, consignment)
        tarball = read_tarball(consignment, package.name)
        finals = consignment.final_names
        match operation:
            case Operation.STAGE:
                tag = consignment.staging_name
                return (
                    self._publish(package, tarball, consignment, tag),
                    self._move_tag(package, consignment, tag),
                )
            case Operation.PROMOTE:
                return (*self._remember(package, finals), *self._move_tags(package, consignment))
            case Operation.PUBLISH:
                return (
                    *self._remember(package, finals),
                    self._publish(package, tarball, consignment, finals[0]),
                    *self._move_tags(package, consignment),
                )
            case _:
                assert_never(operation)

    def compare(
        self,
        side: Side,
        consignment: Consignment,
        results: Results,  # noqa: ARG002
    ) -> tuple[Comparison, ...]:
        """Compare what each dist-tag leads to: what the registry claims of it, and what it hands out."""
        package = self._open_package(consignment)
        is_public = side is Side.PUBLIC
        names = consignment.final_names if is_public else (consignment.staging_name,)
        packument, anonymous = self._read_openly(package) if is_public else (package.read_packument(), False)
        parcel = consignment.parcels[0]
        address = f"{self._url}{package.path}"
        rows = []
        for tag in names:
            entry = _follow_tag(packument, tag)
            seen, subject = read_integrity(entry), f"integrity under the dist-tag {tag}"
            rows.append(Comparison(parcel.path, subject, parcel.content.sha512, seen, address))
        leader = _follow_tag(packument, names[0])
        bytes_seen: Digest | None = None
        if leader is not None:
            bytes_seen, address = package.digest_tarball(leader, anonymous=anonymous)
        rows.append(Comparison(parcel.path, "tarball", parcel.content.sha512, bytes_seen, address))
        return tuple(rows)

    def find_holder(self, consignment: Consignment) -> str | None:
        """Return the version that the first final dist-tag leads to."""
        return self._open_package(consignment).read_tags().get(consignment.final_names[0])

    def name_handle(self, consignment: Consignment, results: Results) -> PlatformHandle | None:
        """Return the dist-tag that leads to the version."""
        for tag in (*consignment.final_names, consignment.staging_name):
            if _name_move(tag) in results:
                return PlatformHandle("dist-tag", tag)
        return None

    def find_addresses(self, side: Side, consignment: Consignment) -> Addresses:  # noqa: ARG002
        """Return where the version is; the same for testers, who follow another dist-tag."""
        name, version = name_package(consignment), quote(consignment.version, safe="")
        api_url = f"{self._url}{self._open_package(consignment).path}/{version}"
        is_npm = self._url == f"https://{_PUBLIC_HOST}"
        return Addresses(api_url, f"https://www.npmjs.com/package/{name}/v/{version}" if is_npm else api_url)

    def _open_package(self, consignment: Consignment) -> Package:
        return Package(self._client, self._url, name_package(consignment))

    def _read_openly(self, package: Package) -> tuple[dict[str, Any] | None, bool]:
        try:
            return package.read_packument(anonymous=True), True
        except BadCredentials:  # a registry of an organisation shows nothing to strangers
            return package.read_packument(), False

    def _publish(self, package: Package, tarball: Tarball, consignment: Consignment, tag: str) -> Step:
        version, wanted = consignment.version, tarball.parcel.content.sha512

        def ask(_: Results) -> str | None:
            entry = find_version(package.read_packument(), version)
            if entry is None:
                return None
            seen, _address = package.digest_tarball(entry, anonymous=False)
            if seen is None:
                raise NotYet(f"{package.name}@{version} is listed, but cannot be fetched yet.")
            if not seen == wanted == read_integrity(entry):
                raise OtherBytes(
                    f"{package.name}@{version} is there already, with bytes that are not the voted ones."
                )
            return str(seen)

        def act(results: Results) -> str:
            command = f"npm publish {tarball.parcel.path} --tag {tag} --registry {self._url}"
            body = write_packument(tarball, package.name, tag, self._url)
            otherwise = package.publish(body, command)
            if (found := ask(results)) is not None:
                return found
            raise otherwise

        return Step("publish", f"PUT {self._url}{package.path} ({version} as {tag})", ask, act)

    def _remember(self, package: Package, tags: tuple[str, ...]) -> Iterator[Step]:
        for tag in tags:
            yield Step(
                _name_memory(tag),
                f"GET {self._url}{package.tags_path}",
                _ask_nothing,
                partial(_recall, package, tag),
            )

    def _move_tags(self, package: Package, consignment: Consignment) -> Iterator[Step]:
        return (self._move_tag(package, consignment, tag) for tag in consignment.final_names)

    def _move_tag(self, package: Package, consignment: Consignment, tag: str) -> Step:
        version = consignment.version

        def ask(_: Results) -> str | None:
            return version if package.read_tags().get(tag) == version else None

        def act(_: Results) -> str:
            package.move_tag(tag, version)
            return version

        return Step(_name_move(tag), f"PUT {self._url}{package.tags_path}/{tag} {version!r}", ask, act)

    def _list_return(self, package: Package, consignment: Consignment) -> tuple[Step, ...]:
        version = consignment.version
        finals = (self._return_tag(package, version, tag) for tag in consignment.final_names)
        return (
            *finals,
            self._return_tag(package, version, consignment.staging_name),
            self._deprecate(package, version),
        )

    def _return_tag(self, package: Package, version: str, tag: str) -> Step:
        def ask(_: Results) -> str | None:
            held = package.read_tags().get(tag)
            return None if held == version else (held or _NOTHING)

        def act(results: Results) -> str:
            previous = results.get(_name_memory(tag), _NOTHING)
            if previous not in {_NOTHING, version}:
                package.move_tag(tag, previous)
                return previous
            if tag == "latest":  # no registry is without it while there is any version
                return version
            package.remove_tag(tag)
            return _NOTHING

        return Step(f"return {tag}", f"PUT or DELETE {self._url}{package.tags_path}/{tag}", ask, act)

    def _deprecate(self, package: Package, version: str) -> Step:
        def ask(_: Results) -> str | None:
            entry = find_version(package.read_packument(), version)
            return "deprecated" if entry is None or entry.get("deprecated") else None

        def act(_: Results) -> str:
            package.deprecate(version, "This version was withdrawn by its project.")
            return "deprecated"

        return Step("deprecate", f"PUT {self._url}{package.path} (deprecated)", ask, act)


def _name_memory(tag: str) -> str:
    return f"remember {tag}"


def _name_move(tag: str) -> str:
    return f"move {tag}"


def _ask_nothing(_: Results) -> None:
    return None


def _recall(package: Package, tag: str, _: Results) -> str:
    return package.read_tags().get(tag, _NOTHING)


def _follow_tag(packument: dict[str, Any] | None, tag: str) -> dict[str, Any] | None:
    tags = (packument or {}).get("dist-tags")
    version = tags.get(tag) if isinstance(tags, dict) else None
    return find_version(packument, version) if isinstance(version, str) else None
