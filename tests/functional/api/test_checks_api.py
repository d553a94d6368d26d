# SPDX-License-Identifier: Apache-2.0
"""Evaluations, acknowledgements and waivers over HTTP."""

import pytest

from atr.domain.check import Finding, Severity
from atr.ports.jobs import JobKind
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from tests.support.door import NOON, RecordedQueue
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY, StoreFiles
from tests.support.website import Client, enter_as

CHECKS = "/api/v1/releases/demo/main/1.0/checks"
ACKNOWLEDGEMENTS = "/api/v1/releases/demo/main/1.0/acknowledgements"
WAIVERS = "/api/v1/projects/demo/waivers"
CONCERN = Finding("licence.header", Severity.CONCERN, "demo-1.0.tar.gz", "It has none.", "demo/a.py")
BLOCKER = Finding("signature.bad", Severity.BLOCKER, "demo-1.0.tar.gz", "It is bad.")


@pytest.fixture
def rm(door: Door, open_unit: OpenUnit) -> dict[str, str]:
    make_project(door)
    actor = act_as(door, "rm")
    door.perform(actor, CreateRelease(KEY.line, KEY.version))
    door.perform(actor, AddRevision(KEY, 0, door.keep(StoreFiles({"demo-1.0.tar.gz": b"one"}))))
    with open_unit() as unit:
        unit.checks.finish_evaluation(KEY, 1, (BLOCKER, CONCERN), NOON)
        unit.commit()
    return enter_as(door, "rm")


def test_findings_are_shown_to_everybody(api: Client, rm: dict[str, str]) -> None:
    shown = api.get(CHECKS).json()
    assert (shown["state"], shown["blocking"], shown["unacknowledged"]) == ("finished", 1, 1)
    assert [each["id"] for each in shown["findings"]] == [BLOCKER.id, CONCERN.id]
    concerns = api.get(CHECKS, params={"severity": "concern"}).json()
    assert [each["rule"] for each in concerns["findings"]] == ["licence.header"]
    assert concerns["counts"]["blocker"] == 1
    assert api.get(CHECKS, params={"severity": "awful"}).status_code == 422
    assert api.get(CHECKS.replace("1.0", "9.9")).status_code == 404


def test_an_evaluation_is_asked_for_again(api: Client, rm: dict[str, str], queue: RecordedQueue) -> None:
    queue.forget()
    asked = api.post(CHECKS, headers=rm)
    assert (asked.status_code, asked.json()["state"], asked.json()["revision"]) == (201, "waiting", 1)
    assert queue.list_arguments(JobKind.EVALUATE_REVISION) == ["demo/main/1.0@1"]
    assert api.get(CHECKS).json()["state"] == "waiting"
    assert api.post(CHECKS).status_code == 401


def test_a_concern_is_acknowledged_and_a_blocker_is_not(api: Client, rm: dict[str, str]) -> None:
    body = {"finding": CONCERN.id, "reason": "It is generated."}
    made = api.post(ACKNOWLEDGEMENTS, json=body, headers=rm)
    assert (made.status_code, made.json()["by"]) == (201, "rm")
    assert api.get(CHECKS).json()["unacknowledged"] == 0
    assert api.post(ACKNOWLEDGEMENTS, json=body | {"finding": BLOCKER.id}, headers=rm).status_code == 409
    assert api.post(ACKNOWLEDGEMENTS, json=body | {"finding": "nothing"}, headers=rm).status_code == 404
    assert api.post(ACKNOWLEDGEMENTS, json=body | {"more": 1}, headers=rm).status_code == 422


def test_a_blocker_is_waived_by_two(api: Client, door: Door, rm: dict[str, str]) -> None:
    body = {"rule": BLOCKER.rule, "reason": "It is known."}
    made = api.post(WAIVERS, json=body, headers=rm)
    assert made.status_code == 201
    confirm = f"{WAIVERS}/{made.json()['id']}/confirm"
    assert api.post(confirm, headers=rm).status_code == 403
    confirmed = api.post(confirm, headers=enter_as(door, "alice"))
    assert (confirmed.status_code, confirmed.json()["confirmed_by"]) == (200, "alice")
    assert api.get(CHECKS).json()["blocking"] == 0
    assert [each["id"] for each in api.get(WAIVERS).json()["items"]] == [made.json()["id"]]
    assert api.delete(f"{WAIVERS}/{made.json()['id']}", headers=rm).status_code == 204
    assert api.get(WAIVERS).json()["items"] == []
    assert api.delete(f"{WAIVERS}/{made.json()['id']}", headers=rm).status_code == 404


def test_a_waiver_says_enough(api: Client, rm: dict[str, str]) -> None:
    faulty = {"rule": BLOCKER.rule, "paths": [""], "reason": "y", "expires_at": "2020-01-01T00:00:00Z"}
    answer = api.post(WAIVERS, json=faulty, headers=rm)
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["errors"]} == {"paths", "expires_at"}


