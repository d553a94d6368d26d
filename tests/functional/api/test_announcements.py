# SPDX-License-Identifier: Apache-2.0
"""The announcement and the outbox over HTTP."""

import pytest

from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import add_person, make_project
from tests.support.voting import Bench, make_bench, pass_vote, publish_release, seal_release
from tests.support.website import Client, enter_as

HERE = "/api/v1/releases/demo/main/1.0"
ANNOUNCEMENT = f"{HERE}/announcement"
Headers = dict[str, str]


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    seal_release(door)
    return make_bench(door, surroundings, queue)


@pytest.fixture
def rm(door: Door, bench: Bench, clock: SettableClock) -> Headers:
    pass_vote(door, clock, bench)
    publish_release(door)
    bench.work_off()
    return enter_as(door, "rm")


def test_the_announcement_is_written_approved_and_sent(api: Client, rm: Headers, bench: Bench) -> None:
    shown = api.get(ANNOUNCEMENT, headers=rm)
    assert (shown.json()["state"], shown.json()["kept"]) == ("draft", True)
    seen = rm | {"if-match": shown.headers["etag"]}
    edited = api.patch(ANNOUNCEMENT, json={"subject": "It is out", "to": ["all@example.org"]}, headers=seen)
    assert edited.status_code == 200, edited.text
    assert (edited.json()["subject"], edited.json()["body"]) == ("It is out", shown.json()["body"])
    assert api.patch(ANNOUNCEMENT, json={"subject": "Mine"}, headers=seen).status_code == 412
    assert api.post(ANNOUNCEMENT, headers=seen).status_code == 412
    once = rm | {"if-match": edited.headers["etag"], "idempotency-key": "a"}
    approved = api.post(ANNOUNCEMENT, headers=once)
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    bench.offer_files()
    bench.work_off()
    answer = api.get(ANNOUNCEMENT).json()
    assert (answer["state"], answer["mail"]["state"]) == ("sent", "sent")
    assert answer["downloads_verified_at"] is not None
    assert api.get(HERE).json()["phase"] == "released"


def test_a_text_is_previewed_with_what_is_noticed_and_nothing_is_kept(api: Client, bench: Bench) -> None:
    drafted = api.post(f"{ANNOUNCEMENT}/preview", json={}).json()
    assert drafted["subject"] == "[ANNOUNCE] Sample Demo 1.0 released"
    assert [each["what"] for each in drafted["recipients"]] == [
        "where the foundation announces everything",
        "the list of the developers of Sample Demo",
    ]
    assert all(each["holds"] for each in drafted["remarks"])
    values = {each["name"]: each["value"] for each in drafted["variables"]}
    assert values["title"] == "Sample Demo 1.0"
    text = {"subject": "{{ title }} is out", "body": "soon", "to": ["me@example.org"]}
    shown = api.post(f"{ANNOUNCEMENT}/preview", json=text).json()
    assert (shown["subject"], shown["body"]) == ("Sample Demo 1.0 is out", "soon")
    assert "The text does not say where the files are" in str(shown["remarks"])
    assert not api.get(ANNOUNCEMENT).json()["kept"]


def test_an_approval_is_taken_back(api: Client, rm: Headers) -> None:
    assert api.post(f"{ANNOUNCEMENT}/reopen", headers=rm).status_code == 409
    assert api.post(ANNOUNCEMENT, headers=rm).json()["state"] == "approved"
    assert api.post(f"{ANNOUNCEMENT}/reopen", headers=rm).json()["state"] == "draft"
    assert api.post(f"{ANNOUNCEMENT}/reopen").status_code == 401


def test_a_preview_is_shown_before_there_is_a_draft(api: Client, bench: Bench) -> None:
    answer = api.get(ANNOUNCEMENT).json()
    assert (answer["kept"], answer["subject"]) == (False, "[ANNOUNCE] Sample Demo 1.0 released")
    assert answer["announce_reasons"] == [
        "Sign in first.",
        "A release is announced in phase announce; this one is in phase evaluate.",
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"subject": ""}, 422),
        ({"subject": "a\r\nBcc: x@example.org"}, 422),
        ({"to": ["x@example.org\nBcc: y@example.org"]}, 422),
        ({"body": "  "}, 422),
        ({"body": "a\u0000"}, 422),
        ({"state": "sent"}, 422),
    ],
)
def test_a_bad_text_is_explained_and_not_kept(
    api: Client, rm: Headers, body: dict[str, object], status: int
) -> None:
    before = api.get(ANNOUNCEMENT).json()
    answer = api.patch(ANNOUNCEMENT, json=body, headers=rm)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.get(ANNOUNCEMENT).json() == before


def test_only_who_may_run_phases_writes_and_approves(api: Client, door: Door, rm: Headers) -> None:
    assert api.post(ANNOUNCEMENT).status_code == 401
    dave = enter_as(door, "dave")
    assert api.post(ANNOUNCEMENT, headers=dave).status_code == 403
    assert api.patch(ANNOUNCEMENT, json={"subject": "x"}, headers=dave).status_code == 403
    assert api.get("/api/v1/releases/demo/main/9.9/announcement").status_code == 404


def test_the_mails_about_a_release_are_public_and_the_outbox_is_not(
    api: Client, door: Door, rm: Headers
) -> None:
    mails = api.get("/api/v1/mails?release=demo/1.0").json()["items"]
    assert [mail["kind"] for mail in mails] == ["vote start", *["ballot receipt"] * 3, "vote result"]
    assert mails[1]["in_reply_to"] == mails[0]["message_id"]
    assert api.get("/api/v1/mails").status_code == 401
    assert api.get("/api/v1/mails", headers=rm).status_code == 403
    add_person(door, "root", sysadmin=True)
    outbox = api.get("/api/v1/mails", headers=enter_as(door, "root")).json()["items"]
    assert [mail["message_id"] for mail in outbox] == [mail["message_id"] for mail in reversed(mails)]
    assert api.get("/api/v1/mails?release=demo/9.9").status_code == 404
    assert api.get("/api/v1/mails?release=a/b/c/d").status_code == 422
