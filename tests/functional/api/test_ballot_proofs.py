# SPDX-License-Identifier: Apache-2.0
"""Evidence, receipts, keys, the timeline and refused ballots over HTTP."""

import base64
import json
from typing import cast

import pytest

from atr.formats.dsse import read_envelope
from atr.formats.receipt import read_receipt
from atr.services.door import Door
from tests.support.door import SettableClock
from tests.support.playground import make_project
from tests.support.voting import seal_release
from tests.support.website import Client, enter_as

VOTES = "/api/v1/releases/demo/main/1.0/votes"
ROUND = f"{VOTES}/1"
Headers = dict[str, str]


@pytest.fixture
def rm(door: Door) -> Headers:
    make_project(door)
    seal_release(door)
    return enter_as(door, "rm")


@pytest.fixture
def digest(api: Client, rm: Headers) -> str:
    return cast("str", api.post(VOTES, json={}, headers=rm).json()["manifest_digest"])


def test_a_ballot_is_answered_with_a_receipt_that_the_published_key_proves(
    api: Client, door: Door, digest: str
) -> None:
    alice = enter_as(door, "alice")
    body = {"choice": "+1", "manifest_digest": digest, "evidence": {"built": "JDK 21", "tests": "all"}}
    cast = api.put(f"{ROUND}/ballots", json=body, headers=alice).json()
    (key,) = api.get("/api/v1/service-keys").json()["items"]
    assert (key["algorithm"], key["current"]) == ("ed25519", True)
    keys = {key["key_id"]: base64.b64decode(key["public_key"])}
    receipt = read_receipt(read_envelope(json.dumps(cast["receipt"]).encode()), keys)
    assert (receipt.voter, receipt.ballot) == ("alice", cast["hash"])
    assert api.get(f"{ROUND}/receipt", headers=alice).json() == cast["receipt"]
    assert api.get(f"{ROUND}/receipt", headers=enter_as(door, "bob")).status_code == 404
    assert api.get(f"{ROUND}/receipt").status_code == 401
    (ballot,) = api.get(f"{ROUND}/ballots").json()["items"]
    assert ballot["evidence"] == {"built": "JDK 21", "tests": "all"}


def test_a_repeated_request_gets_the_same_receipt(api: Client, door: Door, digest: str) -> None:
    once = enter_as(door, "alice") | {"idempotency-key": "k1"}
    body = {"choice": "+1", "manifest_digest": digest}
    first = api.put(f"{ROUND}/ballots", json=body, headers=once)
    assert api.put(f"{ROUND}/ballots", json=body, headers=once).json() == first.json()


@pytest.mark.parametrize("evidence", [{"bulit": "x"}, {"built": ""}, {"built": "x" * 991}, {"tests": True}])
def test_evidence_outside_the_schema_is_refused(
    api: Client, door: Door, digest: str, evidence: dict[str, object]
) -> None:
    body = {"choice": "+1", "manifest_digest": digest, "evidence": evidence}
    answer = api.put(f"{ROUND}/ballots", json=body, headers=enter_as(door, "alice"))
    assert answer.status_code == 422, answer.text
    assert api.get(f"{ROUND}/ballots").json()["items"] == []


def test_a_ballot_on_other_bytes_is_seen_by_the_release_manager(
    api: Client, door: Door, digest: str, rm: Headers
) -> None:
    body = {"choice": "-1", "manifest_digest": f"sha512:{'0' * 128}", "via": "command line"}
    assert api.put(f"{ROUND}/ballots", json=body, headers=enter_as(door, "alice")).status_code == 409
    (refused,) = api.get(ROUND, headers=rm).json()["refused"]
    assert (refused["voter"], refused["text"], refused["via"]) == ("alice", "-1", "command line")
    assert api.get(ROUND).json()["refused"] == []


def test_the_timeline_leads_to_the_published_root(
    api: Client, door: Door, digest: str, rm: Headers, clock: SettableClock
) -> None:
    for voter in ("alice", "bob", "carol"):
        body = {"choice": "+1", "manifest_digest": digest}
        api.put(f"{ROUND}/ballots", json=body, headers=enter_as(door, voter))
    clock.advance(hours=72)
    shown = api.post(f"{ROUND}/resolve", json={}, headers=rm).json()
    timeline = api.get(f"{ROUND}/timeline").json()
    assert timeline["ballots_root"] == shown["ballots_root"]
    assert [point["binding"]["in_favour"] for point in timeline["points"]] == [1, 2, 3]
    assert api.get(f"{VOTES}/2/timeline").status_code == 404


def test_a_policy_is_tried_on_past_votes(
    api: Client, door: Door, digest: str, rm: Headers, clock: SettableClock
) -> None:
    for voter in ("alice", "bob", "carol"):
        body = {"choice": "+1", "manifest_digest": digest}
        api.put(f"{ROUND}/ballots", json=body, headers=enter_as(door, voter))
    clock.advance(hours=72)
    api.post(f"{ROUND}/resolve", json={}, headers=rm)
    place = "/api/v1/projects/demo/policy"
    (tried,) = api.post(f"{place}/simulate", json={"min_binding": 4}).json()["items"]
    assert (tried["outcome"], tried["new_outcome"], tried["differs"]) == ("passes", "does not pass", True)
    assert api.get(place).json()["effective"]["min_binding"] == 3
    line = "/api/v1/projects/demo/products/main/policy/simulate"
    (tried,) = api.post(line, json={"min_hours": None}, params={"releases": 1}).json()["items"]
    assert (tried["differs"], tried["why"]) == (False, [])
    assert api.post(line, json={"min_binding": 1}).status_code == 422
    assert api.post(line, json={"min_bindings": 4}).status_code == 422
    assert api.post(line, json={}, params={"releases": 0}).status_code == 422


def test_a_ballot_is_taken_back_over_the_api(api: Client, door: Door, digest: str) -> None:
    alice = enter_as(door, "alice")
    api.put(f"{ROUND}/ballots", json={"choice": "+1", "manifest_digest": digest}, headers=alice)
    once = alice | {"idempotency-key": "w1"}
    answers = [api.delete(f"{ROUND}/ballots", headers=once) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200]
    shown = answers[1].json()
    (taken,) = shown["withdrawn"]
    assert (taken["voter"], taken["name"], taken["text"], shown["mine"]) == ("alice", "Alice", "+1", None)
    assert api.get(f"{ROUND}/ballots").json()["items"] == []
    assert [each["withdrawn"] for each in api.get(f"{ROUND}/timeline").json()["points"]] == [False, True]
    assert api.delete(f"{ROUND}/ballots", headers=alice).status_code == 409
    assert api.delete(f"{ROUND}/ballots").status_code == 401
