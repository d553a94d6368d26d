# SPDX-License-Identifier: Apache-2.0
"""Resumable uploads over HTTP."""

import json
import os
from dataclasses import replace

import pytest

from atr.domain.errors import OutOfSpace
from atr.domain.names import ReleaseKey
from atr.services.deadlines import CollectDue
from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.services.surroundings import Foundation, Surroundings
from tests.support.door import SettableClock
from tests.support.playground import act_as, issue_token, make_project
from tests.support.uploading import (
    OCTETS,
    RELEASE,
    begin_upload,
    name_content,
    send_part,
    upload_file,
)
from tests.support.voting import KEY, seal_release
from tests.support.website import Client, bear_token, enter_as

BIG = os.urandom(3_000_001)


@pytest.fixture
def foundation(foundation: Foundation) -> Foundation:
    return replace(foundation, largest_file=10_000_000)


@pytest.fixture
def rm(door: Door) -> dict[str, str]:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    return enter_as(door, "rm")


def test_a_file_arrives_in_pieces(api: Client, rm: dict[str, str]) -> None:
    begun = begin_upload(api, rm, "a.tgz", BIG)
    assert begun.status_code == 201, begun.text
    address = begun.headers["location"]
    first = send_part(api, rm, address, 0, BIG[:2_000_000])
    assert (first.status_code, first.headers["upload-offset"]) == (200, "2000000")
    assert not first.json()["complete"]
    state = api.head(address, headers=rm)
    assert (state.headers["upload-offset"], state.headers["upload-length"]) == ("2000000", str(len(BIG)))
    last = send_part(api, rm, address, 2_000_000, BIG[2_000_000:])
    assert last.json()["complete"]
    assert api.head(address, headers=rm).headers["upload-offset"] == str(len(BIG))
    assert begin_upload(api, rm, "b.tgz", BIG).json()["have"]


def test_the_last_piece_may_be_sent_again(api: Client, rm: dict[str, str]) -> None:
    address = begin_upload(api, rm, "a", b"abc").headers["location"]
    assert send_part(api, rm, address, 0, b"abc").json()["complete"]
    again = send_part(api, rm, address, 3, b"")
    assert (again.status_code, again.json()["complete"]) == (200, True)
    assert send_part(api, rm, address, 0, b"abc").status_code == 409


def test_another_offset_is_answered_with_the_right_one(api: Client, rm: dict[str, str]) -> None:
    address = begin_upload(api, rm, "a", b"abcdef").headers["location"]
    send_part(api, rm, address, 0, b"ab")
    wrong = send_part(api, rm, address, 4, b"ef")
    assert (wrong.status_code, wrong.headers["upload-offset"]) == (409, "2")
    assert "offset 2" in wrong.json()["detail"]
    assert send_part(api, rm, address, 2, b"cdef").json()["complete"]


@pytest.mark.parametrize("offset", ["", "-1", "x", "1.5", "+1", "9" * 30])
def test_an_offset_is_a_number(api: Client, rm: dict[str, str], offset: str) -> None:
    address = begin_upload(api, rm, "a", b"abc").headers["location"]
    headers = rm | OCTETS | {"upload-offset": offset}
    assert api.patch(address, content=b"abc", headers=headers).status_code == 422


def test_what_is_not_what_was_announced_is_let_go(
    api: Client, rm: dict[str, str], surroundings: Surroundings
) -> None:
    address = begin_upload(api, rm, "a", b"abc").headers["location"]
    refused = send_part(api, rm, address, 0, b"xyz")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "sha512"
    assert api.head(address, headers=rm).status_code == 404
    assert list(surroundings.blobs.list()) == []
    revision = {"base": 0, "add": {"a": name_content(b"abc")}}
    assert api.post(f"{RELEASE}/revisions", json=revision, headers=rm).status_code == 422


def test_more_than_was_announced_is_refused(api: Client, rm: dict[str, str]) -> None:
    address = begin_upload(api, rm, "a", b"abc").headers["location"]
    assert send_part(api, rm, address, 0, b"abcd").status_code == 413
    chunked = api.patch(address, content=iter([b"ab", b"cd"]), headers=rm | OCTETS | {"upload-offset": "0"})
    assert chunked.status_code == 413
    assert api.head(address, headers=rm).headers["upload-offset"] in {"0", "2"}


def test_a_body_of_another_kind_is_not_taken(api: Client, rm: dict[str, str]) -> None:
    address = begin_upload(api, rm, "a", b"abc").headers["location"]
    wrong = rm | {"upload-offset": "0", "content-type": "application/json"}
    assert api.patch(address, content=b"abc", headers=wrong).status_code == 415


def test_an_empty_file_needs_no_sending(api: Client, rm: dict[str, str]) -> None:
    assert begin_upload(api, rm, "empty", b"").json()["have"]
    body = {"path": "empty", "size": 0, "sha512": name_content(b"x")}
    assert api.post(f"{RELEASE}/uploads", json=body, headers=rm).status_code == 422


