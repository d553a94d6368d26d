# SPDX-License-Identifier: Apache-2.0
"""The simulated GitHub answers in the shapes that GitHub's own OpenAPI description gives (Octokit's copy)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import validator_for

from atr.domain.errors import Refused
from atr.ports.platforms import Operation
from tests.integration.platforms.test_github import consign, open_registry
from tests.simulators.github import GithubSimulator
from tests.simulators.lying import Reply, Seen, serve_replies
from tests.support.parcels import take_steps

SCHEMAS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "data/github-openapi.json").read_text())
REQUESTS = {"POST": "create release", "PATCH": "update release"}


def check_shape(name: str, value: object) -> None:
    errors = [
        f"{error.instance_path}: {error.message}" for error in validator_for(SCHEMAS[name]).iter_errors(value)
    ]
    assert not errors, (name, errors)


def choose_shape(request: Seen, reply: Reply, value: object) -> str | None:
    if reply.status >= 400:
        return "validation error" if reply.status == 422 else "error"
    if isinstance(value, dict):
        return next((name for key, name in KEYS.items() if key in value), None)
    return None


KEYS = {
    "upload_url": "release",
    "browser_download_url": "asset",
    "ref": "git ref",
    "enforced_by_owner": "immutability",
}


@pytest.fixture
def seen() -> list[str]:
    return []


@pytest.fixture
def github(seen: list[str]) -> Iterator[GithubSimulator]:
    simulator = GithubSimulator()

    def answer(request: Seen) -> Reply:
        reply = simulator.answer(request)
        is_json = reply.headers.get("content-type", "").startswith("application/json")
        if is_json and request.method in REQUESTS and "/assets" not in request.path:
            check_request(request)
        for value in _list_values(json.loads(reply.body) if is_json else None):
            if (name := choose_shape(request, reply, value)) is not None:
                check_shape(name, value)
                seen.append(name)
        return reply

    def check_request(request: Seen) -> None:
        check_shape(REQUESTS[request.method], json.loads(request.body))
        seen.append(REQUESTS[request.method])

    with serve_replies(answer) as simulator.url:
        yield simulator


def _list_values(found: object) -> list[object]:
    return found if isinstance(found, list) else [found]


def test_every_request_and_answer_has_its_shape(github: GithubSimulator, seen: list[str]) -> None:
    repository = github.repository("apache/demo", "v1.0", "v1.1")
    repository.immutable = True
    with open_registry(github) as registry:
        registry.check_access()
        first = take_steps(registry, Operation.PUBLISH, consign("demo"))
        take_steps(registry, Operation.PUBLISH, consign("demo", "1.1"))
        with pytest.raises(Refused, match="to an immutable release"):
            registry.list_steps(Operation.STAGE, consign("demo"))[4].act(first)
    assert set(seen) == SCHEMAS.keys() - {"source"}