def test_a_waiver_of_a_rule_nobody_knows_is_refused(api: Client, rm: dict[str, str]) -> None:
    answer = api.post(WAIVERS, json={"rule": "signature.bda", "reason": "x"}, headers=rm)
    assert answer.status_code == 422
    assert "signature.bad" in answer.json()["errors"][0]["message"]
    ranged = api.post(WAIVERS, json={"rule": BLOCKER.rule, "reason": "x", "versions": ">=*"}, headers=rm)
    assert [each["field"] for each in ranged.json()["errors"]] == ["versions"]


def test_a_preview_keeps_nothing_and_needs_no_sign_in(api: Client, rm: dict[str, str]) -> None:
    body = {"rule": BLOCKER.rule, "paths": ["demo-*"], "versions": "1.*"}
    shown = api.post(f"{WAIVERS}/preview", json=body)
    assert (shown.status_code, shown.json()["total"]) == (200, 1)
    (release,) = shown.json()["releases"]
    assert (release["release"], release["counts"]) == ("demo/1.0", {"blocker": 1})
    assert release["findings"][0]["id"] == BLOCKER.id
    assert shown.json()["needs_second_person"]
    assert api.get(WAIVERS).json()["items"] == []


def test_a_waiver_is_changed_only_by_who_has_seen_it_as_it_is(
    api: Client, door: Door, rm: dict[str, str]
) -> None:
    made = api.post(WAIVERS, json={"rule": BLOCKER.rule, "reason": "x"}, headers=rm)
    address, seen = made.headers["location"], {"If-Match": made.headers["etag"]}
    assert api.get(address).headers["etag"] == made.headers["etag"]
    assert api.get(address).json()["state"] == "unconfirmed"
    alice = enter_as(door, "alice")
    confirmed = api.post(f"{address}/confirm", headers=alice | seen)
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "active")
    assert api.delete(address, headers=rm | seen).status_code == 412
    assert api.delete(address, headers=rm | {"If-Match": confirmed.headers["etag"]}).status_code == 204
    assert api.get(address).status_code == 404


def test_a_waived_finding_says_by_whom_and_why(api: Client, rm: dict[str, str]) -> None:
    made = api.post(WAIVERS, json={"rule": CONCERN.rule, "reason": "It is generated."}, headers=rm).json()
    (finding,) = api.get(CHECKS, params={"rule": CONCERN.rule}).json()["findings"]
    assert (finding["waiver"], finding["standing"]) == (made["id"], "waived")
    assert (finding["waived"]["by"], finding["waived"]["reason"]) == ("rm", "It is generated.")


def test_findings_are_read_page_by_page_and_counted_by_rule(api: Client, rm: dict[str, str]) -> None:
    first = api.get(CHECKS, params={"limit": 1}).json()
    assert [each["id"] for each in first["findings"]] == [BLOCKER.id]
    assert [(each["rule"], each["total"]) for each in first["groups"]] == [
        ("signature.bad", 1),
        ("licence.header", 1),
    ]
    rest = api.get(CHECKS, params={"limit": 1, "cursor": first["next"]}).json()
    assert ([each["id"] for each in rest["findings"]], rest["next"]) == ([CONCERN.id], None)
    assert api.get(CHECKS, params={"cursor": "nonsense"}).status_code == 422
    assert len(api.get(CHECKS, params={"first": 1}).json()["findings"]) == 2


def test_the_answer_says_what_the_evaluation_went_by(api: Client, rm: dict[str, str]) -> None:
    basis = api.get(CHECKS).json()["basis"]
    assert (basis["policy"], basis["policy_now"], basis["current"]) == (None, "0.0", False)


def test_a_rule_is_acknowledged_as_a_whole(api: Client, rm: dict[str, str]) -> None:
    made = api.post(ACKNOWLEDGEMENTS, json={"rule": CONCERN.rule, "reason": "Generated."}, headers=rm)
    assert (made.status_code, made.json()["count"]) == (201, 1)
    both = {"rule": CONCERN.rule, "finding": CONCERN.id, "reason": "x"}
    assert api.post(ACKNOWLEDGEMENTS, json=both, headers=rm).status_code == 422
    assert api.post(ACKNOWLEDGEMENTS, json={"reason": "x"}, headers=rm).status_code == 422


def test_findings_are_narrowed_to_a_file_and_to_words(api: Client, rm: dict[str, str]) -> None:
    found = api.get(CHECKS, params={"q": "nowhere to be found", "artifact": "no-such-file.zip"}).json()
    assert (found["findings"], found["groups"]) == ([], [])
    assert api.get(CHECKS, params={"q": "x" * 201}).status_code == 422