def test_a_known_content_of_another_size_is_refused(api: Client, rm: dict[str, str]) -> None:
    upload_file(api, rm, "a", b"abc")
    body = {"path": "a", "size": 4, "sha512": name_content(b"abc")}
    refused = api.post(f"{RELEASE}/uploads", json=body, headers=rm)
    assert refused.json()["errors"][0]["field"] == "size"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"path": "../etc/passwd"}, 422),
        ({"path": "/absolute"}, 422),
        ({"path": "a//b"}, 422),
        ({"path": "a/./b"}, 422),
        ({"path": "a\\b"}, 422),
        ({"path": "a\nb"}, 422),
        ({"path": "a\u0000b"}, 422),
        ({"path": "a\ud800b"}, 400),
        ({"path": "u\u0308.txt"}, 422),
        ({"path": ""}, 422),
        ({"path": "x" * 300}, 422),
        ({"path": "release.json"}, 422),
        ({"path": "Release.JSON"}, 422),
        ({"size": -1}, 422),
        ({"size": "3"}, 422),
        ({"size": 1.5}, 422),
        ({"size": 2**70}, 422),
        ({"size": 10_000_001}, 413),
        ({"sha512": "abc"}, 422),
        ({"sha512": f"sha256:{'a' * 64}"}, 422),
        ({"sha512": f"sha512:{'A' * 128}"}, 422),
        ({"extra": True}, 422),
    ],
)
def test_a_bad_announcement_begins_nothing(
    api: Client, rm: dict[str, str], change: dict[str, object], status: int
) -> None:
    body = {"path": "a", "size": 3, "sha512": name_content(b"abc")} | change
    text = json.dumps(body)  # in ASCII, so that halves of surrogate pairs can be sent
    answer = api.post(f"{RELEASE}/uploads", content=text, headers=rm | {"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_upload_is_seen_by_its_owner_only(api: Client, door: Door, rm: dict[str, str]) -> None:
    address = begin_upload(api, rm, "a", b"abc").headers["location"]
    alice = enter_as(door, "alice")
    assert send_part(api, alice, address, 0, b"abc").status_code == 404
    assert api.head(address, headers=alice).status_code == 404
    assert api.delete(address, headers=alice).status_code == 404
    assert api.head(address).status_code == 401
    assert api.head(address, headers=enter_as(door, "dave")).status_code == 403
    other = address.replace("/1.0/", "/2.0/")
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, ReleaseKey.parse("demo/2.0").version))
    assert api.head(other, headers=rm).status_code == 404


def test_an_upload_can_be_given_up(api: Client, rm: dict[str, str]) -> None:
    address = begin_upload(api, rm, "a", b"abc").headers["location"]
    send_part(api, rm, address, 0, b"a")
    assert api.delete(address, headers=rm).status_code == 204
    assert api.delete(address, headers=rm).status_code == 404
    assert send_part(api, rm, address, 1, b"bc").status_code == 404


def test_an_abandoned_upload_is_forgotten_after_a_day(
    api: Client, door: Door, rm: dict[str, str], clock: SettableClock, surroundings: Surroundings
) -> None:
    address = begin_upload(api, rm, "a", b"abc").headers["location"]
    send_part(api, rm, address, 0, b"a")
    clock.advance(hours=23)
    door.keep(CollectDue())
    assert api.head(address, headers=enter_as(door, "rm")).status_code == 200
    clock.advance(hours=2)
    door.keep(CollectDue())
    assert api.head(address, headers=enter_as(door, "rm")).status_code == 404
    assert surroundings.spool.offset(address.rpartition("/")[2]) == 0


def test_a_sealed_candidate_takes_no_files(api: Client, door: Door) -> None:
    make_project(door)
    seal_release(door)
    answer = begin_upload(api, enter_as(door, "rm"), "a", b"abc")
    assert answer.status_code == 409
    assert "phase compose only" in answer.json()["detail"]


def test_an_automation_uploads_as_its_owner(api: Client, door: Door, rm: dict[str, str]) -> None:
    automation = bear_token(issue_token(door, "rm").secret)
    assert upload_file(api, automation, "a", b"abc") == name_content(b"abc")


def test_repeating_an_announcement_gives_the_same_upload(api: Client, rm: dict[str, str]) -> None:
    once = rm | {"idempotency-key": "k"}
    first, again = (begin_upload(api, once, "a", b"abc") for _ in range(2))
    assert first.headers["location"] == again.headers["location"]


def test_a_swept_content_has_to_be_sent_again(
    api: Client, rm: dict[str, str], surroundings: Surroundings
) -> None:
    upload_file(api, rm, "a", b"abc")
    for blob in list(surroundings.blobs.list()):
        surroundings.blobs.delete(blob.digest)
    assert begin_upload(api, rm, "a", b"abc").status_code == 201
    revision = {"base": 0, "add": {"a": name_content(b"abc")}}
    refused = api.post(f"{RELEASE}/revisions", json=revision, headers=rm)
    assert refused.status_code == 422
    assert "has not been uploaded" in refused.json()["detail"]


def test_a_full_disk_changes_nothing(
    api: Client, rm: dict[str, str], surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = begin_upload(api, rm, "a", b"abc").headers["location"]

    def refuse(*_: object) -> None:
        raise OutOfSpace("The store is full: nothing was changed.")

    monkeypatch.setattr(surroundings.blobs, "adopt", refuse)
    full = send_part(api, rm, address, 0, b"abc")
    assert full.status_code == 507
    assert api.head(address, headers=rm).status_code == 507
    monkeypatch.undo()
    assert send_part(api, rm, address, 3, b"").json()["complete"]


def test_asking_for_the_offset_ends_what_a_killed_server_left_open(
    api: Client, rm: dict[str, str], surroundings: Surroundings
) -> None:
    address = begin_upload(api, rm, "a", b"abc").headers["location"]
    surroundings.spool.append(address.rpartition("/")[2], 0, [b"abc"])
    assert api.head(address, headers=rm).headers["upload-offset"] == "3"
    revision = {"base": 0, "add": {"a": name_content(b"abc")}}
    assert api.post(f"{RELEASE}/revisions", json=revision, headers=rm).status_code == 201
