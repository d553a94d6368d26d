# SPDX-License-Identifier: Apache-2.0
"""Changing files over HTTP: as a whole or not at all, and reading what is there."""

import pytest

from atr.domain.lifecycle import Phase
from atr.domain.names import Version
from atr.domain.people import SERVICE
from atr.ports.jobs import JobKind
from atr.services.door import Door
from atr.services.release_phases import MoveRelease
from atr.services.releases import CreateRelease
from tests.support.door import RecordedQueue
from tests.support.playground import act_as, make_project
from tests.support.uploading import RELEASE, add_files, name_content, upload_file
from tests.support.voting import KEY, seal_release
from tests.support.website import Client, enter_as


@pytest.fixture
def rm(door: Door) -> dict[str, str]:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    return enter_as(door, "rm")


def test_files_become_one_revision(api: Client, rm: dict[str, str], queue: RecordedQueue) -> None:
    made = add_files(api, rm, {"a.tgz": b"one", "docs/ü.txt": b"two"})
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"{RELEASE}/revisions/1"
    assert [each["path"] for each in made.json()["files"]] == ["a.tgz", "docs/ü.txt"]
    assert api.get(f"{RELEASE}/revisions/1").json() == made.json()
    assert api.get(RELEASE).json()["manifest_digest"] == made.json()["manifest_digest"]
    assert queue.list_arguments(JobKind.EVALUATE_REVISION) == ["demo/main/1.0@1"]
    assert api.get(RELEASE).json()["evaluation"]["state"] == "waiting"


def test_missing_checksums_are_made_once(api: Client, rm: dict[str, str]) -> None:
    add_files(api, rm, {"a.tgz": b"one", "README": b"two"})
    made = api.post(f"{RELEASE}/checksums", headers=rm)
    assert (made.status_code, made.headers["location"]) == (201, f"{RELEASE}/revisions/2")
    assert [each["path"] for each in made.json()["files"]] == ["README", "a.tgz", "a.tgz.sha512"]
    assert made.json()["description"] == "ATR made the missing checksums: a.tgz.sha512"
    again = api.post(f"{RELEASE}/checksums", headers=rm)
    assert (again.status_code, "none to be made" in again.text) == (409, True)
    assert api.post(f"{RELEASE}/checksums").status_code == 401
    events = api.get(f"{RELEASE}/events").text
    assert "checksums.created" in events


def test_a_change_stands_on_the_newest_revision(api: Client, rm: dict[str, str]) -> None:
    add_files(api, rm, {"a": b"one", "b": b"two"})
    stale = add_files(api, rm, {"c": b"three"}, base=0)
    assert stale.status_code == 409
    assert "The newest revision is 1" in stale.json()["detail"]
    changed = add_files(api, rm, {"a": b"new", "c": b"three"}, base=1, remove=("b",))
    assert [each["path"] for each in changed.json()["files"]] == ["a", "c"]
    items = api.get(f"{RELEASE}/revisions").json()["items"]
    assert [each["number"] for each in items] == [2, 1]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"base": 1, "add": {"b": name_content(b"never sent")}}, 422, "b: sha512:"),
        ({"base": 1, "remove": ["nothing"]}, 422, "no file nothing"),
        ({"base": 1}, 409, "Nothing changes"),
        ({"base": 1, "add": {"a": name_content(b"one")}}, 409, "Nothing changes"),
        ({"base": 1, "add": {"A": name_content(b"one")}}, 409, "differ only by case"),
        ({"base": 1, "add": {"a/b": name_content(b"one")}}, 409, "cannot stand below"),
        ({"base": 1, "add": {"../x": name_content(b"one")}}, 422, "not a usable file path"),
        ({"base": 1, "add": {"x\u202e": name_content(b"one")}}, 422, "control"),
        ({"base": 1, "add": {"release.json": name_content(b"one")}}, 422, "ATR writes"),
        ({"base": 1, "add": {"x": "sha512:12"}}, 422, "not a digest"),
        ({"base": "1", "remove": ["a"]}, 422, "integer"),
        ({"base": -1, "remove": ["a"]}, 422, "greater"),
        ({"base": 2**40, "remove": ["a"]}, 422, "less"),
        ({"remove": ["a"]}, 422, "required"),
        ({"base": 1, "remove": "a"}, 422, "tuple"),
        ({"base": 1, "remove": ["a"], "force": True}, 422, "not permitted"),
        ({"base": 1, "remove": ["a"], "description": "x" * 10_001}, 422, "10000"),
    ],
)
def test_a_bad_change_changes_nothing(
    api: Client, rm: dict[str, str], body: dict[str, object], status: int, said: str
) -> None:
    add_files(api, rm, {"a": b"one"})
    answer = api.post(f"{RELEASE}/revisions", json=body, headers=rm)
    assert answer.status_code == status, answer.text
    assert said in answer.json()["detail"]
    assert len(api.get(f"{RELEASE}/revisions").json()["items"]) == 1


