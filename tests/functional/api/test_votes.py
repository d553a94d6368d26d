# SPDX-License-Identifier: Apache-2.0
"""Votes over HTTP: opened, cast, counted, extended, closed."""

from typing import cast

import pytest

from atr.domain.project import MailingLists
from atr.ports.jobs import JobKind
from atr.services.deadlines import CollectDue
from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.services.surroundings import Surroundings
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, issue_token, make_project
from tests.support.voting import KEY, Bench, change_project, make_bench, seal_release, set_policy
from tests.support.website import Client, bear_token, enter_as

HERE = "/api/v1/releases/demo/main/1.0"
VOTES = f"{HERE}/votes"
ROUND = f"{VOTES}/1"
Headers = dict[str, str]


@pytest.fixture
def rm(door: Door) -> Headers:
    make_project(door)
    seal_release(door)
    return enter_as(door, "rm")


@pytest.fixture
def digest(api: Client, rm: Headers) -> str:
    answer = api.post(VOTES, json={}, headers=rm)
    assert answer.status_code == 201, answer.text
    return cast("str", answer.json()["manifest_digest"])


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    return make_bench(door, surroundings, queue)


def cast_all(api: Client, door: Door, digest: str, choice: str = "+1") -> None:
    for member in ("alice", "bob", "carol"):
        body = {"choice": choice, "manifest_digest": digest}
        answer = api.put(f"{ROUND}/ballots", json=body, headers=enter_as(door, member))
        assert answer.status_code == 200, answer.text


def test_a_vote_is_opened_and_shown(api: Client, rm: Headers) -> None:
    made = api.post(VOTES, json={"hours": 100}, headers=rm)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == ROUND
    answer = api.get(ROUND).json()
    facts = [answer[name] for name in ("round", "kind", "state", "passed")]
    assert facts == [1, "project", "open", None]
    assert answer["deadline_at"] == "2026-11-25T16:00:00Z"
    assert answer["roster"] == ["alice", "bob", "carol"]
    assert answer["policy"]["min_hours"] == 100
    assert answer["tally"]["unmet"][0].startswith("The vote is open until")
    assert [mail["subject"] for mail in answer["thread"]] == ["[VOTE] Release Sample Demo 1.0"]
    assert api.get(HERE).json()["phase"] == "vote"
    listed = api.get(VOTES).json()
    assert [item["round"] for item in listed["items"]] == [1]
    assert listed["start_reasons"][0] == "Sign in first."


def test_a_vote_is_previewed_before_it_is_opened(api: Client, door: Door, rm: Headers) -> None:
    seen = api.get(f"{VOTES}/preview", params={"hours": 100}, headers=rm).json()
    assert (seen["reasons"], seen["deadline_at"]) == ([], "2026-11-25T16:00:00Z")
    assert (seen["roster"], seen["revision"]) == (["alice", "bob", "carol"], 1)
    assert seen["letter"]["subject"] == "[VOTE] Release Sample Demo 1.0"
    assert api.get(f"{VOTES}/preview", params={"hours": 1}, headers=rm).status_code == 422
    assert api.get(VOTES).json()["items"] == []
    change_project(door, mailing_lists=MailingLists())
    refused = api.get(f"{VOTES}/preview").json()
    assert refused["reasons"][0] == "Sign in first."
    assert "There is no address to call for votes at" in refused["reasons"][-1]
    assert (refused["letter"], refused["roster"]) == (None, [])


def test_there_is_nothing_to_preview_without_files(api: Client, door: Door) -> None:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    answer = api.get(f"{VOTES}/preview")
    assert answer.status_code == 409
    assert answer.json()["reasons"] == ["There is nothing to vote on yet: add files first."]


def test_items_of_the_checklist_are_evidence(api: Client, door: Door) -> None:
    make_project(door)
    set_policy(door, release_checklist="Please:\n\n- Build it.\n- Read LICENSE.", min_hours=72)
    seal_release(door)
    rm, alice = enter_as(door, "rm"), enter_as(door, "alice")
    digest = api.post(VOTES, json={}, headers=rm).json()["manifest_digest"]
    shown = api.get(ROUND).json()
    assert shown["checklist"] == [
        {"number": 1, "name": "checklist.1", "text": "Build it."},
        {"number": 2, "name": "checklist.2", "text": "Read LICENSE."},
    ]
    assert shown["outlook"] == "It needs 3 more binding +1 votes until 2026-11-24 12:00 UTC."
    body = {"choice": "+1", "manifest_digest": digest, "evidence": {"checklist": {"2": "twice"}}}
    cast = api.put(f"{ROUND}/ballots", json=body, headers=alice).json()
    assert cast["evidence"] == {"checklist.2": "twice"}
    for wrong in ({"checklist": {"3": "done"}}, {"checklist": {"x": "done"}}, {"checklist.2": "done"}):
        answer = api.put(f"{ROUND}/ballots", json=body | {"evidence": wrong}, headers=alice)
        assert answer.status_code == 422, wrong


