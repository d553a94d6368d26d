# SPDX-License-Identifier: Apache-2.0
"""The releases of one repository, and the assets of a release."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from atr.domain.artifact import Content, Digest
from atr.domain.errors import Invalid, NotFound, Refused
from atr.platforms.github.api import GithubApi, Read
from atr.ports.platforms import OtherBytes, RegistryDown

_OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_TEMPLATE = re.compile(r"\{[^}]*\}")
_ENOUGH_DRAFTS = 500  # releases looked through for a draft, which has no address of its own


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of a release; `digest` is what GitHub says it is, None from servers that do not say."""

    id: int
    name: str
    state: str
    size: int
    digest: str | None

    @property
    def is_whole(self) -> bool:
        """Tell whether its upload came to an end."""
        return self.state == "uploaded"


@dataclass(frozen=True, slots=True)
class Release:
    """A release as GitHub keeps it."""

    id: int
    tag: str
    body: str
    draft: bool
    prerelease: bool
    immutable: bool
    upload_url: str

    @property
    def is_public(self) -> bool:
        """Tell whether it is a release for everybody."""
        return not self.draft and not self.prerelease


class Releases:
    """Speaks about one repository."""

    def __init__(self, api: GithubApi, owner: str | None, repository: str) -> None:
        if not _OWNER.fullmatch(owner or ""):
            raise Invalid.field("owner_namespace", "A release on GitHub needs the owner of its repository.")
        if not _NAME.fullmatch(repository):
            raise Invalid.field("package", f"{repository!r} cannot be a repository on GitHub.")
        self._api = api
        self.path = f"/repos/{owner}/{repository}"
        self.pages = f"{api.pages}/{owner}/{repository}"

    @property
    def url(self) -> str:
        """Return the address of the repository in the API."""
        return f"{self._api.base}{self.path}"

    def has_tag(self, tag: str) -> bool:
        """Tell whether the repository has the tag."""
        path = f"{self.path}/git/ref/tags/{quote(tag)}"
        answer = self._api.send("GET", path, expect={200, 404})
        return answer.status == 200 and answer.parse_object().get("ref") == f"refs/tags/{tag}"

    def is_immutable(self) -> bool:
        """Tell whether published releases cannot be changed, as far as this token may know."""
        answer = self._api.send("GET", f"{self.path}/immutable-releases", expect={200, 403, 404})
        return answer.status == 200 and answer.parse_object().get("enabled") is True

    def find(self, *tags: str) -> Release | None:
        """Return the release with the first of the tags that has one; drafts are found by looking through."""
        for tag in tags:
            answer = self._api.send(
                "GET", f"{self.path}/releases/tags/{quote(tag, safe='')}", expect={200, 404}
            )
            if answer.status == 200:
                return _read_release(answer.parse_object())
        for number, row in enumerate(self._api.list_pages(f"{self.path}/releases")):
            if row.get("tag_name") in tags:
                return _read_release(row)
            if number >= _ENOUGH_DRAFTS:
                break
        return None

    def look_up(self, number: str) -> Release | None:
        """Return a release by its id."""
        answer = self._api.send("GET", f"{self.path}/releases/{quote(number, safe='')}", expect={200, 404})
        return _read_release(answer.parse_object()) if answer.status == 200 else None

    def fetch(self, number: str) -> Release:
        """Return a release by its id; raise Refused when it is gone."""
        if (found := self.look_up(number)) is None:
            raise Refused(f"The release {number} of {self.pages} is gone: somebody deleted it.")
        return found

    def find_latest(self) -> Release | None:
        """Return the release that everybody is led to."""
        answer = self._api.send("GET", f"{self.path}/releases/latest", expect={200, 404})
        return _read_release(answer.parse_object()) if answer.status == 200 else None

    def create(self, fields: Mapping[str, Any]) -> Release:
        """Create a release, or return the one that has the tag; raise Refused when its name was burnt."""
        path = f"{self.path}/releases"
        answer = self._api.send("POST", path, json=dict(fields), expect={201, 422}, idempotent=False)
        if answer.status == 201:
            return _read_release(answer.parse_object())
        tag = fields["tag_name"]
        if "already_exists" in answer.body.decode(errors="replace") and (found := self.find(tag)) is not None:
            return found
        raise Refused(
            f"GitHub refuses a release of {tag} ({answer.saying}). A tag that an immutable release had is "
            "never free again: release another version."
        )

    def change(self, number: str, fields: Mapping[str, Any]) -> Release:
        """Change a release; raise Refused when GitHub does not permit it."""
        answer = self._api.send("PATCH", f"{self.path}/releases/{number}", json=dict(fields), idempotent=True)
        return _read_release(answer.parse_object())

    def list_assets(self, number: str) -> dict[str, Asset]:
        """Return the assets of a release by name, from all pages."""
        rows = self._api.list_pages(f"{self.path}/releases/{number}/assets")
        return {asset.name: asset for asset in map(_read_asset, rows)}

    def delete_asset(self, asset: Asset) -> None:
        """Delete an asset; it may be gone already."""
        self._api.send("DELETE", f"{self.path}/releases/assets/{asset.id}", expect={204, 404})

    def upload(self, release: Release, name: str, read: Read, content: Content) -> Asset | None:
        """Upload an asset; None when the name is taken, which is then to be looked at."""
        url = f"{_TEMPLATE.sub('', release.upload_url)}?{urlencode({'name': name})}"
        answer = self._api.upload(url, read, content.size, frozenset({201, 422}))
        if answer.status == 201:
            return _read_asset(answer.parse_object())
        if "already_exists" in answer.body.decode(errors="replace"):
            return None
        raise Refused(f"GitHub refuses {name}: {answer.saying}")

    def digest(self, asset: Asset) -> Content | None:
        """Download an asset and return what it is; None when it is gone."""
        return _digest(self._api.digest_asset, f"{self.path}/releases/assets/{asset.id}")

    def digest_public(self, tag: str, name: str) -> Content | None:
        """Download a file as anybody does."""
        return _digest(self._api.digest_download, self.locate_download(tag, name))

    def locate_download(self, tag: str, name: str) -> str:
        """Return where everybody downloads a file."""
        return f"{self.pages}/releases/download/{quote(tag)}/{quote(name)}"

    def matches(self, asset: Asset, content: Content) -> bool:
        """Tell whether the asset is those bytes; its digest is believed only where it says otherwise."""
        if not asset.is_whole or asset.size != content.size:
            return False
        if asset.digest is not None and asset.digest != str(content.sha256):
            return False
        return asset.digest is not None or self.digest(asset) == content


