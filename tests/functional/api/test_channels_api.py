# SPDX-License-Identifier: Apache-2.0
"""Platforms and channels over HTTP."""

from dataclasses import asdict, fields

import pytest

from atr.domain.platform import ABILITIES, DESCRIPTORS, PlatformDescriptor, PlatformKey
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.channels import ADDRESS, TOKEN, make_channel
from tests.support.door import RecordedQueue
from tests.support.playground import add_person, make_project
from tests.support.voting import Bench, make_bench
from tests.support.website import Client, enter_as

CHANNELS = "/api/v1/channels"
NPM = f"{CHANNELS}/npm"
NEW = {"key": "npm", "name": "npm registry", "platform": "npm", "url": ADDRESS}


@pytest.fixture
def root(door: Door) -> dict[str, str]:
    add_person(door, "root", sysadmin=True)
    return enter_as(door, "root")


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    return make_bench(door, surroundings, queue)


def test_platforms_are_told_with_every_field_of_the_seed(api: Client) -> None:
    items = api.get("/api/v1/platforms").json()["items"]
    assert [each["key"] for each in items] == list(DESCRIPTORS)
    for item in items:
        key = PlatformKey(item["key"])
        assert {each.name: item[each.name] for each in fields(PlatformDescriptor)} == asdict(DESCRIPTORS[key])
        assert item["abilities"]["secret_fields"] == list(ABILITIES[key].secret_fields)


def test_a_channel_is_added_shown_and_listed_without_its_credentials(
    api: Client, root: dict[str, str]
) -> None:
    body = NEW | {"credentials": TOKEN, "is_test": True, "automation_endpoint": "acme/demo/push.yml@main"}
    made = api.post(CHANNELS, json=body, headers=root)
    assert (made.status_code, made.headers["location"]) == (201, NPM)
    shown = api.get(NPM, headers=root)
    assert shown.json() == made.json()
    assert (shown.json()["has_credentials"], shown.json()["promotes"], shown.json()["local"]) == (
        True,
        True,
        False,
    )
    assert shown.json()["permitted"] == sorted(shown.json()["permitted"])
    assert "channel admin" in shown.json()["permitted"]
    assert "credentials" not in shown.json()
    (listed,) = api.get(CHANNELS).json()["items"]
    assert listed.items() <= shown.json().items()
    for answer in (made, shown, api.get(CHANNELS)):
        assert TOKEN["token"] not in answer.text


def test_promoting_is_as_the_platform_has_it_unless_said(api: Client, root: dict[str, str]) -> None:
    central = NEW | {"key": "central", "platform": "central-portal"}
    assert api.post(CHANNELS, json=central, headers=root).json()["promotes"] is False
    asked = central | {"key": "other", "promotes": True}
    assert api.post(CHANNELS, json=asked, headers=root).json()["promotes"] is True


def test_only_sysadmins_change_channels(api: Client, door: Door, root: dict[str, str]) -> None:
    make_project(door)
    make_channel(door)
    for headers, status in ((enter_as(door, "alice"), 403), ({}, 401)):
        assert api.post(CHANNELS, json=NEW | {"key": "x"}, headers=headers).status_code == status
        assert api.patch(NPM, json={"name": "x"}, headers=headers).status_code == status
        assert api.delete(NPM, headers=headers).status_code == status
        assert api.post(f"{NPM}/test", headers=headers).status_code == status
    assert api.post(CHANNELS, json=NEW, headers=root).status_code == 409