def test_the_same_request_opens_one_vote(api: Client, rm: Headers) -> None:
    once = rm | {"idempotency-key": "k1"}
    first = api.post(VOTES, json={}, headers=once)
    again = api.post(VOTES, json={}, headers=once)
    assert (again.status_code, again.json()) == (201, first.json())
    assert api.post(VOTES, json={}, headers=rm).status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ('{"hours": 71}', 422),
        ('{"hours": "100"}', 422),
        ('{"hours": 1e99}', 422),
        ('{"hours": 100, "more": 1}', 422),
    ],
)
def test_what_cannot_be_read_opens_nothing(api: Client, rm: Headers, body: str, status: int) -> None:
    answer = api.post(VOTES, content=body, headers=rm | {"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.get(VOTES).json()["items"] == []


def test_a_ballot_is_cast_changed_and_listed(api: Client, door: Door, digest: str) -> None:
    alice = enter_as(door, "alice")
    first = {"choice": "-1", "manifest_digest": digest, "comment": "no notice"}
    second = {
        "choice": "+1",
        "manifest_digest": digest,
        "evidence": {"built": "yes"},
        "via": "command line",
    }
    assert api.put(f"{ROUND}/ballots", json=first, headers=alice).json()["choice"] == "-1"
    assert api.put(f"{ROUND}/ballots", json=second, headers=alice).json()["evidence"] == {"built": "yes"}
    (ballot,) = api.get(f"{ROUND}/ballots").json()["items"]
    assert (ballot["voter"], ballot["name"], ballot["binding"]) == ("alice", "Alice", True)
    assert (ballot["choice"], ballot["via"]) == ("+1", "command line")
    assert [each["comment"] for each in ballot["earlier"]] == ["no notice"]
    assert api.get(ROUND, headers=alice).json()["mine"]["choice"] == "+1"
    assert api.get(ROUND).json()["mine"] is None
    assert api.get(ROUND).json()["silent"] == ["bob", "carol"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"choice": "yes"}, 422),
        ({"choice": None}, 422),
        ({"manifest_digest": "sha512:xyz"}, 422),
        ({"manifest_digest": "sha512:" + "0" * 128}, 409),
        ({"comment": "x" * 10_001}, 422),
        ({"comment": "a\u0000b"}, 422),
        ({"evidence": {"built": 1}}, 422),
        ({"evidence": {str(number): "" for number in range(51)}}, 422),
        ({"evidence": {"built": "x" * 1001}}, 422),
        ({"via": "mail"}, 422),
        ({"voter": "bob"}, 422),
    ],
)
def test_a_bad_ballot_is_explained_and_not_kept(
    api: Client, door: Door, digest: str, change: dict[str, object], status: int
) -> None:
    body = {"choice": "+1", "manifest_digest": digest} | change
    answer = api.put(f"{ROUND}/ballots", json=body, headers=enter_as(door, "alice"))
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.get(f"{ROUND}/ballots").json()["items"] == []


def test_only_people_cast_ballots(api: Client, door: Door, digest: str) -> None:
    body = {"choice": "+1", "manifest_digest": digest}
    assert api.put(f"{ROUND}/ballots", json=body).status_code == 401
    robot = bear_token(issue_token(door, "alice").secret)
    assert api.put(f"{ROUND}/ballots", json=body, headers=robot).status_code == 403


def test_a_vote_passes_by_itself_at_its_deadline(
    api: Client, door: Door, digest: str, bench: Bench, clock: SettableClock
) -> None:
    cast_all(api, door, digest)
    clock.advance(hours=72)
    door.keep(CollectDue())
    bench.work_off(JobKind.RESOLVE_ROUND, JobKind.SEND_MAIL)
    answer = api.get(ROUND).json()
    assert (answer["state"], answer["passed"], answer["closed_by"]) == ("passed", True, "service")
    assert answer["tally"]["binding"] == {"in_favour": 3, "abstained": 0, "against": 0}
    assert [mail["state"] for mail in answer["thread"]] == ["sent"] * 5
    assert api.get(HERE).json()["phase"] == "distribute"


def test_the_button_works_only_when_every_condition_is_met(
    api: Client, door: Door, rm: Headers, digest: str, clock: SettableClock
) -> None:
    early = api.post(f"{ROUND}/resolve", json={}, headers=rm)
    assert early.status_code == 409
    assert len(early.json()["reasons"]) == 3
    cast_all(api, door, digest)
    clock.advance(hours=72)
    rm = enter_as(door, "rm")
    against = api.post(f"{ROUND}/resolve", json={"outcome": "failed"}, headers=rm)
    assert "cannot be closed as failed" in against.json()["reasons"][0]
    done = api.post(f"{ROUND}/resolve", json={}, headers=rm | {"idempotency-key": "r"})
    assert (done.status_code, done.json()["state"], done.json()["phase"]) == (200, "passed", "distribute")
    again = api.post(f"{ROUND}/resolve", json={}, headers=rm | {"idempotency-key": "r"})
    assert again.json() == done.json()


