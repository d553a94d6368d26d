# SPDX-License-Identifier: Apache-2.0
"""Accounts and tokens over HTTP."""

import pytest
from sqlalchemy import Engine, text

from atr.domain.names import UserId
from atr.domain.people import OPERATOR
from atr.services.accounts import MakeLoginLink
from atr.services.door import Door
from atr.web.session import SESSION_COOKIE
from tests.support.door import SettableClock
from tests.support.playground import issue_token, make_project, sign_in
from tests.support.website import Client, bear_token, enter_as

ME = "/api/v1/me"
TOKENS = f"{ME}/tokens"
NEW = {"name": "ci", "activities": ["run phase"], "projects": ["demo"], "phases": ["compose"], "days": 7}


@pytest.fixture(autouse=True)
def demo(door: Door) -> None:
    make_project(door)


@pytest.fixture
def alice(door: Door) -> dict[str, str]:
    return enter_as(door, "alice")


def test_a_code_is_exchanged_once_for_a_personal_token(api: Client, door: Door) -> None:
    code = door.perform(OPERATOR, MakeLoginLink(UserId("alice"))).code
    answer = api.post("/api/v1/login", json={"code": code})
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    me = api.get(ME, headers=bear_token(answer.json()["secret"]))
    assert me.json()["person"]["id"] == "alice"
    again = api.post("/api/v1/login", json={"code": code})
    assert again.status_code == 401
    assert again.json()["reasons"] == [
        "This login link was used, has expired or never existed: ask for a new one."
    ]


def test_logging_out_ends_the_token(api: Client, alice: dict[str, str]) -> None:
    assert api.post("/api/v1/logout", headers=alice).status_code == 204
    assert api.get(ME, headers=alice).status_code == 401
    assert api.post("/api/v1/logout").status_code == 401


def test_an_account_tells_roles_and_what_they_permit(api: Client, alice: dict[str, str]) -> None:
    me = api.get(ME, headers=alice).json()
    assert (me["kind"], me["roles"]) == ("person", ["visitor"])
    (project,) = me["projects"]
    assert (project["project"], project["roles"]) == ("demo", ["pmc_member", "visitor"])
    assert {"binding vote", "project admin"} <= set(project["permitted"])
    assert api.get(ME).status_code == 401


def test_a_session_reads_like_a_token(api: Client, door: Door) -> None:
    cookie = {"cookie": f"{SESSION_COOKIE}={sign_in(door, 'alice').secret}"}
    me = api.get(ME, headers=cookie).json()
    assert (me["person"]["id"], me["scope"]) == ("alice", None)


def test_a_session_changes_nothing_without_the_form_token(api: Client, door: Door) -> None:
    cookie = {"cookie": f"{SESSION_COOKIE}={sign_in(door, 'alice').secret}"}
    assert api.post(TOKENS, json=NEW, headers=cookie).status_code == 403


def test_a_token_shows_its_secret_once(api: Client, alice: dict[str, str], engine: Engine) -> None:
    headers = alice | {"idempotency-key": "token"}
    first = api.post(TOKENS, json=NEW, headers=headers)
    repeated = api.post(TOKENS, json=NEW, headers=headers)
    assert (first.status_code, repeated.status_code) == (201, 201)
    assert first.headers["cache-control"] == "no-store"
    secret = first.json()["secret"]
    assert secret.startswith("atr_")
    assert repeated.json() == first.json() | {"secret": None}
    assert api.post(TOKENS, json=NEW, headers=alice).json()["secret"].startswith("atr_")
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT convert_from(body, 'UTF8') FROM replies")).scalar_one()
    assert secret not in kept
    me = api.get(ME, headers=bear_token(secret)).json()
    assert (me["kind"], me["scope"]["phases"], me["scope"]["projects"]) == (
        "automation",
        ["compose"],
        ["demo"],
    )
    assert me["projects"][0]["permitted"] == ["run phase"]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": ""}, {"name"}),
        ({"activities": []}, {"activities"}),
        ({"activities": ["vote"]}, {"activities"}),
        ({"activities": ["fly"]}, {"activities.0"}),
        ({"projects": ["nowhere"]}, {"projects"}),
        ({"phases": ["party"]}, {"phases.0"}),
        ({"days": 0}, {"days"}),
        ({"days": 181}, {"days"}),
        ({"days": "7"}, {"days"}),
        ({"kind": "person"}, {"kind"}),
    ],
)
def test_what_a_token_may_not_have_is_named(
    api: Client, alice: dict[str, str], change: dict[str, object], fields: set[str]
) -> None:
    answer = api.post(TOKENS, json=NEW | change, headers=alice)
    assert answer.status_code == 422, answer.text
    assert {error["field"] for error in answer.json()["errors"]} == fields


def test_tokens_are_listed_with_their_state_and_revoked(
    api: Client, door: Door, clock: SettableClock
) -> None:
    kept, expiring = issue_token(door, "alice"), issue_token(door, "alice", days=1)
    clock.advance(days=2)
    alice = enter_as(door, "alice")
    assert api.delete(f"{TOKENS}/{kept.token.id}", headers=alice).status_code == 204
    listed = api.get(TOKENS, headers=alice).json()["items"]
    assert [(each["name"], each["state"]) for each in listed] == [
        ("atr login", "valid"),
        ("ci", "expired"),
        ("ci", "revoked"),
    ]
    assert expiring.secret not in api.get(TOKENS, headers=alice).text
    assert api.delete(f"{TOKENS}/{kept.token.id}", headers=alice).status_code == 409
    for token_id in (0, 999_999, 10**15):
        assert api.delete(f"{TOKENS}/{token_id}", headers=alice).status_code == 404


def test_expired_and_revoked_tokens_are_refused_with_the_reason(
    api: Client, door: Door, clock: SettableClock
) -> None:
    expiring, revoked = issue_token(door, "alice", days=1), issue_token(door, "alice")
    api.delete(f"{TOKENS}/{revoked.token.id}", headers=enter_as(door, "alice"))
    clock.advance(days=1)
    for secret, reason in (
        (expiring.secret, "This token expired on 2026-11-22: make a new one."),
        (revoked.secret, "This token was revoked: make a new one."),
        ("atr_unknown", "This token is not known here: sign in, or make a new one."),
    ):
        answer = api.get(ME, headers=bear_token(secret))
        assert (answer.status_code, answer.json()["reasons"]) == (401, [reason])


def test_tokens_are_for_their_owner_alone(api: Client, door: Door) -> None:
    token = issue_token(door, "alice").token
    bob = enter_as(door, "bob")
    assert api.delete(f"{TOKENS}/{token.id}", headers=bob).status_code == 404
    assert [each["name"] for each in api.get(TOKENS, headers=bob).json()["items"]] == ["atr login"]
    for method, path in (("GET", TOKENS), ("POST", TOKENS), ("DELETE", f"{TOKENS}/1")):
        body = NEW if method == "POST" else None
        assert api.request(method, path, json=body).status_code == 401


def test_an_automation_makes_no_tokens(api: Client, door: Door) -> None:
    automation = bear_token(issue_token(door, "alice").secret)
    assert api.post(TOKENS, json=NEW, headers=automation).status_code == 401


def test_personal_data_is_ones_own(api: Client, door: Door, alice: dict[str, str]) -> None:
    sign_in(door, "alice")
    data = api.get(f"{ME}/personal-data", headers=alice).json()
    assert data["person"]["addresses"] == ["alice@example.org"]
    assert (len(data["tokens"]), len(data["sessions"]), data["events"]) == (1, 1, [])
    assert api.get(f"{ME}/personal-data").status_code == 401
