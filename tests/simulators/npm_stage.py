# SPDX-License-Identifier: Apache-2.0
"""npm's own staging (and just enough of its registry to publish to), as npm describes the interface.

A version waits under an id, is examined first, and goes live when a person approves it with a password.
"""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from tests.simulators.lying import Reply, Seen, serve_replies

JSON = {"content-type": "application/json"}
_STAGED = re.compile(r"/-/stage/([0-9a-f-]{36})(/tarball|/approve)?")


@dataclass(slots=True)
class Staged:
    """One version that waits for approval."""

    packument: dict[str, Any]
    looks_left: int
    stage_id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def version(self) -> str:
        """Return the only version of the packument."""
        return str(next(iter(self.packument["versions"])))

    @property
    def tarball(self) -> bytes:
        """Return the attachment."""
        (attachment,) = self.packument["_attachments"].values()
        return base64.b64decode(attachment["data"])


class NpmStage:
    """One registry; `looks` is how often a new version is looked at before it has been examined."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.looks = 0
        self.offers = True
        self.staged: dict[str, Staged] = {}
        self.live: dict[str, dict[str, Any]] = {}
        self.effects: Counter[str] = Counter()
        self.url = ""

    def answer(self, request: Seen) -> Reply:
        """Answer one request."""
        parts = urlsplit(request.path)
        path = unquote(parts.path)
        if dict(request.headers).get("authorization") != f"Bearer {self._token}" and path.startswith("/-/"):
            return _say(401, "Unauthorized")
        if not self.offers and path.startswith("/-/stage"):
            return _say(404, "Not Found")
        if (found := _STAGED.fullmatch(path)) is not None:
            return self._act(found[1], found[2] or "")
        if path == "/-/stage":
            return self._list(parse_qs(parts.query))
        if request.method == "POST" and path.startswith("/-/stage/package/"):
            return self._submit(path.removeprefix("/-/stage/package/"), json.loads(request.body))
        return self._show(path)

    def approve(self, stage_id: str) -> None:
        """Approve, as a maintainer does with a one-time password."""
        staged = self.staged.pop(stage_id)
        name = staged.packument["name"]
        live = self.live.setdefault(name, {"_id": name, "name": name, "dist-tags": {}, "versions": {}})
        live["dist-tags"].update(staged.packument["dist-tags"])
        entry = staged.packument["versions"][staged.version]
        entry["dist"]["tarball"] = f"{self.url}/{name}/-/{staged.version}.tgz"
        entry["_data"] = base64.b64encode(staged.tarball).decode()
        live["versions"][staged.version] = entry
        self.effects["approve"] += 1

    def _submit(self, name: str, packument: dict[str, Any]) -> Reply:
        staged = Staged(packument, self.looks)
        waiting = {(each.packument["name"], each.version) for each in self.staged.values()}
        if (name, staged.version) in waiting or staged.version in self.live.get(name, {}).get("versions", {}):
            return _say(409, "Conflict - the version is staged or published already")
        self.staged[staged.stage_id] = staged
        self.effects["stage"] += 1
        return _say(201, "Package version staged successfully.", stageId=staged.stage_id)

    def _list(self, query: dict[str, list[str]]) -> Reply:
        page, size = int(query.get("page", ["0"])[0]), int(query.get("perPage", ["10"])[0])
        wanted = [each for each in self.staged.values() if [each.packument["name"]] == query.get("package")]
        items = [self._describe(each) for each in reversed(wanted)][page * size :][:size]
        body = {"items": items, "page": page, "perPage": size, "total": len(wanted)}
        return Reply(200, json.dumps(body).encode(), JSON)

    def _describe(self, staged: Staged) -> dict[str, str]:
        status = "validating" if staged.looks_left > 0 else "staged"
        staged.looks_left -= 1
        name = staged.packument["name"]
        return {"id": staged.stage_id, "packageName": name, "version": staged.version, "status": status}

    def _act(self, stage_id: str, what: str) -> Reply:
        staged = self.staged.get(stage_id)
        if staged is None:
            return _say(404, "Not Found")
        if what == "/tarball":
            return Reply(200, staged.tarball)
        return Reply(401, b'{"message": "otp"}', {"www-authenticate": "OTP", **JSON})

    def _show(self, path: str) -> Reply:
        if path.startswith("/-/package/"):
            name = path.removeprefix("/-/package/").removesuffix("/dist-tags")
            tags = self.live.get(name, {}).get("dist-tags")
            return _say(404, "Not Found") if tags is None else Reply(200, json.dumps(tags).encode(), JSON)
        name, _, file = path.lstrip("/").partition("/-/")
        live = self.live.get(name)
        if live is None:
            return _say(404, "Not Found")
        if file:
            return Reply(200, base64.b64decode(live["versions"][file.removesuffix(".tgz")]["_data"]))
        return Reply(200, json.dumps(live).encode(), JSON)


def _say(status: int, message: str, **more: str) -> Reply:
    return Reply(status, json.dumps({"message": message, **more}).encode(), JSON)


@contextmanager
def simulate_npm_stage(token: str) -> Iterator[NpmStage]:
    """Serve a registry with staging on the loopback."""
    registry = NpmStage(token)
    with serve_replies(registry.answer) as registry.url:
        yield registry
