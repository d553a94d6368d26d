# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG002 -- every answer is called alike
"""GitHub's releases as its REST API shows them, with the rules that clients meet.

It keeps repositories with tags, releases and assets in memory, and counts every call that changed something
(docs/reference/simulators.md).
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.simulators.lying import Reply, Seen, serve_replies

TOKEN = "ghp_simulated0123456789"
_WHEN = "2026-11-21T12:00:00Z"
_OPEN_TO_EDIT = {"name", "body", "make_latest"}  # of an immutable release
_ROUTES: list[tuple[str, re.Pattern[str], str]] = []
Fields = dict[str, Any]


class _Refusal(Exception):
    def __init__(self, status: int, message: str, *errors: Fields) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors


@dataclass(slots=True)
class StoredAsset:
    """A file of a release."""

    id: int
    name: str
    data: bytes
    state: str = "uploaded"


@dataclass(slots=True)
class StoredRelease:
    """A release; `order` says which was published last."""

    id: int
    tag: str
    name: str = ""
    body: str = ""
    draft: bool = False
    prerelease: bool = False
    immutable: bool = False
    order: int = 0
    assets: dict[int, StoredAsset] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Tell whether it may be the latest."""
        return not self.draft and not self.prerelease


@dataclass(slots=True)
class StoredRepository:
    """A repository; `burnt` are tags that immutable releases had."""

    tags: set[str] = field(default_factory=set)
    releases: dict[int, StoredRelease] = field(default_factory=dict)
    immutable: bool = False
    burnt: set[str] = field(default_factory=set)
    latest: int | None = None