def test_an_overdue_vote_is_given_up(api: Client, door: Door, digest: str, clock: SettableClock) -> None:
    clock.advance(hours=72)
    answer = api.post(f"{ROUND}/resolve", json={"outcome": "failed"}, headers=enter_as(door, "rm"))
    assert (answer.json()["state"], answer.json()["phase"]) == ("failed", "failed")


def test_a_round_gets_more_time(api: Client, rm: Headers, digest: str) -> None:
    answer = api.post(f"{ROUND}/extend", json={"hours": 24}, headers=rm)
    assert answer.json()["deadline_at"] == "2026-11-25T12:00:00Z"
    until = api.post(f"{ROUND}/extend", json={"until": "2026-12-01T12:00:00+01:00"}, headers=rm)
    assert until.json()["deadline_at"] == "2026-12-01T11:00:00Z"
    for body in ({}, {"hours": 1, "until": "2026-12-09T12:00:00Z"}, {"until": "2026-11-22T12:00:00"}):
        assert api.post(f"{ROUND}/extend", json=body, headers=rm).status_code == 422


def test_a_round_is_cancelled_with_a_reason(api: Client, rm: Headers, digest: str) -> None:
    assert api.post(f"{ROUND}/cancel", json={"reason": " "}, headers=rm).status_code == 422
    answer = api.post(f"{ROUND}/cancel", json={"reason": "wrong files"}, headers=rm)
    assert (answer.json()["state"], answer.json()["phase"]) == ("cancelled", "compose")
    assert answer.json()["summary"].endswith("Reason: wrong files")


def test_a_waiting_round_is_confirmed(api: Client, door: Door, rm: Headers, bench: Bench) -> None:
    set_policy(door, min_hours=0, pause_for_rm=True)
    digest = api.post(VOTES, json={}, headers=rm).json()["manifest_digest"]
    body = {"choice": "-1", "manifest_digest": digest}
    api.put(f"{ROUND}/ballots", json=body, headers=enter_as(door, "dave"))
    cast_all(api, door, digest)
    bench.work_off(JobKind.RESOLVE_ROUND)
    assert api.get(ROUND).json()["state"] == "waiting_for_rm"
    answer = api.post(f"{ROUND}/confirm", json={"passes": True, "reason": "known"}, headers=rm)
    assert (answer.status_code, answer.json()["state"]) == (200, "passed")


def test_the_result_of_a_vote_held_elsewhere_is_recorded(api: Client, door: Door, rm: Headers) -> None:
    set_policy(door, manual_vote=True)
    api.post(VOTES, json={}, headers=rm)
    body = {
        "passed": True,
        "summary": "fine",
        "thread_url": "https://lists.example.org/1",
        "binding": {"in_favour": 4, "against": 1},
    }
    too_few, not_a_page = {"binding": {"in_favour": 2}}, {"thread_url": "javascript:x"}
    assert api.post(f"{ROUND}/manual", json=body | too_few, headers=rm).status_code == 409
    assert api.post(f"{ROUND}/manual", json=body | not_a_page, headers=rm).status_code == 422
    answer = api.post(f"{ROUND}/manual", json=body, headers=rm)
    assert answer.status_code == 200, answer.text
    assert answer.json()["manual_result"]["thread_url"] == "https://lists.example.org/1"
    assert answer.json()["tally"]["binding"] == {"in_favour": 4, "abstained": 0, "against": 1}


def test_actions_say_what_the_asker_can_do_and_why_not(
    api: Client, door: Door, rm: Headers, digest: str
) -> None:
    actions = {each["action"]: each for each in api.get(ROUND, headers=rm).json()["actions"]}
    assert actions["cancel"] == {"action": "cancel", "permitted": True, "open": True, "reasons": []}
    assert actions["resolve"]["reasons"][0].startswith("The vote is open until")
    visitor = api.get(ROUND, headers=enter_as(door, str(add_person(door, "zoe").user))).json()
    denied = next(each for each in visitor["actions"] if each["action"] == "extend")
    assert (denied["permitted"], denied["open"]) == (False, False)


@pytest.mark.parametrize("place", ["2", "0", "-1", "99999999999999999999", "x", "1/nothing"])
def test_a_round_that_is_not_there_answers_404(api: Client, digest: str, place: str) -> None:
    assert api.get(f"{VOTES}/{place}").status_code == 404


@pytest.mark.parametrize("step", ["resolve", "extend", "cancel", "confirm", "manual"])
def test_only_who_may_run_phases_ends_a_vote(api: Client, door: Door, digest: str, step: str) -> None:
    bodies: dict[str, dict[str, object]] = {
        "extend": {"hours": 1},
        "cancel": {"reason": "x"},
        "confirm": {"passes": True, "reason": "x"},
        "manual": {"passed": False, "thread_url": "https://x", "binding": {"in_favour": 0}},
    }
    body = bodies.get(step, {})
    assert api.post(f"{ROUND}/{step}", json=body).status_code == 401
    assert api.post(f"{ROUND}/{step}", json=body, headers=enter_as(door, "dave")).status_code == 403
