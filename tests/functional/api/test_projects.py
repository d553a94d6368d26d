# SPDX-License-Identifier: Apache-2.0
"""Projects and rosters over HTTP."""

import pytest
from sqlalchemy import Engine

from atr.schema.problem import PROBLEM_MEDIA_TYPE
from atr.services.door import Door
from tests.support.playground import add_person, make_line, make_project
from tests.support.tables import digest_tables
from tests.support.website import Client, bear_token, enter_as

PROJECTS = "/api/v1/projects"
DEMO = f"{PROJECTS}/demo"
NEW = {"key": "demo", "name": "Demo"}


@pytest.fixture
def root(door: Door) -> dict[str, str]:
    add_person(door, "root", sysadmin=True)
    return enter_as(door, "root")


@pytest.fixture
def alice(door: Door) -> dict[str, str]:
    make_project(door)
    return enter_as(door, "alice")


def test_a_project_is_founded_and_shown(api: Client, root: dict[str, str]) -> None:
    made = api.post(PROJECTS, json=NEW, headers=root)
    assert (made.status_code, made.headers["location"]) == (201, DEMO)
    shown = api.get(DEMO, headers=root)
    assert shown.json() == made.json()
    assert shown.headers["etag"] == made.headers["etag"]
    assert shown.json()["products"] == [
        {
            "project": "demo",
            "key": "main",
            "name": "Demo",
            "version_order": "semver",
            "latest": None,
            "releases": {"candidate": 0, "current": 0, "archived": 0},
        }
    ]


def test_a_project_can_be_founded_with_everything(api: Client, door: Door, root: dict[str, str]) -> None:
    make_project(door, "incubator")
    body = {
        "key": "seedling",
        "name": "Seedling",
        "status": "podling",
        "description": "Small.",
        "homepage": "https://seedling.example.org",
        "mailing_lists": {"dev": "dev@seedling.example.org"},
        "sponsor": "incubator",
        "roster": {"pmc_members": ["alice"], "committers": [], "release_managers": ["rm"]},
    }
    answer = api.post(PROJECTS, json=body, headers=root).json()
    assert (answer["status"], answer["sponsor_name"]) == ("podling", "Sample Incubator")
    assert answer["mailing_lists"] == {"dev": "dev@seedling.example.org", "announce": None, "private": None}
    roster = api.get(f"{PROJECTS}/seedling/roster").json()
    assert (roster["pmc_members"], roster["committers"]) == (["alice"], [])
    assert roster["members"][0] == {"user": "alice", "name": "Alice", "roles": ["pmc_member"]}


def test_a_repeated_post_founds_once(api: Client, door: Door, root: dict[str, str]) -> None:
    headers = root | {"idempotency-key": "once"}
    first = api.post(PROJECTS, json=NEW, headers=headers)
    second = api.post(PROJECTS, json=NEW, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first.headers["location"] == second.headers["location"]
    assert first.headers["etag"] == second.headers["etag"]
    other = api.post(PROJECTS, json=NEW | {"name": "Other"}, headers=headers)
    assert other.status_code == 422
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.parametrize("key", ["", "x" * 256, "näh"])
def test_a_strange_idempotency_key_is_refused(api: Client, root: dict[str, str], key: str) -> None:
    headers = [*root.items(), ("idempotency-key", key.encode())]
    assert api.post(PROJECTS, json=NEW, headers=headers).status_code == 422  # type: ignore[arg-type]


def test_a_key_that_is_taken_is_a_conflict(api: Client, door: Door, root: dict[str, str]) -> None:
    make_project(door)
    answer = api.post(PROJECTS, json=NEW, headers=root)
    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith(PROBLEM_MEDIA_TYPE)
    assert answer.json()["reasons"] == ["There is a project demo already."]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"key", "name"}),
        (NEW | {"colour": "red"}, {"colour"}),
        (NEW | {"key": "Demo"}, {"key"}),
        (NEW | {"key": "api"}, {"key"}),
        (NEW | {"name": ""}, {"name"}),
        (NEW | {"name": 7}, {"name"}),
        (NEW | {"name": "De\u0000mo"}, {""}),
        (NEW | {"status": "famous"}, {"status"}),
        (NEW | {"status": "podling"}, {"sponsor"}),
        (NEW | {"homepage": "javascript:alert(1)"}, {"homepage"}),
        (NEW | {"mailing_lists": {"dev": "nobody"}}, {"mailing_lists.dev"}),
        (NEW | {"roster": {"pmc_members": ["ghost"], "committers": [], "release_managers": []}}, {"roster"}),
        ([], {""}),
    ],
)
def test_every_faulty_field_is_named(
    api: Client, root: dict[str, str], body: object, fields: set[str]
) -> None:
    answer = api.post(PROJECTS, json=body, headers=root)
    assert answer.status_code == 422, answer.text
    assert {error["field"] for error in answer.json()["errors"]} == fields
    assert api.get(DEMO).status_code == 404