def test_all_unknown_contents_are_named(api: Client, rm: dict[str, str]) -> None:
    add = {name: name_content(name.encode()) for name in "abc"}
    answer = api.post(f"{RELEASE}/revisions", json={"base": 0, "add": add}, headers=rm)
    assert [each["message"][0] for each in answer.json()["errors"]] == ["a", "b", "c"]


def test_a_sealed_candidate_does_not_change(api: Client, door: Door) -> None:
    make_project(door)
    seal_release(door)
    rm = enter_as(door, "rm")
    answer = api.post(f"{RELEASE}/revisions", json={"base": 1, "remove": ["demo-1.0.tar.gz"]}, headers=rm)
    assert answer.status_code == 409
    door.perform(SERVICE, MoveRelease(KEY, Phase.COMPOSE))
    answer = api.post(f"{RELEASE}/revisions", json={"base": 1, "remove": ["demo-1.0.tar.gz"]}, headers=rm)
    assert answer.status_code == 201, answer.text


def test_only_those_who_may_change_files(api: Client, door: Door, rm: dict[str, str]) -> None:
    upload_file(api, rm, "a", b"one")
    body = {"base": 0, "add": {"a": name_content(b"one")}}
    assert api.post(f"{RELEASE}/revisions", json=body).status_code == 401
    assert api.post(f"{RELEASE}/revisions", json=body, headers=enter_as(door, "dave")).status_code == 403


def test_a_repeated_change_is_made_once(api: Client, rm: dict[str, str]) -> None:
    once = rm | {"idempotency-key": "k"}
    upload_file(api, rm, "a", b"one")
    body = {"base": 0, "add": {"a": name_content(b"one")}}
    first, again = (api.post(f"{RELEASE}/revisions", json=body, headers=once) for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())


def test_a_file_is_sent_with_its_digest(api: Client, rm: dict[str, str]) -> None:
    add_files(api, rm, {"docs/a b.txt": b"0123456789"})
    sent = api.get(f"{RELEASE}/revisions/1/files/docs/a b.txt")
    assert (sent.status_code, sent.content) == (200, b"0123456789")
    assert sent.headers["content-disposition"] == "attachment; filename*=UTF-8''a%20b.txt"
    assert sent.headers["content-security-policy"].startswith("sandbox")
    part = api.get(f"{RELEASE}/revisions/1/files/docs/a b.txt", headers={"range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")
    assert api.get(f"{RELEASE}/revisions/1/files/other").status_code == 404
    assert api.get(f"{RELEASE}/revisions/1/files/%2e%2e/x").status_code == 404


def test_differences_are_shown(api: Client, rm: dict[str, str]) -> None:
    add_files(api, rm, {"a": b"one", "b": b"two", "same": b"same"})
    add_files(api, rm, {"a": b"new", "c": b"three"}, base=1, remove=("b",))
    found = api.get(f"{RELEASE}/revisions/1/diff/2").json()
    assert [(each["path"], each["kind"]) for each in found["changes"]] == [
        ("a", "changed"),
        ("b", "removed"),
        ("c", "added"),
    ]
    assert found["unchanged"] == 1
    assert found["changes"][0]["before"]["size"] == 3
    assert found["changes"][1]["after"] is None
    assert len(api.get(f"{RELEASE}/revisions/0/diff/1").json()["changes"]) == 3
    assert api.get(f"{RELEASE}/revisions/1/diff/9").status_code == 404


def test_releases_are_compared_with_versions_in_names_made_alike(
    api: Client, door: Door, rm: dict[str, str]
) -> None:
    add_files(api, rm, {"demo-1.0.tgz": b"one", "README-1.0": b"same"})
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, Version("1.1")))
    body = {
        "base": 0,
        "add": {"demo-1.1.tgz": upload_file(api, rm, "x", b"two"), "README-1.1": name_content(b"same")},
    }
    other = RELEASE.replace("1.0", "1.1")
    assert api.post(f"{other}/revisions", json=body, headers=rm).status_code == 201
    found = api.get(f"{other}/diff?other=1.0").json()
    assert [(each["path"], each["kind"]) for each in found["changes"]] == [("demo-1.1.tgz", "changed")]
    assert found["unchanged"] == 1
    assert api.get(f"{other}/diff").status_code == 404


def test_an_earlier_revision_is_restored(api: Client, rm: dict[str, str]) -> None:
    add_files(api, rm, {"a": b"one"})
    add_files(api, rm, {"b": b"two"}, base=1)
    made = api.post(f"{RELEASE}/revisions/1/restore", json={"base": 2}, headers=rm)
    assert (made.status_code, made.headers["location"]) == (201, f"{RELEASE}/revisions/3")
    assert [each["path"] for each in made.json()["files"]] == ["a"]
    assert "revision.restored" in api.get(f"{RELEASE}/events").text
    assert api.post(f"{RELEASE}/revisions/2/restore", json={"base": 2}, headers=rm).status_code == 409
