# SPDX-License-Identifier: Apache-2.0
"""A Nexus 2 with staging, as far as publishing goes: all takes time, rules fail, what is released is gone."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.simulators.lying import Reply, Seen
from tests.simulators.maven_rules import find_public, list_violations
from tests.simulators.routing import Route, Simulator, read_login, read_query, reply_file, reply_json

LOGIN = ("deployer", "nexus-secret-word")
PROFILE = "12ab34cd56ef"
_STAGING = "/service/local/staging"


@dataclass(slots=True)
class Staged:
    """A staging repository; `pending` is the transition that ends after `looks` more looks."""

    id: str
    description: str
    type: str = "open"
    pending: str = ""
    looks: int = 0
    auto_drop: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    activities: list[dict[str, Any]] = field(default_factory=list)

    def describe(self) -> dict[str, Any]:
        """Return it as the REST interface does."""
        return {
            "profileId": PROFILE,
            "profileName": "org.example",
            "repositoryId": self.id,
            "type": self.type,
            "transitioning": bool(self.pending),
            "description": self.description,
        }


class NexusSimulator(Simulator):
    """Starts without any repository; `delay` is how many looks a transition takes."""

    def __init__(self, delay: int = 1) -> None:
        super().__init__()
        self.delay = delay
        self.group = "org.example"
        self.staged: dict[str, Staged] = {}
        self.released: dict[str, bytes] = {}
        self.hides_public = False
        self._started = 1000

    def list_routes(self) -> list[Route]:
        return [
            ("GET", "/service/local/authentication/login", self._login),
            ("GET", f"{_STAGING}/profile_evaluate", self._evaluate),
            ("GET", f"{_STAGING}/profile_repositories/([^/]+)", self._list),
            ("POST", f"{_STAGING}/profiles/([^/]+)/start", self._start),
            ("PUT", f"{_STAGING}/deployByRepositoryId/([^/]+)/(.+)", self._deploy),
            ("POST", f"{_STAGING}/bulk/(close|promote|drop)", self._transit),
            ("GET", f"{_STAGING}/repository/([^/]+)", self._look),
            ("GET", f"{_STAGING}/repository/([^/]+)/activity", self._tell_activity),
            ("GET", "/service/local/repositories/([^/]+)/content/(.+)", self._read),
            ("GET", "/content/repositories/releases/(.+)", self._read_released),
            ("GET", "/content/groups/public/(.+)", self._read_public),
        ]

    def refuse(self, request: Seen, path: str) -> Reply | None:
        if path.startswith("/content/") or read_login(request) == ":".join(LOGIN):
            return None
        return Reply(401, b"<html><body>Unauthorized</body></html>", {"content-type": "text/html"})

    def release_by_hand(self, repository: str) -> None:
        """Do what a person does in the web interface."""
        self._finish(self.staged[repository], "promote")

    def _login(self, _: Seen) -> Reply:
        return reply_json({"data": {"clientPermissions": {"loggedIn": True, "loggedInUsername": LOGIN[0]}}})

    def _evaluate(self, request: Seen) -> Reply:
        query = read_query(request)
        fits = f"{query['g']}.".startswith(f"{self.group}.") and query["t"] == "maven2" and query["v"]
        return reply_json({"data": [{"id": PROFILE, "name": self.group}] if fits else []})

    def _list(self, _: Seen, profile: str) -> Reply:
        found = self.staged.values() if profile == PROFILE else ()
        return reply_json({"data": [each.describe() for each in found]})

    def _start(self, request: Seen, profile: str) -> Reply:
        if profile != PROFILE:
            return Reply(404, b"no such profile")
        self._started += 1
        description = json.loads(request.body)["data"]["description"]
        staged = Staged(f"orgexample-{self._started}", description)
        self.staged[staged.id] = staged
        self.effects["start"] += 1
        return reply_json({"data": {"stagedRepositoryId": staged.id, "description": description}}, 201)

    def _deploy(self, request: Seen, repository: str, path: str) -> Reply:
        staged = self.staged.get(repository)
        if staged is None or staged.type != "open" or staged.pending:
            return Reply(400, b"the staging repository is not open")
        staged.files[path] = request.body
        self.effects[f"deploy {path}"] += 1
        return Reply(201)

    def _transit(self, request: Seen, action: str) -> Reply:
        data = json.loads(request.body)["data"]
        for repository in data["stagedRepositoryIds"]:
            staged = self.staged.get(repository)
            allowed = {"close": ("open",), "promote": ("closed",), "drop": ("open", "closed")}[action]
            if staged is None or staged.type not in allowed or staged.pending:
                return reply_json({"errors": [{"id": "*", "msg": f"cannot {action} {repository}"}]}, 400)
            staged.pending, staged.looks = action, self.delay
            staged.auto_drop = bool(data.get("autoDropAfterRelease"))
            self.effects[action] += 1
        return Reply(201)

    def _look(self, _: Seen, repository: str) -> Reply:
        staged = self.staged.get(repository)
        if staged is not None and staged.pending:
            staged.looks -= 1
            if staged.looks < 0:
                self._finish(staged, staged.pending)
        if repository not in self.staged:
            return reply_json({"errors": [{"id": "*", "msg": f"No such repository: {repository}"}]}, 404)
        return reply_json(self.staged[repository].describe())

    def _finish(self, staged: Staged, action: str) -> None:
        staged.pending = ""
        match action:
            case "close":
                self._close(staged)
            case "promote":
                self._release(staged)
            case _:
                del self.staged[staged.id]

    def _close(self, staged: Staged) -> None:
        broken = list(list_violations(staged.files))
        staged.activities.append(_tell("close", broken))
        if not broken:
            staged.type = "closed"

    def _release(self, staged: Staged) -> None:
        taken = sorted(set(staged.files) & set(self.released))
        broken = [("artifact-uniqueness-staging", f"Artifact updating: '/{path}'") for path in taken]
        staged.activities.append(_tell("release", broken))
        if broken:
            return
        self.released |= staged.files
        staged.type = "released"
        if staged.auto_drop:
            del self.staged[staged.id]

    def _tell_activity(self, _: Seen, repository: str) -> Reply:
        staged = self.staged.get(repository)
        return Reply(404) if staged is None else reply_json(staged.activities)

    def _read(self, _: Seen, repository: str, path: str) -> Reply:
        return reply_file(self.staged[repository].files.get(path) if repository in self.staged else None)

    def _read_released(self, _: Seen, path: str) -> Reply:
        return reply_file(self.released.get(path))

    def _read_public(self, _: Seen, path: str) -> Reply:
        return reply_file(None if self.hides_public else find_public(self.released, path))


def _tell(name: str, broken: list[tuple[str, str]]) -> dict[str, Any]:
    """Return an activity with its events; messages are HTML, as the web interface shows them."""
    events = [
        {
            "name": "ruleFailed",
            "severity": 1,
            "properties": [
                {"name": "typeId", "value": rule},
                {"name": "failureMessage", "value": message.replace("'", "&#39;")},
            ],
        }
        for rule, message in broken
    ]
    begin = {"name": "repositoryCloseFailed" if broken else "repositoryClosed", "severity": int(bool(broken))}
    return {
        "name": name,
        "started": "2026-01-01T00:00:00.000Z",
        "stopped": "2026-01-01T00:00:09.000Z",
        "events": [*events, {**begin, "properties": []}],
    }
