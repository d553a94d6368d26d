# SPDX-License-Identifier: Apache-2.0
"""Signing keys over HTTP."""

import pysequoia
import pytest

from atr.schema.problem import PROBLEM_MEDIA_TYPE
from atr.services.door import Door
from tests.support.keys import TestKey
from tests.support.playground import make_project
from tests.support.website import Client, enter_as

KEYS = "/api/v1/keys"
DEMO_KEYS = "/api/v1/projects/demo/keys"


@pytest.fixture
def rm(door: Door) -> dict[str, str]:
    make_project(door)
    return enter_as(door, "rm")


def test_keys_are_added_listed_and_shown(api: Client, rm: dict[str, str]) -> None:
    key = TestKey()
    made = api.post(KEYS, json={"keys": key.armored, "project": "demo"}, headers=rm)
    assert (made.status_code, made.headers["location"]) == (201, f"{KEYS}/{key.fingerprint}")
    assert made.json() == {"accepted": [key.fingerprint], "rejected": []}
    assert [each["fingerprint"] for each in api.get(KEYS, headers=rm).json()["items"]] == [key.fingerprint]
    assert api.get(DEMO_KEYS).json()["items"][0]["owner_name"] == "Rm"
    shown = api.get(f"{KEYS}/{key.fingerprint.upper()}").json()
    assert (shown["type"], shown["projects"], shown["revoked"]) == ("Ed25519", ["demo"], False)


def test_a_keys_file_is_imported_with_every_bad_block_told(api: Client, rm: dict[str, str]) -> None:
    key = TestKey()
    private = str(pysequoia.Tsk.generate("Careless <c@example.org>"))
    made = api.post(DEMO_KEYS, json={"keys": f"{private}\n{key.armored}"}, headers=rm)
    assert made.status_code == 201
    assert made.json()["accepted"] == [key.fingerprint]
    assert made.json()["rejected"][0]["position"] == 1
    assert "private key" in made.json()["rejected"][0]["reason"]


def test_a_private_key_is_refused_without_repeating_it(api: Client, rm: dict[str, str]) -> None:
    private = str(pysequoia.Tsk.generate("Careless <c@example.org>"))
    answer = api.post(KEYS, json={"keys": private}, headers=rm)
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM_MEDIA_TYPE)
    assert "BEGIN PGP" not in answer.text
    assert api.get(KEYS, headers=rm).json()["items"] == []


def test_a_repeated_request_gets_the_first_answer(api: Client, rm: dict[str, str]) -> None:
    once = rm | {"idempotency-key": "one"}
    body = {"keys": TestKey().armored}
    first = api.post(KEYS, json=body, headers=once)
    assert api.post(KEYS, json=body, headers=once).json() == first.json()
    assert api.post(KEYS, json={"keys": TestKey().armored}, headers=once).status_code == 422


def test_keys_are_attached_revoked_detached_and_deleted(api: Client, rm: dict[str, str]) -> None:
    key = TestKey()
    api.post(KEYS, json={"keys": key.armored}, headers=rm)
    assert api.put(f"{DEMO_KEYS}/{key.fingerprint}", headers=rm).status_code == 204
    revoked = api.post(f"{KEYS}/{key.fingerprint}/revoke", json={"reason": "Lost."}, headers=rm)
    assert revoked.status_code == 204
    assert api.get(f"{KEYS}/{key.fingerprint}").json()["revocation_reason"] == "Lost."
    assert api.delete(f"{DEMO_KEYS}/{key.fingerprint}", headers=rm).status_code == 204
    assert api.put(f"{DEMO_KEYS}/{key.fingerprint}", headers=rm).status_code == 409
    assert api.delete(f"{KEYS}/{key.fingerprint}", headers=rm).status_code == 204
    assert api.get(f"{KEYS}/{key.fingerprint}").status_code == 404


def test_strangers_are_kept_out(api: Client, door: Door, rm: dict[str, str]) -> None:
    body = {"keys": TestKey().armored}
    assert api.get(KEYS).status_code == 401
    assert api.post(KEYS, json=body).status_code == 401
    assert api.post(DEMO_KEYS, json=body, headers=enter_as(door, "dave")).status_code == 403
    assert api.post("/api/v1/projects/nowhere/keys", json=body, headers=rm).status_code == 404
    assert api.get(f"{KEYS}/{'0' * 40}").status_code == 404


def test_a_key_is_proven_by_a_signature_over_a_text(api: Client, rm: dict[str, str]) -> None:
    key = TestKey()
    api.post(KEYS, json={"keys": key.armored}, headers=rm)
    address = f"{KEYS}/{key.fingerprint}"
    assert (api.get(address).json()["proof"], api.get(address).json()["proven_at"]) == (None, None)
    asked = api.post(f"{address}/challenge", headers=rm)
    assert (asked.status_code, asked.json()["fingerprint"]) == (201, key.fingerprint)
    wrong = api.post(f"{address}/proof", json={"signature": key.sign(b"x").decode()}, headers=rm)
    assert (wrong.status_code, "not over the text" in wrong.text) == (409, True)
    signature = key.sign(asked.json()["text"].encode()).decode()
    assert api.post(f"{address}/proof", json={"signature": signature}, headers=rm).status_code == 204
    assert api.get(address).json()["proof"] == "challenge"
    assert api.get(KEYS, headers=rm).json()["items"][0]["proven_at"]
    assert api.post(f"{address}/challenge").status_code == 401