class GithubSimulator:
    """Answers as GitHub does; `says_digest` is False for old servers, `is_app` for tokens of no user."""

    def __init__(self) -> None:
        self.repositories: dict[str, StoredRepository] = {}
        self.effects: Counter[str] = Counter()
        self.troubles: dict[int, Reply] = {}
        self.breaks_after: set[int] = set()
        self.limits: list[Reply] = []
        self.says_digest = True
        self.is_app = False
        self.knows_immutability = True
        self.url = ""
        self._last = 0

    def repository(self, name: str, *tags: str) -> StoredRepository:
        """Return a repository such as `apache/demo`, created if need be, with these tags pushed."""
        found = self.repositories.setdefault(name, StoredRepository())
        found.tags.update(tags)
        return found

    def limit_next(self, status: int = 403, **headers: str) -> None:
        """Answer the next call as one too many."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = b'{"message": "You have exceeded a secondary rate limit."}'
        self.limits.append(Reply(status, body, named))

    def answer(self, request: Seen) -> Reply:
        """Answer one request."""
        if self.limits:
            return self.limits.pop(0)
        try:
            return self._route(_Call(self, request))
        except _Refusal as refusal:
            body: Fields = {"message": refusal.message, "documentation_url": "https://docs.github.com/rest"}
            body |= {"status": str(refusal.status)} | ({"errors": refusal.errors} if refusal.errors else {})
            return _reply(refusal.status, body)

    def next_id(self) -> int:
        """Return a number that nothing else has."""
        self._last += 1
        return self._last

    def _route(self, call: "_Call") -> Reply:
        for method, pattern, name in _ROUTES:
            if method == call.method and (found := pattern.fullmatch(call.path)):
                parts = {key: unquote(value) for key, value in found.groupdict().items()}
                answer: Callable[..., Reply] = getattr(self, name)
                if method == "GET":
                    return answer(call, **parts)
                return self._change(call, partial(answer, call, **parts))
        raise _Refusal(404, "Not Found")

    def _change(self, call: "_Call", act: Callable[[], Reply]) -> Reply:
        if not call.may_push:
            raise _Refusal(401 if call.token is None else 403, "Resource not accessible by this token")
        number = self.effects.total() + 1
        if (trouble := self.troubles.pop(number, None)) is not None:
            return trouble
        reply = act()
        if number in self.breaks_after and self.effects.total() == number:
            self.breaks_after.discard(number)
            return Reply(reset=True)
        return reply

    def user(self, call: "_Call") -> Reply:
        if call.token is None:
            raise _Refusal(401, "Requires authentication")
        if self.is_app:
            raise _Refusal(403, "Resource not accessible by integration")
        return _reply(200, {**_write_person(call), "name": "Releaser"})

    def installation(self, call: "_Call") -> Reply:
        return _reply(200, {"total_count": len(self.repositories), "repositories": []})

    def ref(self, call: "_Call", owner: str, name: str, tag: str) -> Reply:
        if tag not in self._find(owner, name).tags:
            raise _Refusal(404, "Not Found")
        sha = hashlib.sha1(tag.encode(), usedforsecurity=False).hexdigest()
        url = f"{call.api}/repos/{owner}/{name}/git"
        target = {"type": "commit", "sha": sha, "url": f"{url}/commits/{sha}"}
        row = {"ref": f"refs/tags/{tag}", "node_id": "r", "url": f"{url}/refs/tags/{tag}", "object": target}
        return _reply(200, row)

    def immutability(self, call: "_Call", owner: str, name: str) -> Reply:
        if not (call.may_push and self._find(owner, name).immutable and self.knows_immutability):
            raise _Refusal(404, "Not Found")
        return _reply(200, {"enabled": True, "enforced_by_owner": False})

    def list_releases(self, call: "_Call", owner: str, name: str) -> Reply:
        rows = sorted(self._find(owner, name).releases.values(), key=lambda each: -each.id)
        seen = [each for each in rows if call.may_push or not each.draft]
        return call.page([self._write(call, owner, name, each) for each in seen])

    def by_tag(self, call: "_Call", owner: str, name: str, tag: str) -> Reply:
        for release in self._find(owner, name).releases.values():
            if release.tag == tag and not release.draft:
                return _reply(200, self._write(call, owner, name, release))
        raise _Refusal(404, "Not Found")

    def latest(self, call: "_Call", owner: str, name: str) -> Reply:
        repository = self._find(owner, name)
        if repository.latest is None:
            raise _Refusal(404, "Not Found")
        return _reply(200, self._write(call, owner, name, repository.releases[repository.latest]))

    def release(self, call: "_Call", owner: str, name: str, number: str) -> Reply:
        found = self._find(owner, name).releases.get(int(number))
        if found is None or (found.draft and not call.may_push):
            raise _Refusal(404, "Not Found")
        return _reply(200, self._write(call, owner, name, found))

    def create(self, call: "_Call", owner: str, name: str) -> Reply:
        repository, fields = self._find(owner, name), call.fields
        tag = str(fields["tag_name"])
        release = StoredRelease(self.next_id(), tag, draft=fields.get("draft", False))
        self._check_tag(repository, release, tag)
        self._apply(release, {"draft": False, "prerelease": False, **fields})
        repository.releases[release.id] = release
        self._settle(repository, release, fields.get("make_latest", "true"), newly=not release.draft)
        self.effects[f"create {tag}"] += 1
        return _reply(201, self._write(call, owner, name, release))

    def change(self, call: "_Call", owner: str, name: str, number: str) -> Reply:
        repository, fields = self._find(owner, name), call.fields
        if (release := repository.releases.get(int(number))) is None:
            raise _Refusal(404, "Not Found")
        before = (release.draft, release.prerelease, release.tag, repository.latest)
        if release.immutable and not fields.keys() <= _OPEN_TO_EDIT:
            raise _Refusal(422, "Only the title and the notes of an immutable release can be modified.")
        if fields.get("tag_name", release.tag) != release.tag:
            self._check_tag(repository, release, fields["tag_name"])
        was_draft = release.draft
        self._apply(release, fields)
        newly = was_draft and not release.draft
        self._settle(repository, release, fields.get("make_latest", "true" if newly else None), newly=newly)
        if before != (release.draft, release.prerelease, release.tag, repository.latest):
            self.effects[f"change {release.tag}"] += 1
        return _reply(200, self._write(call, owner, name, release))

    def list_assets(self, call: "_Call", owner: str, name: str, number: str) -> Reply:
        release = self._find(owner, name).releases[int(number)]
        return call.page(
            [self._write_asset(call, owner, name, release, each) for each in release.assets.values()]
        )

    def upload(self, call: "_Call", owner: str, name: str, number: str) -> Reply:
        release = self._find(owner, name).releases[int(number)]
        if release.immutable:
            raise _Refusal(422, "Cannot upload assets to an immutable release.")
        stored = re.sub(r"[^A-Za-z0-9._+@-]", ".", call.query["name"][0]).strip(".")
        if any(each.name == stored for each in release.assets.values()):
            error = {"resource": "ReleaseAsset", "code": "already_exists", "field": "name"}
            raise _Refusal(422, "Validation Failed", error)
        if not call.body:
            raise _Refusal(400, "Bad Content-Length: 0")
        asset = StoredAsset(self.next_id(), stored, call.body)
        release.assets[asset.id] = asset
        self.effects[f"upload {stored}"] += 1
        return _reply(201, self._write_asset(call, owner, name, release, asset))

    def asset(self, call: "_Call", owner: str, name: str, number: str) -> Reply:
        release, asset = self._find_asset(owner, name, int(number))
        if release.draft and not call.may_push:
            raise _Refusal(404, "Not Found")
        if "application/octet-stream" in call.accept:
            return Reply(302, headers={"location": f"{call.base}/_assets/{asset.id}?sig=simulated"})
        return _reply(200, self._write_asset(call, owner, name, release, asset))

    def delete_asset(self, call: "_Call", owner: str, name: str, number: str) -> Reply:
        release, asset = self._find_asset(owner, name, int(number))
        if release.immutable:
            raise _Refusal(422, "Cannot delete assets from an immutable release.")
        del release.assets[asset.id]
        self.effects[f"delete {asset.name}"] += 1
        return Reply(204)

    def download(self, call: "_Call", owner: str, name: str, tag: str, file: str) -> Reply:
        for release in self._find(owner, name).releases.values():
            for asset in release.assets.values():
                if (release.tag, asset.name, release.draft) == (tag, file, False):
                    return Reply(302, headers={"location": f"{call.base}/_assets/{asset.id}?sig=simulated"})
        raise _Refusal(404, "Not Found")

    def content(self, call: "_Call", number: str) -> Reply:
        for repository in self.repositories.values():
            for release in repository.releases.values():
                if (asset := release.assets.get(int(number))) is not None:
                    return Reply(200, asset.data, {"content-type": "application/octet-stream"})
        raise _Refusal(404, "Not Found")

    def _find(self, owner: str, name: str) -> StoredRepository:
        try:
            return self.repositories[f"{owner}/{name}"]
        except KeyError:
            raise _Refusal(404, "Not Found") from None

    def _find_asset(self, owner: str, name: str, number: int) -> tuple[StoredRelease, StoredAsset]:
        for release in self._find(owner, name).releases.values():
            if number in release.assets:
                return release, release.assets[number]
        raise _Refusal(404, "Not Found")

    def _check_tag(self, repository: StoredRepository, release: StoredRelease, tag: str) -> None:
        if tag in repository.burnt:
            told = "tag_name was used by an immutable release"
            error = {"resource": "Release", "code": "custom", "field": "tag_name", "message": told}
            raise _Refusal(422, "Validation Failed", error)
        others = (each for each in repository.releases.values() if each.id != release.id and not each.draft)
        if any(each.tag == tag for each in others):
            error = {"resource": "Release", "code": "already_exists", "field": "tag_name"}
            raise _Refusal(422, "Validation Failed", error)

    def _apply(self, release: StoredRelease, fields: Mapping[str, Any]) -> None:
        draft = fields.get("draft", release.draft)
        prerelease = fields.get("prerelease", release.prerelease)
        if fields.get("make_latest") == "true" and (prerelease or draft):
            error = {"resource": "Release", "code": "invalid", "field": "make_latest"}
            raise _Refusal(422, "Validation Failed", error)
        release.draft, release.prerelease = draft, prerelease
        release.tag = fields.get("tag_name", release.tag)
        release.name = fields.get("name", release.name)
        release.body = fields.get("body", release.body)

    def _settle(
        self, repository: StoredRepository, release: StoredRelease, make_latest: str | None, *, newly: bool
    ) -> None:
        """Let what follows from a change follow: the tag, immutability, and which release is the latest."""
        if newly:
            release.order = self.next_id()
            if release.tag not in repository.tags:
                repository.tags.add(release.tag)  # GitHub chooses the commit, which ATR must never let it do
                self.effects[f"tag {release.tag}"] += 1
            if repository.immutable:
                release.immutable = True
                repository.burnt.add(release.tag)
        if make_latest == "true" and release.is_full:
            repository.latest = release.id
        latest = None if repository.latest is None else repository.releases.get(repository.latest)
        if latest is None or not latest.is_full:
            full = [each for each in repository.releases.values() if each.is_full]
            repository.latest = max(full, key=lambda each: each.order).id if full else None

    def _write(self, call: "_Call", owner: str, name: str, release: StoredRelease) -> Fields:
        url = f"{call.api}/repos/{owner}/{name}/releases/{release.id}"
        page = f"{call.base}/{owner}/{name}/releases"
        assets = [self._write_asset(call, owner, name, release, each) for each in release.assets.values()]
        return {
            "url": url,
            "assets_url": f"{url}/assets",
            "upload_url": f"{call.uploads}/repos/{owner}/{name}/releases/{release.id}/assets{{?name,label}}",
            "html_url": f"{page}/tag/{quote(release.tag)}",
            "id": release.id,
            "author": _write_person(call),
            "node_id": f"RE_{release.id}",
            "tag_name": release.tag,
            "target_commitish": "main",
            "name": release.name,
            "body": release.body,
            "draft": release.draft,
            "immutable": release.immutable,
            "prerelease": release.prerelease,
            "created_at": _WHEN,
            "published_at": None if release.draft else _WHEN,
            "assets": assets,
            "tarball_url": f"{call.api}/repos/{owner}/{name}/tarball/{quote(release.tag)}",
            "zipball_url": f"{call.api}/repos/{owner}/{name}/zipball/{quote(release.tag)}",
        }

    def _write_asset(
        self, call: "_Call", owner: str, name: str, release: StoredRelease, asset: StoredAsset
    ) -> Fields:
        digest = f"sha256:{hashlib.sha256(asset.data).hexdigest()}"
        page = f"{call.base}/{owner}/{name}/releases"
        return {
            "url": f"{call.api}/repos/{owner}/{name}/releases/assets/{asset.id}",
            "id": asset.id,
            "node_id": f"RA_{asset.id}",
            "name": asset.name,
            "label": "",
            "uploader": _write_person(call),
            "content_type": "application/octet-stream",
            "state": asset.state,
            "size": len(asset.data),
            "digest": digest if self.says_digest else None,
            "download_count": 0,
            "created_at": _WHEN,
            "updated_at": _WHEN,
            "browser_download_url": f"{page}/download/{release.tag}/{asset.name}",
        }


class _Call:
    """One request, read; addresses in the answer begin as the request's did."""

    def __init__(self, simulator: GithubSimulator, request: Seen) -> None:
        parts = urlsplit(request.path)
        headers = {name.lower(): value for name, value in request.headers.items()}
        prefix = "/api/v3" if parts.path.startswith("/api/v3/") else ""
        self.base = f"http://{headers.get('host', urlsplit(simulator.url).netloc)}"
        self.api = self.base + prefix
        self.uploads = f"{self.base}/api/uploads"
        self.method, self.path = request.method, parts.path.removeprefix(prefix)
        self.query, self.body = parse_qs(parts.query), request.body
        self.accept = headers.get("accept", "")
        given = headers.get("authorization")
        self.token = None if given is None else given.removeprefix("Bearer ")
        if self.token not in {None, TOKEN}:
            raise _Refusal(401, "Bad credentials")

    @property
    def may_push(self) -> bool:
        """Tell whether the token permits changes."""
        return self.token == TOKEN

    @property
    def fields(self) -> Fields:
        """Return the body as a JSON object."""
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found

    def page(self, rows: list[Fields]) -> Reply:
        """Return one page of rows, as many as asked for but 100 at most."""
        size = min(int(self.query.get("per_page", ["30"])[0]), 100)
        number = int(self.query.get("page", ["1"])[0])
        return _reply(200, rows[(number - 1) * size : number * size])


