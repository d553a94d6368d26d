# SPDX-License-Identifier: Apache-2.0
"""Releases over HTTP: begun, found, moved, set aside."""

import pytest

from atr.services.door import Door
from tests.support.playground import add_person, issue_token, make_line, make_project
from tests.support.voting import KEY, seal_release
from tests.support.website import Client, bear_token, enter_as

HERE = "/api/v1/releases/demo/main/1.0"
CANDIDATES = "/api/v1/projects/demo/products/main/releases"


@pytest.fixture
def rm(door: Door) -> dict[str, str]:
    make_project(door)
    return enter_as(door, "rm")


def test_a_candidate_is_begun_and_shown(api: Client, rm: dict[str, str]) -> None:
    made = api.post(CANDIDATES, json={"version": "1.0"}, headers=rm)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == HERE
    answer = api.get(HERE).json()
    assert answer["release"] == "demo/1.0"
    assert (answer["stage"], answer["phase"]) == ("candidate", "compose")
    assert answer["path"] == "/candidate/demo/1.0"
    assert answer["next_step"]["sentence"] == "Upload the candidate's files."
    assert "There are no files yet" in answer["blockers"][0]


def test_the_same_request_begins_one_candidate(api: Client, rm: dict[str, str]) -> None:
    once = rm | {"idempotency-key": "k1"}
    first = api.post(CANDIDATES, json={"version": "1.0"}, headers=once)
    again = api.post(CANDIDATES, json={"version": "1.0"}, headers=once)
    assert (again.status_code, again.json()) == (201, first.json())
    other = api.post(CANDIDATES, json={"version": "2.0"}, headers=once)
    assert other.status_code == 422
    assert api.post(CANDIDATES, json={"version": "1.0"}, headers=rm).status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("{}", 422),
        ('{"version": 1}', 422),
        ('{"version": "1.0", "more": 1}', 422),
        ('{"version": "../1"}', 422),
        ('{"version": "not-a-version"}', 422),
        ('{"version": "1.0\\u0000"}', 422),
    ],
)
def test_what_cannot_be_read_begins_nothing(api: Client, rm: dict[str, str], body: str, status: int) -> None:
    answer = api.post(CANDIDATES, content=body, headers=rm | {"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.get("/api/v1/releases").json()["items"] == []


def test_only_those_who_may_begin_candidates(api: Client, door: Door, rm: dict[str, str]) -> None:
    assert api.post(CANDIDATES, json={"version": "1.0"}).status_code == 401
    committer = enter_as(door, "dave")
    assert api.post(CANDIDATES, json={"version": "1.0"}, headers=committer).status_code == 403
    bad = bear_token("atr_nonsense")
    assert api.post(CANDIDATES, json={"version": "1.0"}, headers=bad).status_code == 401


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/releases/nobody/main/1.0",
        "/api/v1/releases/demo/nothing/1.0",
        "/api/v1/releases/demo/main/9.9",
        "/api/v1/releases/DEMO/main/1.0",
        "/api/v1/releases/demo/main/..",
        "/api/v1/releases/demo/main/1.0/revisions/7",
        "/api/v1/releases/demo/main/1.0/revisions/0/files/x",
        "/api/v1/releases/demo/main/1.0/diff",
        "/api/v1/releases/demo/main/1.0/diff?other=0.9",
    ],
)
def test_what_is_not_there_is_not_found(api: Client, rm: dict[str, str], address: str) -> None:
    api.post(CANDIDATES, json={"version": "1.0"}, headers=rm)
    answer = api.get(address)
    assert answer.status_code == 404, answer.text
    assert answer.json()["detail"]


def test_lists_are_narrowed_and_come_in_pages(api: Client, door: Door, rm: dict[str, str]) -> None:
    make_line(door, "demo/tools")
    for number in range(3):
        api.post(CANDIDATES, json={"version": f"1.{number}"}, headers=rm)
    api.post("/api/v1/projects/demo/products/tools/releases", json={"version": "7.0"}, headers=rm)
    whole = [each["release"] for each in api.get("/api/v1/releases").json()["items"]]
    assert whole[0] == "demo/tools/7.0"
    first = api.get("/api/v1/releases?limit=3").json()
    rest = api.get("/api/v1/releases", params={"limit": 3, "cursor": first["next"]}).json()
    assert [each["release"] for each in first["items"] + rest["items"]] == whole
    assert rest["next"] is None
    assert len(api.get("/api/v1/releases?q=tools").json()["items"]) == 1
    assert len(api.get("/api/v1/releases?product=main&stage=candidate").json()["items"]) == 3
    assert api.get("/api/v1/releases?phase=released").json()["items"] == []


@pytest.mark.parametrize("query", ["stage=nowhere", "phase=x", "limit=0", "limit=9999", "cursor=zzz"])
def test_a_list_says_what_it_cannot_read(api: Client, rm: dict[str, str], query: str) -> None:
    answer = api.get(f"/api/v1/releases?{query}")
    assert answer.status_code == 422, answer.text


