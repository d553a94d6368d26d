# SPDX-License-Identifier: Apache-2.0
"""A GitHub that answers oddly, and what is concluded from it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from atr.domain.errors import Refused
from atr.platforms.github import connect
from atr.platforms.github.registry import GithubReleases
from atr.platforms.github.steps import CREATE, REMEMBER, is_early, is_newer, name_version
from atr.ports.platforms import (
    BadCredentials,
    NotYet,
    Operation,
    OtherBytes,
    RegistryDown,
    Side,
    Site,
)
from tests.integration.platforms.test_github import consign
from tests.simulators.github import TOKEN, GithubSimulator, StoredAsset, StoredRelease
from tests.simulators.lying import Reply, Seen, serve_replies
from tests.support.parcels import take_steps

WANTED = consign("demo")
Change = Callable[[Any], Any]


@dataclass(slots=True)
class OddGithub:
    """A simulator whose answers to some requests are changed on the way."""

    simulator: GithubSimulator
    method: str = ""
    path: str = ""
    change: Change | None = None
    status: int | None = None

    def answer(self, request: Seen) -> Reply:
        reply = self.simulator.answer(request)
        if request.method == self.method and self.path in request.path and self.change is not None:
            body = json.dumps(self.change(json.loads(reply.body))).encode()
            return replace(reply, body=body, status=self.status or reply.status)
        return reply

    def distort(self, method: str, path: str, change: Change, status: int | None = None) -> None:
        self.method, self.path, self.change, self.status = method, path, change, status


@pytest.fixture
def odd() -> OddGithub:
    github = OddGithub(GithubSimulator())
    github.simulator.repository("apache/demo", "v1.0", "v1.1")
    return github


@pytest.fixture
def registry(odd: OddGithub) -> Iterator[GithubReleases]:
    with serve_replies(odd.answer) as url, connect(Site(url, {"token": TOKEN}, local=True)) as opened:
        assert isinstance(opened, GithubReleases)
        yield opened


def without(name: str) -> Change:
    return lambda row: {key: value for key, value in row.items() if key != name}


def changed(**fields: object) -> Change:
    return lambda row: {**row, **fields}


@pytest.mark.parametrize("found", [{}, [1], "text"])
def test_a_list_that_is_none_is_told(odd: OddGithub, registry: GithubReleases, found: object) -> None:
    odd.distort("GET", "/releases?", lambda _row: found)
    with pytest.raises(RegistryDown, match="not answered by a list"):
        take_steps(registry, Operation.STAGE, WANTED)


@pytest.mark.parametrize(
    ("path", "change", "told"),
    [
        ("/releases", without("tag_name"), "no release"),
        ("/releases", changed(id="x"), "no release"),
        ("/assets?name", without("state"), "no asset"),
        ("/assets?name", changed(size=None), "no asset"),
    ],
)
def test_what_lacks_its_fields_is_told(
    odd: OddGithub, registry: GithubReleases, path: str, change: Change, told: str
) -> None:
    odd.distort("POST", path, change)
    with pytest.raises(RegistryDown, match=f"is {told}"):
        take_steps(registry, Operation.STAGE, WANTED)


@pytest.mark.parametrize(
    "change",
    [
        changed(name="renamed.tar.gz"),
        changed(size=7),
        changed(digest=f"sha256:{'0' * 64}"),
        changed(digest="x"),
    ],
)
def test_a_file_stored_otherwise_is_refused(odd: OddGithub, registry: GithubReleases, change: Change) -> None:
    odd.distort("POST", "/assets?name", change)
    with pytest.raises(OtherBytes, match=r"GitHub (says|calls)"):
        take_steps(registry, Operation.STAGE, WANTED)


def test_a_tag_is_found_by_its_whole_name(odd: OddGithub, registry: GithubReleases) -> None:
    odd.distort("GET", "/git/ref/", changed(ref="refs/tags/v1.0-other"))
    with pytest.raises(Refused, match="has no tag"):
        take_steps(registry, Operation.STAGE, WANTED)


def test_a_stated_digest_that_is_none_does_not_match(odd: OddGithub, registry: GithubReleases) -> None:
    results = take_steps(registry, Operation.STAGE, WANTED)
    odd.distort("GET", "/assets?", lambda rows: [{**row, "digest": "md5:0"} for row in rows])
    rows = registry.compare(Side.STAGING, WANTED, results)
    assert [row.seen for row in rows if row.subject == "stated digest"] == [None, None]


def test_a_refusal_that_is_no_limit_is_one_of_credentials(odd: OddGithub, registry: GithubReleases) -> None:
    odd.distort("POST", "/releases", lambda _row: {"message": "Resource not accessible"}, 403)
    with pytest.raises(BadCredentials, match="Resource not accessible"):
        take_steps(registry, Operation.STAGE, WANTED)


def test_a_latest_that_does_not_move_is_waited_for(odd: OddGithub, registry: GithubReleases) -> None:
    results = take_steps(registry, Operation.STAGE, WANTED)
    odd.distort("GET", "/releases/latest", lambda _row: {"message": "Not Found"}, 404)
    with pytest.raises(NotYet, match=r"does not lead to v1\.0 yet"):
        take_steps(registry, Operation.PROMOTE, WANTED, results)


def test_a_file_that_vanished_is_missed(odd: OddGithub, registry: GithubReleases) -> None:
    results = take_steps(registry, Operation.PUBLISH, WANTED)
    release = odd.simulator.repository("apache/demo").releases[int(results[CREATE])]
    kept = dict(release.assets)
    odd.simulator.repository("apache/demo").releases[int(results[CREATE])] = replace(release, tag="v1.1")
    odd.distort(
        "GET", f"/releases/{release.id}", lambda row: row | {"tag_name": "v1.0"} if "id" in row else row
    )
    rows = registry.compare(Side.PUBLIC, WANTED, results)
    assert kept
    assert [row.seen for row in rows] == [None, None], "nobody can download it under its tag"


def test_a_draft_is_not_looked_for_without_end(odd: OddGithub, registry: GithubReleases) -> None:
    releases = odd.simulator.repository("apache/demo").releases
    for number in range(1, 700):
        releases[number] = StoredRelease(number, f"v0.{number}", prerelease=True)
    odd.simulator._last = 700
    take_steps(registry, Operation.STAGE, WANTED)
    assert registry.traffic.requests < 40


def test_a_smaller_file_is_not_taken_for_ours(odd: OddGithub, registry: GithubReleases) -> None:
    results = take_steps(registry, Operation.STAGE, WANTED)
    release = odd.simulator.repository("apache/demo").releases[int(results[CREATE])]
    release.assets = {9: StoredAsset(9, "apache-demo.tar.gz", b"x")}
    with pytest.raises(OtherBytes, match="is there as"):
        registry.list_steps(Operation.STAGE, WANTED)[4].ask(results)


def test_nothing_is_given_back_that_was_not_taken(registry: GithubReleases) -> None:
    results = take_steps(registry, Operation.TAKE_BACK, WANTED)
    assert set(results.values()) == {"not public", "as it was"}


@pytest.mark.parametrize(
    ("tag", "version"),
    [("v0.9", "0.9"), ("release-0.9", "release-0.9"), ("v", "v"), ("nightly", "nightly")],
)
def test_a_version_is_read_as_ours_is_written(tag: str, version: str) -> None:
    assert name_version(tag, WANTED) == version
    assert name_version(tag, replace(WANTED, final_names=("fixed",))) == tag


@pytest.mark.parametrize(
    ("version", "newer"), [("1.0.1", True), ("0.9", False), ("1.0", False), ("nightly", False), ("", False)]
)
def test_only_what_can_be_compared_is_newer(version: str, newer: bool) -> None:
    assert is_newer(version, WANTED) is newer


@pytest.mark.parametrize(
    ("version", "early"),
    [
        ("1.0", False),
        ("2026-11-21", False),
        ("1.0-incubating", False),
        ("1.0-rc1", True),
        ("1.0rc1", True),
        ("2.0.0-beta.3", True),
        ("2.0.0-alpha+build", True),
        ("1.0-SNAPSHOT", True),
    ],
)
def test_words_say_that_a_version_is_not_final(version: str, early: bool) -> None:
    assert is_early(version) is early


def test_what_was_the_latest_is_noted(registry: GithubReleases) -> None:
    assert json.loads(take_steps(registry, Operation.PUBLISH, WANTED)[REMEMBER]) is None