def check_asset(asset: Asset, name: str, content: Content) -> None:
    """Raise OtherBytes unless GitHub says that it stored what was sent, under the name it was sent."""
    if asset.name != name:
        raise OtherBytes(f"GitHub calls {name} {asset.name}.")
    if asset.size != content.size or asset.digest not in {None, str(content.sha256)}:
        raise OtherBytes(
            f"GitHub says that {name} is {asset.digest} of {asset.size} bytes: not what was sent."
        )


def _digest(take: Any, place: str) -> Content | None:
    try:
        content: Content = take(place)
    except NotFound:
        return None
    return content


def read_digest(text: str) -> Digest | None:
    """Read what GitHub says of an asset; None for what is no digest."""
    try:
        return Digest.parse(text)
    except Invalid:
        return None


def _read_release(row: Mapping[str, Any]) -> Release:
    try:
        return Release(
            id=int(row["id"]),
            tag=str(row["tag_name"]),
            body=str(row["body"] or ""),
            draft=bool(row["draft"]),
            prerelease=bool(row["prerelease"]),
            immutable=row.get("immutable") is True,
            upload_url=str(row["upload_url"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RegistryDown("What came from GitHub is no release.") from error


def _read_asset(row: Mapping[str, Any]) -> Asset:
    try:
        digest = row.get("digest")
        return Asset(
            id=int(row["id"]),
            name=str(row["name"]),
            state=str(row["state"]),
            size=int(row["size"]),
            digest=None if digest is None else str(digest),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RegistryDown("What came from GitHub is no asset of a release.") from error