def _serve(method: str, path: str, name: str) -> None:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path).replace("(?P<tag>[^/]+)", "(?P<tag>.+)")
    _ROUTES.append((method, re.compile(pattern), name))


_REPOSITORY = "/repos/{owner}/{name}"
_serve("GET", "/user", "user")
_serve("GET", "/installation/repositories", "installation")
_serve("GET", f"{_REPOSITORY}/git/ref/tags/{{tag}}", "ref")
_serve("GET", f"{_REPOSITORY}/immutable-releases", "immutability")
_serve("GET", f"{_REPOSITORY}/releases", "list_releases")
_serve("GET", f"{_REPOSITORY}/releases/latest", "latest")
_serve("GET", f"{_REPOSITORY}/releases/tags/{{tag}}", "by_tag")
_serve("GET", f"{_REPOSITORY}/releases/assets/{{number}}", "asset")
_serve("GET", f"{_REPOSITORY}/releases/{{number}}", "release")
_serve("GET", f"{_REPOSITORY}/releases/{{number}}/assets", "list_assets")
_serve("POST", f"{_REPOSITORY}/releases", "create")
_serve("PATCH", f"{_REPOSITORY}/releases/{{number}}", "change")
_serve("DELETE", f"{_REPOSITORY}/releases/assets/{{number}}", "delete_asset")
_serve("POST", f"/api/uploads{_REPOSITORY}/releases/{{number}}/assets", "upload")
_serve("GET", "/{owner}/{name}/releases/download/{tag}/{file}", "download")
_serve("GET", "/_assets/{number}", "content")


def _write_person(call: _Call) -> Fields:
    url = f"{call.api}/users/releaser"
    names = ("followers", "subscriptions", "organizations", "repos", "received_events")
    more = {f"{name}_url": f"{url}/{name}" for name in names}
    return {
        "login": "releaser",
        "id": 1,
        "node_id": "U_1",
        "avatar_url": f"{call.base}/avatar",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{call.base}/releaser",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "events_url": f"{url}/events{{/privacy}}",
        "type": "User",
        "site_admin": False,
        **more,
    }


def _reply(status: int, body: object) -> Reply:
    return Reply(status, json.dumps(body).encode(), {"content-type": "application/json; charset=utf-8"})


@contextmanager
def serve_github() -> Iterator[GithubSimulator]:
    """Run a simulator on the loopback."""
    simulator = GithubSimulator()
    with serve_replies(simulator.answer) as simulator.url:
        yield simulator
