# SPDX-License-Identifier: Apache-2.0
"""People and credentials in the database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine

from atr.db.credentials import CredentialRows
from atr.db.engine import count_queries
from atr.db.people import PersonRows
from atr.domain.errors import Conflict
from atr.domain.names import MailAddress, ProductKey, ProjectKey, UserId
from atr.domain.people import ActorKind, Person, Session, Token, TokenScope
from tests.support.door import NOON

ALICE, BOB = UserId("alice"), UserId("bob")
PERSON = Person(ALICE, "Alice", (MailAddress("alice@example.org"), MailAddress("A.Liddell@example.net")))
SCOPE = TokenScope(
    frozenset({"run phase"}),
    frozenset({ProjectKey("demo")}),
    frozenset({ProductKey("tools")}),
    frozenset({"compose"}),
)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        PersonRows(connection).save(PERSON)
        yield connection


@pytest.fixture
def people(connection: Connection) -> PersonRows:
    return PersonRows(connection)


@pytest.fixture
def credentials(connection: Connection) -> CredentialRows:
    return CredentialRows(connection)


def test_a_person_is_found_with_addresses_in_order(people: PersonRows) -> None:
    assert people.find(ALICE) == PERSON
    assert people.find(BOB) is None


def test_an_address_is_found_in_any_case(people: PersonRows) -> None:
    assert people.find_by_address(MailAddress("a.liddell@EXAMPLE.net")) == PERSON
    assert people.find_by_address(MailAddress("nobody@example.org")) is None


def test_saving_again_replaces_everything(people: PersonRows) -> None:
    changed = replace(PERSON, name="A.", addresses=(), sysadmin=True, foundation_member=True)
    people.save(changed)
    assert people.find(ALICE) == changed


def test_an_address_belongs_to_one_person(people: PersonRows) -> None:
    with pytest.raises(Conflict, match="An address of bob belongs to somebody else already"):
        people.save(Person(BOB, "Bob", (MailAddress("ALICE@example.org"),)))


def test_many_names_are_one_query(people: PersonRows, engine: Engine) -> None:
    people.save(Person(BOB, "Bob"))
    with count_queries(engine) as log:
        names = people.find_names(frozenset({ALICE, BOB, UserId("zoe")}))
        assert people.find_names(frozenset()) == {}
    assert names == {ALICE: "Alice", BOB: "Bob"}
    assert len(log.statements) == 1


def test_people_are_searched_by_parts_of_name_and_id(people: PersonRows, engine: Engine) -> None:
    people.save(Person(BOB, "Bob_100% Builder"))
    for text in ("alice", "LIC", "ice ali", "bob", "_100%", "bu ob"):
        with count_queries(engine) as log:
            found = people.search(text, 5, unlisted=True)
        assert [each.user for each in found] == ["bob" if "b" in text or "%" in text else "alice"], text
        assert len(log) == 2
    assert people.search("x_y", 5, unlisted=True) == ()
    assert len(people.search("i", 1, unlisted=True)) == 1
    assert people.search("alice", 5, unlisted=False) == ()


def test_everybody_is_listed_in_order(people: PersonRows) -> None:
    people.save(Person(UserId("adam"), "Zed"))
    assert [person.id for person in people.list()] == ["adam", "alice"]


def test_a_token_is_found_by_hash_and_kept_up_to_date(credentials: CredentialRows) -> None:
    kept = credentials.add_token(Token(0, ALICE, "ci", SCOPE, NOON, LATER), "hash")
    other = credentials.add_token(
        Token(0, ALICE, "login", SCOPE, NOON, LATER, kind=ActorKind.PERSON), "other"
    )
    assert credentials.find_token("hash") == kept
    assert credentials.find_token("unknown") is None
    assert credentials.list_tokens(ALICE) == (other, kept)
    credentials.touch_token(kept.id, LATER)
    credentials.save_token(replace(kept, last_used_at=LATER, revoked_at=LATER))
    changed = credentials.find_token("hash")
    assert changed == replace(kept, last_used_at=LATER, revoked_at=LATER)


def test_a_session_is_found_touched_and_ended(credentials: CredentialRows) -> None:
    kept = credentials.add_session(Session(0, ALICE, NOON, NOON, LATER), "hash")
    assert credentials.find_session("hash") == kept
    credentials.touch_session(kept.id, LATER)
    assert credentials.list_sessions(ALICE) == (replace(kept, last_seen_at=LATER),)
    credentials.end_session("hash")
    assert credentials.find_session("hash") is None


def test_a_code_is_used_once_before_it_expires(credentials: CredentialRows) -> None:
    credentials.add_login_code(ALICE, "hash", LATER)
    assert credentials.peek_login_code("hash", NOON) == ALICE
    assert credentials.peek_login_code("hash", LATER) is None
    assert credentials.use_login_code("hash", LATER) is None
    assert credentials.use_login_code("hash", NOON) == ALICE
    assert credentials.use_login_code("hash", NOON) is None
    assert credentials.peek_login_code("hash", NOON) is None


def test_what_is_over_is_forgotten(credentials: CredentialRows) -> None:
    credentials.add_session(Session(0, ALICE, NOON, NOON, LATER), "ended")
    credentials.add_session(Session(0, ALICE, NOON, NOON, LATER + timedelta(hours=1)), "going on")
    for name in ("expired", "used"):
        credentials.add_login_code(ALICE, name, LATER if name == "expired" else LATER + timedelta(hours=1))
    credentials.use_login_code("used", NOON)
    credentials.add_login_code(ALICE, "fresh", LATER + timedelta(hours=1))
    assert credentials.forget_expired(LATER) == 3
    assert credentials.find_session("going on") is not None
    assert credentials.peek_login_code("fresh", LATER) == ALICE
