# SPDX-License-Identifier: Apache-2.0
"""Product lines and vote policies over HTTP."""

import pytest

from atr.services.door import Door
from tests.support.channels import make_channels
from tests.support.playground import make_line, make_project
from tests.support.website import Client, enter_as

DEMO = "/api/v1/projects/demo"
TOOLS = f"{DEMO}/products/tools"
NEW = {"key": "tools", "name": "Tools"}


@pytest.fixture(autouse=True)
def demo(door: Door) -> None:
    make_project(door)
    make_channels(door)


@pytest.fixture
def alice(door: Door) -> dict[str, str]:
    return enter_as(door, "alice")


def test_a_line_is_added_and_shown(api: Client, alice: dict[str, str]) -> None:
    body = NEW | {"version_order": "date", "channels": ["npm", "pypi"], "required_channels": ["npm"]}
    made = api.post(f"{DEMO}/products", json=body, headers=alice)
    assert (made.status_code, made.headers["location"]) == (201, TOOLS)
    shown = api.get(TOOLS, headers=alice)
    assert shown.json() == made.json()
    assert {name: shown.json()[name] for name in body} == body
    listed = api.get(f"{DEMO}/products").json()
    assert [item["key"] for item in listed["items"]] == ["main", "tools"]


def test_lines_are_added_once_by_those_who_may(api: Client, door: Door, alice: dict[str, str]) -> None:
    assert api.post(f"{DEMO}/products", json=NEW).status_code == 401
    assert api.post(f"{DEMO}/products", json=NEW, headers=enter_as(door, "rm")).status_code == 403
    repeated = alice | {"idempotency-key": "tools"}
    answers = [api.post(f"{DEMO}/products", json=NEW, headers=repeated) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert api.post(f"{DEMO}/products", json=NEW, headers=alice).status_code == 409
    assert api.post("/api/v1/projects/nowhere/products", json=NEW, headers=alice).status_code == 404


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"key": "latest"}, {"key"}),
        ({"key": "v1"}, {"key"}),
        ({"version_order": "lunar"}, {"version_order"}),
        ({"channels": "npm"}, {"channels"}),
        ({"channels": ["NPM"]}, {"channels.0"}),
        ({"required_channels": ["npm"]}, {"required_channels"}),
        ({"latest": "1.0"}, {"latest"}),
    ],
)
def test_every_faulty_field_of_a_line_is_named(
    api: Client, alice: dict[str, str], change: dict[str, object], fields: set[str]
) -> None:
    answer = api.post(f"{DEMO}/products", json=NEW | change, headers=alice)
    assert answer.status_code == 422, answer.text
    assert {error["field"] for error in answer.json()["errors"]} == fields


def test_a_line_is_changed_with_its_policy(api: Client, door: Door, alice: dict[str, str]) -> None:
    make_line(door)
    seen = api.get(TOOLS).headers["etag"]
    body = {"name": "Better Tools", "channels": ["npm"], "policy": {"min_hours": 96}}
    answer = api.patch(TOOLS, json=body, headers=alice | {"if-match": seen})
    assert answer.status_code == 200
    changed = answer.json()
    assert (changed["name"], changed["channels"]) == ("Better Tools", ["npm"])
    assert (changed["policy"]["min_hours"], changed["policy_override"]["min_hours"]) == (96, 96)
    assert changed["policy_version"] == "0.1"
    assert api.patch(TOOLS, json={"name": "X"}, headers=alice | {"if-match": seen}).status_code == 412
    rest = {"version_order": "calver", "required_channels": ["npm"]}
    assert api.patch(TOOLS, json=rest, headers=alice).json()["version_order"] == "calver"


def test_a_line_says_how_it_uses_its_channels(api: Client, door: Door, alice: dict[str, str]) -> None:
    make_line(door)
    use = {
        "channel": "npm",
        "required": True,
        "owner_namespace": None,
        "package": "demo-tools",
        "files": ["*.tgz"],
        "staging_name": "rc",
        "final_names": ["latest", "v-next"],
    }
    changed = api.patch(TOOLS, json={"channel_uses": [use]}, headers=alice).json()
    assert (changed["channel_uses"], changed["channels"], changed["required_channels"]) == (
        [use],
        ["npm"],
        ["npm"],
    )
    more = api.patch(TOOLS, json={"channels": ["pypi", "npm"]}, headers=alice).json()
    assert (more["channel_uses"][1], more["required_channels"]) == (use, ["npm"])
    for body, field in (
        ({"channel_uses": [use], "channels": ["npm"]}, "channel_uses"),
        ({"channel_uses": [use | {"channel": "nowhere"}]}, "channels"),
        ({"channel_uses": [use | {"owner_namespace": "acme"}]}, "owner_namespace"),
        ({"channel_uses": [use | {"staging_name": "v1.2"}]}, "staging_name"),
    ):
        answer = api.patch(TOOLS, json=body, headers=alice)
        assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])


