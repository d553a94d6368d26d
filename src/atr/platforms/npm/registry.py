# SPDX-License-Identifier: Apache-2.0
"""npm as a Registry: publish under a dist-tag for testers, then move the tags that everybody follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, assert_never
from urllib.parse import quote

from httpx2 import Headers

from atr.domain.artifact import Digest
from atr.domain.distribution import PlatformHandle
from atr.platforms._http import LIMITS, Limits, RegistryClient
from atr.platforms.npm.names import check_names, name_package
from atr.platforms.npm.native import NATIVE, NativeStage
from atr.platforms.npm.package import Package, find_version, read_integrity
from atr.platforms.npm.steps import NpmSteps, name_move
from atr.platforms.npm.tarball import read_tarball
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
        steps = NpmSteps(package, self._open_stage(package), self._url, consignment.version)
        finals, is_native = consignment.final_names, consignment.staging_name == NATIVE
        if operation is Operation.TAKE_BACK:
            staging = steps.reject() if is_native else steps.give_back(consignment.staging_name)
            return (*map(steps.give_back, finals), staging, steps.deprecate())
        tarball = read_tarball(consignment, package.name)
        match operation:
            case Operation.STAGE if is_native:
                return (steps.stage(tarball, finals[0]),)
            case Operation.STAGE:
                tag = consignment.staging_name
                return (steps.publish(tarball, tag), steps.move_tag(tag))
            case Operation.PROMOTE:
                approval = (steps.approve(tarball),) if is_native else ()
                return (*steps.remember(finals), *approval, *steps.move(finals))
            case Operation.PUBLISH:
                return (*steps.remember(finals), steps.publish(tarball, finals[0]), *steps.move(finals))
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
        if side is Side.STAGING and consignment.staging_name == NATIVE:
            return (self._compare_staged(package, consignment),)
        is_public = side is Side.PUBLIC
        names = consignment.final_names if is_public else (consignment.staging_name,)
        packument, anonymous = self._read_openly(package) if is_public else (package.read_packument(), False)
        parcel = consignment.parcels[0]
        address = f"{self._url}{package.path}"
        rows = []
        for tag in names:
            seen, subject = read_integrity(_follow_tag(packument, tag)), f"integrity under the dist-tag {tag}"
            rows.append(Comparison(parcel.path, subject, parcel.content.sha512, seen, address))
        leader = _follow_tag(packument, names[0])
        bytes_seen: Digest | None = None
        if leader is not None:
            bytes_seen, address = package.digest_tarball(leader, anonymous=anonymous)
        rows.append(Comparison(parcel.path, "tarball", parcel.content.sha512, bytes_seen, address))
        return tuple(rows)

    def _compare_staged(self, package: Package, consignment: Consignment) -> Comparison:
        parcel, stage = consignment.parcels[0], self._open_stage(package)
        stage_id = stage.find(consignment.version)
        seen = None if stage_id is None else stage.digest(stage_id)
        address = f"{self._url}{stage.path if stage_id is None else stage.locate(stage_id)}"
        return Comparison(parcel.path, "staged tarball", parcel.content.sha512, seen, address)

    def find_holder(self, consignment: Consignment) -> str | None:
        """Return the version that the first final dist-tag leads to."""
        return self._open_package(consignment).read_tags().get(consignment.final_names[0])

    def name_handle(self, consignment: Consignment, results: Results) -> PlatformHandle | None:
        """Return the dist-tag that leads to the version."""
        for tag in (*consignment.final_names, consignment.staging_name):
            if name_move(tag) in results:
                return PlatformHandle("dist-tag", tag)
        staged = results.get("stage", "")
        return PlatformHandle("stage", staged.removeprefix("stage ")) if staged else None

    def find_addresses(self, side: Side, consignment: Consignment) -> Addresses:  # noqa: ARG002
        """Return where the version is; the same for testers, who follow another dist-tag."""
        name, version = name_package(consignment), quote(consignment.version, safe="")
        api_url = f"{self._url}{self._open_package(consignment).path}/{version}"
        is_npm = self._url == f"https://{_PUBLIC_HOST}"
        return Addresses(api_url, f"https://www.npmjs.com/package/{name}/v/{version}" if is_npm else api_url)

    def _open_stage(self, package: Package) -> NativeStage:
        return NativeStage(self._client, package.name)

    def _open_package(self, consignment: Consignment) -> Package:
        return Package(self._client, self._url, name_package(consignment))

    def _read_openly(self, package: Package) -> tuple[dict[str, Any] | None, bool]:
        try:
            return package.read_packument(anonymous=True), True
        except BadCredentials:  # a registry of an organisation shows nothing to strangers
            return package.read_packument(), False


def _follow_tag(packument: dict[str, Any] | None, tag: str) -> dict[str, Any] | None:
    tags = (packument or {}).get("dist-tags")
    version = tags.get(tag) if isinstance(tags, dict) else None
    return find_version(packument, version) if isinstance(version, str) else None