def test_every_step_is_listed_with_all_its_reasons(api: Client, rm: dict[str, str]) -> None:
    api.post(CANDIDATES, json={"version": "1.0"}, headers=rm)
    listed = api.get(f"{HERE}/phase").json()
    steps = {each["to"]: each for each in listed["steps"]}
    assert set(steps) == {"evaluate", "abandoned"}
    assert not steps["evaluate"]["permitted"]
    assert not steps["evaluate"]["open"]
    refused = api.post(f"{HERE}/phase", json={"to": "evaluate"}, headers=rm)
    assert refused.status_code == 409
    assert refused.json()["reasons"] == steps["evaluate"]["reasons"]
    assert api.get(f"{HERE}/phase", headers=rm).json()["steps"][1]["open"]


@pytest.mark.parametrize("target", ["released", "archived", "announce", "vote", "distribute", "failed"])
def test_a_step_out_of_order_names_the_possible_ones(api: Client, rm: dict[str, str], target: str) -> None:
    api.post(CANDIDATES, json={"version": "1.0"}, headers=rm)
    refused = api.post(f"{HERE}/phase", json={"to": target}, headers=rm)
    assert refused.status_code == 409
    assert "possible: evaluate, abandoned" in refused.json()["detail"]


def test_a_vote_is_started_by_moving_there(api: Client, door: Door, rm: dict[str, str]) -> None:
    seal_release(door)
    moved = api.post(f"{HERE}/phase", json={"to": "vote"}, headers=rm)
    assert moved.status_code == 200, moved.text
    answer = moved.json()
    assert answer["phase"] == "vote"
    assert answer["votes"][0]["state"] == "open"
    assert answer["votes"][0]["binding"] == {"in_favour": 0, "abstained": 0, "against": 0}
    early = api.post(f"{HERE}/phase", json={"to": "distribute"}, headers=rm)
    assert early.status_code == 409
    assert len(early.json()["reasons"]) >= 2


def test_a_change_over_something_unseen_is_refused(api: Client, door: Door, rm: dict[str, str]) -> None:
    seal_release(door)
    stale = rm | {"if-match": '"0000"'}
    assert api.post(f"{HERE}/phase", json={"to": "compose"}, headers=stale).status_code == 412
    seen = rm | {"if-match": api.get(HERE).headers["etag"]}
    assert api.post(f"{HERE}/phase", json={"to": "compose"}, headers=seen).json()["phase"] == "compose"


def test_removing_a_candidate_abandons_it(api: Client, rm: dict[str, str]) -> None:
    api.post(CANDIDATES, json={"version": "1.0"}, headers=rm)
    gone = api.delete(f"{HERE}?reason=wrong+version", headers=rm)
    assert (gone.status_code, gone.json()["phase"]) == (200, "abandoned")
    assert gone.json()["set_aside_reason"] == "wrong version"
    assert api.get(HERE).json()["stage"] == "archived"
    restored = api.post(f"{HERE}/phase", json={"to": "released"}, headers=rm)
    assert restored.status_code == 403


def test_only_a_sysadmin_restores_and_only_what_was_released(
    api: Client, door: Door, rm: dict[str, str]
) -> None:
    api.post(CANDIDATES, json={"version": "1.0"}, headers=rm)
    api.delete(HERE, headers=rm)
    add_person(door, "root", sysadmin=True)
    refused = api.post(f"{HERE}/phase", json={"to": "released"}, headers=enter_as(door, "root"))
    assert refused.status_code == 409
    assert len(refused.json()["reasons"]) == 2


def test_a_revocation_needs_a_reason(api: Client, door: Door, rm: dict[str, str]) -> None:
    api.post(CANDIDATES, json={"version": "1.0"}, headers=rm)
    too_long = api.post(f"{HERE}/phase", json={"to": "abandoned", "reason": "x" * 2001}, headers=rm)
    assert too_long.status_code == 422


def test_a_token_acts_only_in_its_phases(api: Client, door: Door, rm: dict[str, str]) -> None:
    api.post(CANDIDATES, json={"version": "1.0"}, headers=rm)
    token = issue_token(door, "rm")
    assert api.delete(HERE, headers=bear_token(token.secret)).status_code == 200


def test_what_happened_is_listed(api: Client, door: Door, rm: dict[str, str]) -> None:
    seal_release(door)
    names = [each["name"] for each in api.get(f"{HERE}/events").json()["items"]]
    assert names == ["release.moved", "revision.added", "release.created"]
    assert str(KEY) == "demo/1.0"


def test_blockers_are_told_with_the_next_step(api: Client, door: Door, rm: dict[str, str]) -> None:
    seal_release(door)
    told = api.get(f"{HERE}/blockers").json()
    assert told["blockers"] == []
    assert told["next_step"]["sentence"] == "Start the vote on revision 1."
    assert told["next_step"]["roles"] == ["pmc_member", "release_manager", "sysadmin"]


def test_artifacts_are_listed_with_what_belongs_to_them(api: Client, door: Door, rm: dict[str, str]) -> None:
    seal_release(door)
    (artifact,) = api.get(f"{HERE}/artifacts").json()["items"]
    assert artifact["file"]["path"] == "demo-1.0.tar.gz"
    assert artifact["signature"]["path"] == "demo-1.0.tar.gz.asc"
    assert artifact["file"]["sha512"].startswith("sha512:")
    assert api.get(f"{HERE}/sboms").json()["items"] == []