def test_a_line_that_is_not_there_is_not_found(api: Client, alice: dict[str, str]) -> None:
    for path in (TOOLS, f"{TOOLS}/policy", f"{TOOLS}/policy/versions", f"{DEMO}/products/latest"):
        assert api.get(path).status_code == 404
    assert api.patch(TOOLS, json={"name": "X"}, headers=alice).status_code == 404
    assert api.patch(TOOLS, json={"name": "X"}, headers=alice | {"if-match": '"x"'}).status_code == 404


def test_a_policy_is_inherited_and_set_field_by_field(api: Client, door: Door, alice: dict[str, str]) -> None:
    make_line(door)
    shown = api.get(f"{DEMO}/policy").json()
    assert (shown["version"], shown["effective"]["mail_to"]) == ("0.0", ["dev@demo.example.org"])
    assert set(shown["own"].values()) == {None}
    saved = api.patch(f"{DEMO}/policy", json={"min_hours": 0, "min_binding": 4}, headers=alice).json()
    assert (saved["version"], saved["effective"]["min_hours"], saved["inherited"]["min_hours"]) == (
        "1.0",
        0,
        72,
    )
    line = api.patch(f"{TOOLS}/policy", json={"min_hours": 48, "mail_to": []}, headers=alice).json()
    assert (line["version"], line["effective"]["min_binding"], line["effective"]["min_hours"]) == (
        "1.1",
        4,
        48,
    )
    again = api.patch(f"{TOOLS}/policy", json={"min_hours": None}, headers=alice).json()
    assert (again["effective"]["min_hours"], again["own"]["mail_to"]) == (0, [])


def test_saved_policies_are_listed(api: Client, door: Door, alice: dict[str, str]) -> None:
    make_line(door)
    api.patch(f"{DEMO}/policy", json={"min_hours": 1}, headers=alice)
    api.patch(f"{TOOLS}/policy", json={"min_hours": 2}, headers=alice)
    for path, hours in ((DEMO, 1), (TOOLS, 2)):
        (version,) = api.get(f"{path}/policy/versions").json()["items"]
        assert (version["number"], version["override"]["min_hours"]) == (1, hours)
        assert (version["saved_by"], version["saved_by_name"]) == ("alice", "Alice")


def test_a_stale_policy_is_not_saved(api: Client, alice: dict[str, str]) -> None:
    seen = api.get(f"{DEMO}/policy").headers["etag"]
    assert seen == api.get(DEMO).headers["etag"]
    headers = alice | {"if-match": seen}
    assert api.patch(f"{DEMO}/policy", json={"min_hours": 1}, headers=headers).status_code == 200
    assert api.patch(f"{DEMO}/policy", json={"min_hours": 2}, headers=headers).status_code == 412
    assert api.get(f"{DEMO}/policy").json()["effective"]["min_hours"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"min_hours": -1},
        {"min_hours": "72"},
        {"min_hours": True},
        {"min_hours": 10**30},
        {"min_binding": 2},
        {"manual_vote": "yes"},
        {"mail_to": ["nobody"]},
        {"mail_to": ["a@b\nBcc: c@d"]},
        {"colour": "red"},
    ],
)
def test_a_policy_that_cannot_stand_is_refused(
    api: Client, alice: dict[str, str], body: dict[str, object]
) -> None:
    assert api.patch(f"{DEMO}/policy", json=body, headers=alice).status_code == 422
    assert api.get(f"{DEMO}/policy").json()["version"] == "0.0"


def test_release_managers_change_no_policy(api: Client, door: Door) -> None:
    assert api.patch(f"{DEMO}/policy", json={}, headers=enter_as(door, "rm")).status_code == 403
    assert api.patch(f"{DEMO}/policy", json={}).status_code == 401