def test_broken_json_is_malformed_and_other_media_unsupported(api: Client, root: dict[str, str]) -> None:
    broken = api.post(PROJECTS, content=b'{"key": ', headers=root | {"content-type": "application/json"})
    assert broken.status_code == 400
    text = api.post(PROJECTS, content=b"key=demo", headers=root | {"content-type": "text/plain"})
    assert text.status_code == 415


def test_who_may_not_found_a_project_is_told_why(api: Client, alice: dict[str, str]) -> None:
    body = NEW | {"key": "mine"}
    assert api.post(PROJECTS, json=body).status_code == 401
    denied = api.post(PROJECTS, json=body, headers=alice)
    assert denied.status_code == 403
    assert api.get(f"{PROJECTS}/mine").status_code == 404
    bad = api.post(PROJECTS, json=body, headers=bear_token("atr_bad"))
    assert bad.status_code == 401
    assert bad.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["nowhere", "Demo", "a" * 64, "%2e%2e"])
def test_a_project_that_is_not_there_is_not_found(api: Client, path: str) -> None:
    for part in ("", "/roster", "/policy", "/policy/versions", "/products", "/events"):
        answer = api.get(f"{PROJECTS}/{path}{part}")
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith(PROBLEM_MEDIA_TYPE)


def test_only_given_fields_change(api: Client, alice: dict[str, str]) -> None:
    before = api.get(DEMO, headers=alice).json()
    answer = api.patch(DEMO, json={"description": "New."}, headers=alice)
    assert answer.status_code == 200
    assert answer.json() == before | {"description": "New."}
    lists = api.patch(DEMO, json={"mailing_lists": {}, "name": "D", "homepage": ""}, headers=alice).json()
    assert lists["mailing_lists"] == {"dev": None, "announce": None, "private": None}


def test_a_sponsor_is_set_and_removed(api: Client, door: Door, alice: dict[str, str]) -> None:
    make_project(door, "incubator")
    body = {"status": "podling", "sponsor": "incubator"}
    assert api.patch(DEMO, json=body, headers=alice).json()["sponsor"] == "incubator"
    alone = {"status": "active", "sponsor": None}
    assert api.patch(DEMO, json=alone, headers=alice).json()["sponsor"] is None


def test_nobody_overwrites_what_he_has_not_seen(api: Client, alice: dict[str, str]) -> None:
    seen = api.get(DEMO).headers["etag"]
    first = api.patch(DEMO, json={"name": "First"}, headers=alice | {"if-match": seen})
    assert first.status_code == 200
    stale = api.patch(DEMO, json={"name": "Second"}, headers=alice | {"if-match": seen})
    assert stale.status_code == 412
    roster = {"pmc_members": ["alice"], "committers": [], "release_managers": []}
    assert api.put(f"{DEMO}/roster", json=roster, headers=alice | {"if-match": seen}).status_code == 412
    fresh = alice | {"if-match": first.headers["etag"]}
    assert api.put(f"{DEMO}/roster", json=roster, headers=fresh).status_code == 200
    assert api.get(DEMO).json()["name"] == "First"


def test_a_roster_is_replaced_as_a_whole(api: Client, alice: dict[str, str]) -> None:
    roster = {"pmc_members": ["alice"], "committers": ["bob"], "release_managers": []}
    answer = api.put(f"{DEMO}/roster", json=roster, headers=alice)
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in roster} == roster
    assert api.get(f"{DEMO}/roster", headers=alice).json() == answer.json()
    assert api.put(f"{DEMO}/roster", json={"pmc_members": []}, headers=alice).status_code == 422
    assert api.put(f"{DEMO}/roster", json=roster).status_code == 401


def test_projects_are_listed_in_pages(api: Client, door: Door) -> None:
    for key in ("alpha", "beta", "gamma"):
        make_project(door, key)
    first = api.get(PROJECTS, params={"limit": 2}).json()
    assert [item["key"] for item in first["items"]] == ["alpha", "beta"]
    rest = api.get(PROJECTS, params={"limit": 2, "cursor": first["next"]}).json()
    assert ([item["key"] for item in rest["items"]], rest["next"]) == (["gamma"], None)
    found = api.get(PROJECTS, params={"q": "bet", "status": "active"}).json()
    assert [item["key"] for item in found["items"]] == ["beta"]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"status": "famous"}, {"cursor": "???"}])
def test_a_list_refuses_what_it_cannot_read(api: Client, query: dict[str, str]) -> None:
    assert api.get(PROJECTS, params=query).status_code == 422


def test_reading_changes_nothing(api: Client, door: Door, engine: Engine) -> None:
    make_project(door)
    make_line(door)
    alice = enter_as(door, "alice")
    parts = ("", "/roster", "/policy", "/policy/versions", "/events", "/products", "/products/tools")
    paths = [PROJECTS, *(f"{DEMO}{part}" for part in parts), f"{DEMO}/products/tools/policy"]
    paths += ["/api/v1/me", "/api/v1/me/tokens", "/api/v1/me/personal-data"]
    api.get(PROJECTS, headers=alice)  # the use of the token is noted once a minute
    before = digest_tables(engine)
    for path in paths:
        assert api.get(path, headers=alice).status_code == 200, path
    assert digest_tables(engine) == before