def test_every_faulty_field_of_a_channel_is_named(api: Client, root: dict[str, str]) -> None:
    faults: list[tuple[dict[str, object], set[str]]] = [
        ({"key": "NPM"}, {"key"}),
        ({"platform": "rubygems"}, {"platform"}),
        ({"name": " ", "url": "x", "automation_endpoint": "y"}, {"name", "url", "automation_endpoint"}),
        ({"credentials": {"password": "p"}}, {"credentials.password", "credentials.token"}),
        ({"credentials": "sesame"}, {"credentials"}),
        ({"credentials": {"token": 7}}, {"credentials.token"}),
        ({"secret": "x"}, {"secret"}),
    ]
    for change, named in faults:
        answer = api.post(CHANNELS, json=NEW | change, headers=root)
        assert answer.status_code == 422, answer.text
        assert {error["field"] for error in answer.json()["errors"]} == named
    assert api.get(CHANNELS).json()["items"] == []


def test_local_channels_may_be_on_this_machine(api: Client, root: dict[str, str]) -> None:
    body = NEW | {
        "url": "http://127.0.0.1:4873/",
        "local": True,
        "automation_endpoint": "http://localhost/go",
    }
    assert api.post(CHANNELS, json=body, headers=root).status_code == 201
    assert api.patch(NPM, json={"local": False}, headers=root).status_code == 422


def test_platforms_without_credentials_take_none(api: Client, root: dict[str, str]) -> None:
    hub = NEW | {"platform": "artifacthub", "credentials": TOKEN}
    answer = api.post(CHANNELS, json=hub, headers=root)
    assert "Artifact Hub asks for no credentials" in answer.text
    assert TOKEN["token"] not in answer.text
    made = api.post(CHANNELS, json=hub | {"credentials": {}}, headers=root)
    assert made.json()["has_credentials"] is False


def test_a_channel_is_changed_by_who_saw_it_last(api: Client, door: Door, root: dict[str, str]) -> None:
    make_channel(door, credentials=TOKEN)
    seen = api.get(NPM).headers["etag"]
    body = {"name": "New", "automation_endpoint": "", "credentials": {"token": "another"}}
    changed = api.patch(NPM, json=body, headers=root | {"if-match": seen})
    assert (changed.status_code, changed.json()["name"], changed.json()["automation_endpoint"]) == (
        200,
        "New",
        None,
    )
    assert api.patch(NPM, json={"name": "X"}, headers=root | {"if-match": seen}).status_code == 412
    assert api.delete(NPM, headers=root | {"if-match": seen}).status_code == 412
    assert api.patch(NPM, json={"credentials": None}, headers=root).json()["has_credentials"] is False
    assert api.patch(NPM, json={"credentials": {}}, headers=root).status_code == 422
    assert api.patch(NPM, json={"key": "other"}, headers=root).status_code == 422
    assert api.patch(f"{CHANNELS}/other", json={"name": "x"}, headers=root).status_code == 404
    assert api.delete(NPM, headers=root).status_code == 204
    assert api.get(NPM).status_code == 404


def test_a_channel_in_use_is_not_removed(api: Client, door: Door, root: dict[str, str]) -> None:
    make_project(door)
    make_channel(door)
    line = "/api/v1/projects/demo/products/main"
    body = {"channels": ["npm"], "required_channels": ["npm"]}
    assert api.patch(line, json=body, headers=root).status_code == 200
    answer = api.delete(NPM, headers=root)
    assert (answer.status_code, answer.json()["reasons"]) == (409, ["Product lines use it: demo."])
    assert api.get(NPM).json()["lines"] == ["demo"]


def test_a_channel_is_tested_beside_the_request(
    api: Client, door: Door, root: dict[str, str], bench: Bench
) -> None:
    make_channel(door, credentials=TOKEN)
    once = root | {"idempotency-key": "a-test"}
    asked = [api.post(f"{NPM}/test", headers=once) for _ in range(2)]
    assert [each.status_code for each in asked] == [202, 202]
    assert asked[0].json()["test"]["tested_at"] is None
    assert len(bench.queue.jobs) == 1
    bench.work_off()
    test = api.get(NPM).json()["test"]
    assert (test["passed"], test["result"], test["tested_at"] is None) == (True, "somebody", False)
    assert api.post(f"{CHANNELS}/other/test", headers=root).status_code == 404
