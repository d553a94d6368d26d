# SPDX-License-Identifier: Apache-2.0
"""Differences over HTTP, down to the members of archives."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from atr.bootstrap.checks import build_examiner
from atr.domain.check import RevisionFacts
from atr.domain.check_policy import CheckPolicy
from atr.domain.names import ReleaseKey
from atr.domain.people import ANONYMOUS
from atr.ports.jobs import JobKind
from atr.services.door import Door
from atr.services.evaluations import EvaluateRevision
from atr.services.releases import CreateRelease
from atr.services.revisions import ShowRevision
from atr.services.surroundings import Surroundings
from tests.support.archives import TarMember, make_tar_gz
from tests.support.door import RecordedQueue
from tests.support.playground import act_as, make_project
from tests.support.publishing import finish_release
from tests.support.uploading import RELEASE, add_files
from tests.support.voting import KEY, Bench, make_bench
from tests.support.website import Client, enter_as

NAME = "demo-1.0.tar.gz"
FACTS = RevisionFacts("demo", "main", "1.1", False, "rm", CheckPolicy(), datetime(2026, 1, 1, tzinfo=UTC))
DIFF = f"{RELEASE}/revisions/1/diff/2"


def pack(root: str, *members: TarMember) -> bytes:
    """Return an archive with a root folder."""
    return make_tar_gz(*(replace(each, path=f"{root}/{each.path}") for each in members))


OLD = pack(
    "demo-1.0-rc1",
    TarMember("a", b"1"),
    TarMember("b", b"2"),
    TarMember("same", b"s"),
    TarMember("run", b"r"),
)
NEW = pack(
    "demo-1.0",
    TarMember("a", b"12"),
    TarMember("c\udcff", b"3"),
    TarMember("same", b"s"),
    TarMember("run", b"r", mode=0o755),
)


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    made = make_bench(door, surroundings, queue)
    made.tools = replace(made.tools, examiner=build_examiner(door, surroundings.blobs, surroundings.keyring))
    return made


def examine(bench: Bench) -> None:
    """Do the evaluations that were asked for."""
    for argument in bench.queue.list_arguments(JobKind.EVALUATE_REVISION):
        EvaluateRevision.parse(argument).run(bench.tools)
    bench.queue.forget()


@pytest.fixture
def changed(api: Client, door: Door, bench: Bench) -> Bench:
    """Return a bench with a candidate whose archive changed once."""
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    rm = enter_as(door, "rm")
    assert add_files(api, rm, {NAME: OLD, "x.txt": b"1"}).status_code == 201
    assert add_files(api, rm, {NAME: NEW, "x.txt": b"2"}, base=1).status_code == 201
    return bench


def test_members_are_told_when_they_are_asked_for_and_known(api: Client, changed: Bench) -> None:
    assert [each["members"] for each in api.get(f"{DIFF}?members=true").json()["changes"]] == [None, None]
    examine(changed)
    assert [each["members"] for each in api.get(DIFF).json()["changes"]] == [None, None]
    archive, text = api.get(f"{DIFF}?members=true").json()["changes"]
    assert (archive["path"], text["members"]) == (NAME, None)
    found = archive["members"]
    counts = {name: found[name] for name in ("added", "removed", "changed", "mode", "unchanged", "next")}
    assert counts == {"added": 1, "removed": 1, "changed": 1, "mode": 1, "unchanged": 1, "next": None}
    assert [(each["path"], each["kind"]) for each in found["items"]] == [
        ("a", "changed"),
        ("b", "removed"),
        ("c\ufffd", "added"),
        ("run", "mode"),
    ]
    assert found["items"][0]["before"] == {
        "kind": "file",
        "mode": "644",
        "size": 1,
        "sha256": "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
        "content": "text",
        "link": None,
    }
    assert found["items"][1]["after"] is None


def test_members_come_in_pages(api: Client, changed: Bench) -> None:
    examine(changed)
    address = f"{DIFF}/members?file={NAME}&limit=3"
    first = api.get(address).json()
    assert [each["path"] for each in first["items"]] == ["a", "b", "c\ufffd"]
    second = api.get(f"{address}&cursor={first['next']}").json()
    assert ([each["path"] for each in second["items"]], second["next"]) == (["run"], None)
    assert second["added"] == first["added"] == 1
    assert api.get(f"{address}&cursor=x").status_code == 422


@pytest.mark.parametrize("path", ["x.txt", "nothing.zip", "demo-1.0.tar.gz.asc"])
def test_only_archives_that_changed_have_members(api: Client, changed: Bench, path: str) -> None:
    examine(changed)
    assert api.get(f"{DIFF}/members?file={path}").status_code == 404


def test_what_was_not_examined_is_not_there_yet(api: Client, changed: Bench) -> None:
    assert api.get(f"{DIFF}/members?file={NAME}").status_code == 404
    assert api.get(f"{DIFF}/members").status_code in {400, 422}
    assert api.get(f"{DIFF}/members?file=../x").status_code in {400, 422}


def test_releases_are_compared_by_member_too(api: Client, door: Door, bench: Bench) -> None:
    finish_release(bench, KEY, {NAME: OLD})
    newer = ReleaseKey.parse("demo/1.1")
    finish_release(bench, newer, {"demo-1.1.tar.gz": NEW})
    for key in (KEY, newer):
        revision = door.ask(ANONYMOUS, ShowRevision(key))
        bench.tools.examiner.examine(FACTS, revision.files, (), lambda _done, _total: None)
    address = "/api/v1/releases/demo/main/1.1/diff"
    (archive,) = api.get(f"{address}?members=true").json()["changes"]
    assert (archive["path"], archive["members"]["changed"]) == ("demo-1.1.tar.gz", 1)
    page = api.get(f"{address}/members?file=demo-1.1.tar.gz&other=1.0&limit=1").json()
    assert page["items"][0]["path"] == "a"


def test_texts_are_compared_line_by_line(api: Client, changed: Bench) -> None:
    examine(changed)
    whole = api.get(f"{DIFF}/text", params={"file": "x.txt"}).json()
    inside = api.get(f"{DIFF}/text", params={"file": NAME, "member": "a"}).json()
    assert (whole["added"], whole["removed"], whole["member"]) == (1, 1, "")
    assert [(each["kind"], each["text"]) for each in inside["hunks"][0]] == [
        ("removed", "1"),
        ("added", "12"),
    ]
    assert inside["hunks"][0][0]["before"] == 1
    added = api.get(f"{DIFF}/text", params={"file": NAME, "member": "c"})
    assert added.status_code == 404
    assert api.get(f"{DIFF}/text").status_code == 422
    assert api.get(f"{RELEASE}/diff/text", params={"file": "x.txt"}).status_code == 404
