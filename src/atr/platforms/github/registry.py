# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG002 -- the port decides what its methods are called with
"""GitHub as ATR speaks to it: testers get a prerelease or a draft, and the public the same release."""

from collections.abc import Iterator
from contextlib import contextmanager

from atr.domain.artifact import Digest
from atr.domain.distribution import PlatformHandle
from atr.platforms._http import LIMITS, Limits, Traffic
from atr.platforms.github.api import GithubApi
from atr.platforms.github.releases import Asset, Release, Releases, read_digest
from atr.platforms.github.steps import CREATE, ReleaseSteps, check_files, is_early, name_version
from atr.ports.platforms import (
    Addresses,
    BadCredentials,
    Comparison,
    Consignment,
    Operation,
    OtherBytes,
    Parcel,
    Registry,
    Results,
    Side,
    Site,
    Step,
)


@contextmanager
def connect(site: Site, limits: Limits = LIMITS) -> Iterator[Registry]:
    """Open GitHub, or the server of an enterprise (`https://HOST/api/v3`)."""
    api = GithubApi(site, limits)
    with api.client:
        yield GithubReleases(api)


class GithubReleases:
    """A release is a release of a repository, and its files are assets."""

    def __init__(self, api: GithubApi) -> None:
        self._api = api

    @property
    def traffic(self) -> Traffic:
        """Return what was sent and received so far."""
        return self._api.client.traffic

    def check_access(self) -> str:
        """Return the account's name, or that it is an app's; raise BadCredentials."""
        answer = self._api.send("GET", "/user", expect={200, 401, 403})
        if answer.status == 200:
            return str(answer.parse_object().get("login"))
        if answer.status == 403:  # the token of an app stands for no user
            found = self._api.send("GET", "/installation/repositories?per_page=1").parse_object()
            return f"an app for {found.get('total_count')} repositories"
        raise BadCredentials(f"GitHub does not accept the token: {answer.saying}")

    def list_steps(self, operation: Operation, consignment: Consignment) -> tuple[Step, ...]:
        """Return the steps; raise Invalid for files that GitHub would rename or refuse."""
        if operation is not Operation.TAKE_BACK:  # which needs no more than coordinates
            check_files(consignment)
        steps = self._open(consignment)
        match operation:
            case Operation.STAGE:
                return steps.list_staging()
            case Operation.PUBLISH:
                return steps.list_publishing()
            case Operation.PROMOTE:
                return steps.list_promotion()
            case Operation.TAKE_BACK:
                return steps.list_return()

    def compare(self, side: Side, consignment: Consignment, results: Results) -> tuple[Comparison, ...]:
        """Download every file and hash it; raise OtherBytes for files that nobody voted on."""
        steps = self._open(consignment)
        release = steps.find(results)
        hidden = release is None or (side is Side.PUBLIC and not _is_final(release, consignment))
        if release is None or hidden:
            return tuple(_note(steps, parcel, None) for parcel in consignment.parcels)
        assets = steps.releases.list_assets(str(release.id))
        strange = sorted(assets.keys() - {parcel.path.name for parcel in consignment.parcels})
        if strange:
            named = ", ".join(strange)
            raise OtherBytes(f"The release {release.tag} has files that were not voted on: {named}.")
        found = (
            _compare(side, steps, parcel, assets.get(parcel.path.name)) for parcel in consignment.parcels
        )
        return tuple(row for rows in found for row in rows)

    def find_holder(self, consignment: Consignment) -> str | None:
        """Return the version of the latest release."""
        latest = self._open(consignment).releases.find_latest()
        return None if latest is None else name_version(latest.tag, consignment)

    def name_handle(self, consignment: Consignment, results: Results) -> PlatformHandle | None:
        """Return the release's id."""
        noted = results.get(CREATE)
        return None if noted is None else PlatformHandle("release id", noted)

    def find_addresses(self, side: Side, consignment: Consignment) -> Addresses:
        """Return the release by its tag, in the API and on the pages."""
        steps = self._open(consignment)
        tag = steps.staging_tag if side is Side.STAGING else steps.final_tag
        releases = steps.releases
        return Addresses(f"{releases.url}/releases/tags/{tag}", f"{releases.pages}/releases/tag/{tag}")

    def _open(self, consignment: Consignment) -> ReleaseSteps:
        releases = Releases(self._api, consignment.owner_namespace, consignment.package)
        return ReleaseSteps(releases, consignment)


def _is_final(release: Release, consignment: Consignment) -> bool:
    """Tell whether the public has it: a version that is not final stays a prerelease."""
    is_shown = not release.draft and release.prerelease == is_early(consignment.version)
    return is_shown and release.tag == consignment.final_names[0]


def _compare(side: Side, steps: ReleaseSteps, parcel: Parcel, asset: Asset | None) -> Iterator[Comparison]:
    if asset is None or not asset.is_whole:
        yield _note(steps, parcel, None)
        return
    if side is Side.PUBLIC:
        content = steps.releases.digest_public(steps.final_tag, asset.name)
    else:
        content = steps.releases.digest(asset)
    yield _note(steps, parcel, None if content is None else content.sha512)
    if asset.digest is not None and asset.digest != str(parcel.content.sha256):
        address = steps.releases.locate_download(steps.final_tag, asset.name)
        stated = read_digest(asset.digest)
        yield Comparison(parcel.path, "stated digest", parcel.content.sha256, stated, address)


def _note(steps: ReleaseSteps, parcel: Parcel, seen: Digest | None) -> Comparison:
    address = steps.releases.locate_download(steps.final_tag, parcel.path.name)
    return Comparison(parcel.path, parcel.path.name, parcel.content.sha512, seen, address)
