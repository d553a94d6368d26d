# SPDX-License-Identifier: Apache-2.0
"""Releases on channels over HTTP."""

import pytest

from atr.domain.errors import Refused
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.distributing import GITHUB, NPM, PYPI, Yard, enter_test, make_yard, pass_vote, seal
from tests.support.door import RecordedQueue, SettableClock
from tests.support.website import Client, enter_as

HERE = "/api/v1/releases/demo/main/1.0/distributions"


@pytest.fixture
def yard(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> Yard:
    return make_yard(door, surroundings, queue, clock)


@pytest.fixture
def rm(yard: Yard, door: Door) -> dict[str, str]:
    return enter_as(door, "rm")


def test_a_release_is_planned_staged_promoted_and_withdrawn(
    yard: Yard, api: Client, rm: dict[str, str]
) -> None:
    yard.add_channels(NPM, PYPI)
    seal(yard)
    assert api.get(HERE).json() == {"items": []}
    plan = api.get(f"{HERE}/plan").json()
    assert (plan["point_of_no_return"], plan["problems"]) == ("pypi", [])
    first = plan["channels"][0]
    assert (first["channel"], first["begun"], first["actions"][0]["action"]) == ("npm", False, "stage")
    asked = api.post(f"{HERE}/npm/stage", headers=rm)
    assert (asked.status_code, asked.json()["state"]) == (202, "planned")
    yard.work_off()
    shown = api.get(f"{HERE}/npm").json()
    assert (shown["state"], shown["staging"], shown["has_arrived"]) == ("verified", True, False)
    assert shown["staging_revision_key"] == str(yard.read_sealed())
    refused = api.post(f"{HERE}/npm/promote", headers=rm)
    assert (refused.status_code, "vote has to pass" in refused.text) == (409, True)
    pass_vote(yard)
    yard.work_off()
    assert api.get(f"{HERE}/npm").json()["handle"] == {"kind": "tag", "value": "staging"}
    assert api.post(f"{HERE}/npm/verify", headers=rm).status_code == 202
    taken = api.post(f"{HERE}/npm/withdraw", json={"reason": "It is broken."}, headers=rm)
    assert (taken.status_code, taken.json()["goal"]) == (202, "withdrawn")
    yard.work_off()
    assert api.get(f"{HERE}/npm").json()["state"] == "withdrawn"
    assert api.get(f"{HERE}/maven").status_code == 404


def test_all_channels_are_asked_at_once_and_once_a_key(yard: Yard, api: Client, rm: dict[str, str]) -> None:
    yard.add_channels(NPM, GITHUB)
    yard.visit(NPM).plan_trouble("upload demo-1.0.tgz", lambda: Refused("No."))
    seal(yard)
    enter_test(yard)
    yard.work_off()
    headers = {**rm, "idempotency-key": "once"}
    first = api.post(HERE, json={"order": "resume"}, headers=headers)
    assert (first.status_code, [each["channel"] for each in first.json()["items"]]) == (202, ["npm"])
    yard.work_off()
    assert api.post(HERE, json={"order": "resume"}, headers=headers).json() == first.json()
    assert api.post(HERE, json={"order": "resume"}, headers=rm).status_code == 409
    assert api.post(f"{HERE}/npm/resume", headers=rm).status_code == 409
    withdrawn = api.post(HERE, json={"order": "withdraw", "channel": "npm"}, headers=rm)
    assert [each["channel"] for each in withdrawn.json()["items"]] == ["npm"]
    assert api.post(HERE, json={"order": "burn"}, headers=rm).status_code == 422
    assert api.post(HERE, json={"order": "stage"}).status_code == 401


def test_a_distribution_without_a_channel_is_still_shown(yard: Yard, api: Client) -> None:
    yard.add_channels(NPM, required=False)
    seal(yard)
    enter_test(yard)
    yard.lose_channel(NPM)
    shown = api.get(f"{HERE}/npm").json()
    assert (shown["channel_name"], shown["can_undo"], shown["next_actions"]) == (None, None, [])
