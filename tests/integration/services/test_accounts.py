# SPDX-License-Identifier: Apache-2.0
"""Signing in by one-time link, and the tokens of people and automations."""

from datetime import timedelta

import pytest

from atr.domain.credential import is_token, write_token
from atr.domain.errors import Conflict, Denied, Invalid, NotFound, NotSignedIn
from atr.domain.names import ProductKey, ProjectKey, UserId
from atr.domain.people import ANONYMOUS, OPERATOR, Actor, ActorKind, Role, TokenScope
from atr.domain.permissions import AUTOMATION_LIMIT, Activity
from atr.ports.repositories.events import EventFilter
from atr.ports.unit_of_work import OpenUnit
from atr.services.account_views import ListSessions, ListTokens, ShowPersonalData, WhoAmI
from atr.services.accounts import (
    CreateToken,
    EndOtherSessions,
    ExchangeCode,
    LoginLink,
    MakeLoginLink,
    PeekLoginCode,
    RevokeToken,
    SignIn,
    SignOut,
)
from atr.services.credentials import ResolveSession, ResolveToken, resolve_credential
from atr.services.door import Door
from atr.services.events import ListEvents
from atr.services.people import GrantRole
from tests.support.door import NOON, SettableClock
from tests.support.playground import act_as, add_person, issue_token, log_in, make_project, sign_in

ALICE = UserId("alice")
USED_UP = "This login link was used, has expired or never existed: ask for a new one."


def make_link(door: Door, user: UserId = ALICE) -> LoginLink:
    return door.perform(OPERATOR, MakeLoginLink(user))


def enter_with(door: Door, secret: str) -> Actor:
    kind = ResolveToken if is_token(secret) else ResolveSession
    return resolve_credential(door, kind(secret))


def list_event_names(door: Door) -> list[str]:
    return [view.event.name for view in door.ask(OPERATOR, ListEvents(EventFilter())).items]


@pytest.fixture(autouse=True)
def alice(door: Door) -> Actor:
    return add_person(door, "alice")


def test_a_link_signs_its_person_in_once(door: Door) -> None:
    link = make_link(door)
    assert link.address == f"http://atr.example.org/sign-in?code={link.code}"
    signed_in = door.perform(ANONYMOUS, SignIn(link.code))
    assert signed_in.person.id == ALICE
    assert enter_with(door, signed_in.secret).user == ALICE
    with pytest.raises(NotSignedIn, match=USED_UP):
        door.perform(ANONYMOUS, SignIn(link.code))
    assert list_event_names(door) == ["person.signed_in", "login_link.made", "person.added"]


def test_looking_at_a_link_does_not_use_it(door: Door) -> None:
    link = make_link(door)
    for _ in range(2):
        person = door.ask(ANONYMOUS, PeekLoginCode(link.code))
        assert person is not None
        assert person.id == ALICE
    door.perform(ANONYMOUS, SignIn(link.code))
    assert door.ask(ANONYMOUS, PeekLoginCode(link.code)) is None
    assert door.ask(ANONYMOUS, PeekLoginCode("guessed")) is None


def test_a_link_ends_after_a_quarter_of_an_hour(door: Door, clock: SettableClock) -> None:
    link = make_link(door)
    assert link.expires_at == NOON + timedelta(minutes=15)
    clock.advance(minutes=15)
    assert door.ask(ANONYMOUS, PeekLoginCode(link.code)) is None
    with pytest.raises(NotSignedIn, match=USED_UP):
        door.perform(ANONYMOUS, ExchangeCode(link.code))


def test_a_link_may_be_given_another_life(door: Door) -> None:
    link = door.perform(OPERATOR, MakeLoginLink(ALICE, timedelta(days=7)))
    assert link.expires_at == NOON + timedelta(days=7)
    for life in (timedelta(days=8), timedelta(), timedelta(seconds=-1)):
        with pytest.raises(Invalid, match="A login link lives at most 7 days"):
            door.perform(OPERATOR, MakeLoginLink(ALICE, life))


def test_a_link_is_made_for_known_people_by_administrators_only(door: Door, alice: Actor) -> None:
    with pytest.raises(NotFound, match="There is no person zoe"):
        make_link(door, UserId("zoe"))
    with pytest.raises(Denied, match="Only sysadmins"):
        door.perform(alice, MakeLoginLink(ALICE))
    with pytest.raises(NotSignedIn):
        door.perform(ANONYMOUS, MakeLoginLink(ALICE))
    root = add_person(door, "root", sysadmin=True)
    assert door.perform(root, MakeLoginLink(ALICE)).user == ALICE


def test_signing_in_again_ends_the_session_before(door: Door) -> None:
    first = sign_in(door, "alice")
    second = door.perform(ANONYMOUS, SignIn(make_link(door).code, previous=first.secret))
    assert first.secret != second.secret
    assert enter_with(door, second.secret).signed_in_at == NOON
    with pytest.raises(NotSignedIn, match="You are signed out"):
        enter_with(door, first.secret)


def test_signing_out_ends_the_session_once(door: Door) -> None:
    secret = sign_in(door, "alice").secret
    actor = enter_with(door, secret)
    door.perform(actor, SignOut(secret))
    with pytest.raises(NotSignedIn, match="You are signed out"):
        enter_with(door, secret)
    with pytest.raises(NotSignedIn, match="ended already"):
        door.perform(actor, SignOut(secret))


def test_a_session_ends_when_idle_and_used_ones_after_a_week(door: Door, clock: SettableClock) -> None:
    idle, used = sign_in(door, "alice"), sign_in(door, "alice")
    for _ in range(23):
        clock.advance(hours=7)
        assert enter_with(door, used.secret).user == ALICE
    with pytest.raises(NotSignedIn, match="Your session was over"):
        enter_with(door, idle.secret)
    clock.advance(hours=7)
    with pytest.raises(NotSignedIn, match="Your session was over"):
        enter_with(door, used.secret)


def test_logging_in_gives_a_personal_token_for_thirty_days(door: Door, clock: SettableClock) -> None:
    make_project(door)
    secret = log_in(door, "alice")
    actor = enter_with(door, secret)
    assert (actor.kind, actor.user, actor.signed_in_at) == (ActorKind.PERSON, ALICE, NOON)
    assert Activity.BINDING_VOTE in door.ask(actor, WhoAmI()).projects[0].permitted
    clock.advance(days=30)
    with pytest.raises(NotSignedIn, match="This token expired on 2026-12-21"):
        enter_with(door, secret)


def test_a_token_name_tells_tokens_apart(door: Door) -> None:
    with pytest.raises(Invalid, match="Give the token a name"):
        door.perform(ANONYMOUS, ExchangeCode(make_link(door).code, name=""))


def test_an_automation_acts_for_its_owner_and_never_votes(door: Door) -> None:
    make_project(door)
    actor = enter_with(door, issue_token(door, "alice").secret)
    assert actor.kind is ActorKind.AUTOMATION
    account = door.ask(actor, WhoAmI())
    assert set(account.projects[0].permitted) == AUTOMATION_LIMIT
    with pytest.raises(NotSignedIn):
        door.perform(actor, CreateToken("more", TokenScope(frozenset(AUTOMATION_LIMIT)), timedelta(days=1)))


def test_everything_wrong_with_a_token_is_named(door: Door, alice: Actor) -> None:
    scope = TokenScope(
        frozenset({Activity.VOTE, Activity.RUN_PHASE}),
        frozenset({ProjectKey("nowhere")}),
        frozenset({ProductKey("tools")}),
        frozenset({"party"}),
    )
    with pytest.raises(Invalid) as refusal:
        door.perform(alice, CreateToken("ci", scope, timedelta(days=181)))
    assert refusal.value.reasons == (
        "An automation may not be given: vote.",
        "There are no such phases: party.",
        "There are no such projects: nowhere.",
        "A token lives at least 1 day and at most 180 days.",
    )
    with pytest.raises(Invalid, match="Name at least one activity"):
        door.perform(alice, CreateToken("ci", TokenScope(frozenset()), timedelta(days=1)))
    with pytest.raises(Invalid, match="Give the token a name"):
        door.perform(alice, CreateToken(" ci", scope, timedelta(days=1)))


def test_a_token_is_stored_as_a_hash_alone(door: Door, open_unit: OpenUnit) -> None:
    issued = issue_token(door, "alice")
    with open_unit() as unit:
        assert unit.credentials.find_token(issued.secret) is None
    assert issued.secret not in repr(issued)


def test_a_token_keeps_its_whole_scope(door: Door) -> None:
    make_project(door)
    scope = TokenScope(
        frozenset({Activity.RUN_PHASE}),
        frozenset({ProjectKey("demo")}),
        frozenset({ProductKey("tools")}),
        frozenset({"compose"}),
    )
    assert enter_with(door, issue_token(door, "alice", scope).secret).scope == scope


def test_revoking_a_token_ends_it_at_once(door: Door, alice: Actor) -> None:
    issued = issue_token(door, "alice")
    revoked = door.perform(alice, RevokeToken(issued.token.id))
    assert revoked.revoked_at == NOON
    with pytest.raises(NotSignedIn, match="This token was revoked"):
        enter_with(door, issued.secret)
    with pytest.raises(Conflict, match="The token ci was revoked already"):
        door.perform(alice, RevokeToken(issued.token.id))


def test_the_tokens_of_others_are_not_there(door: Door) -> None:
    issued = issue_token(door, "alice")
    bob = add_person(door, "bob")
    with pytest.raises(NotFound):
        door.perform(bob, RevokeToken(issued.token.id))
    assert door.ask(bob, ListTokens()) == ()


def test_logging_out_revokes_the_token(door: Door) -> None:
    secret = log_in(door, "alice")
    door.perform(enter_with(door, secret), SignOut(secret))
    with pytest.raises(NotSignedIn, match="revoked"):
        enter_with(door, secret)


@pytest.mark.parametrize("secret", ["", "atr_", "atr_short00000000", f"atr_{'a' * 43}00000000"])
def test_an_unknown_token_is_refused(door: Door, secret: str) -> None:
    with pytest.raises(NotSignedIn, match="This token is not known here"):
        door.ask(ANONYMOUS, ResolveToken(secret))


def test_a_well_formed_token_that_nobody_has_is_refused(door: Door) -> None:
    forged = write_token("a" * 43)
    with pytest.raises(NotSignedIn, match="not known here"):
        enter_with(door, forged)
    with pytest.raises(NotSignedIn, match="not known here"):
        door.perform(ANONYMOUS, SignOut(forged))


def test_use_is_noted_at_most_once_a_minute(door: Door, clock: SettableClock, alice: Actor) -> None:
    secret = issue_token(door, "alice").secret
    enter_with(door, secret)
    clock.advance(seconds=59)
    enter_with(door, secret)
    assert door.ask(alice, ListTokens())[0].last_used_at == NOON
    clock.advance(seconds=1)
    enter_with(door, secret)
    assert door.ask(alice, ListTokens())[0].last_used_at == NOON + timedelta(minutes=1)


def test_noting_use_is_no_event(door: Door) -> None:
    secret = issue_token(door, "alice").secret
    before = list_event_names(door)
    enter_with(door, secret)
    assert list_event_names(door) == before


def test_roles_are_looked_up_on_every_request(door: Door) -> None:
    make_project(door)
    secret = log_in(door, "alice")
    assert Activity.PROJECT_ADMIN in door.ask(enter_with(door, secret), WhoAmI()).projects[0].permitted
    for role in (Role.PMC_MEMBER, Role.COMMITTER):
        door.perform(OPERATOR, GrantRole(ALICE, role, ProjectKey("demo"), withdraw=True))
    assert door.ask(enter_with(door, secret), WhoAmI()).projects == ()
    door.perform(OPERATOR, GrantRole(ALICE, Role.SYSADMIN))
    assert enter_with(door, secret).foundation_roles == {Role.SYSADMIN}


def test_nobody_is_told_who_they_are(door: Door) -> None:
    with pytest.raises(NotSignedIn):
        door.ask(ANONYMOUS, WhoAmI())
    with pytest.raises(NotSignedIn):
        door.ask(ANONYMOUS, ListTokens())


def test_personal_data_is_everything_and_ones_own(door: Door) -> None:
    make_project(door)
    sign_in(door, "alice")
    token = issue_token(door, "alice").token
    data = door.ask(act_as(door, "alice"), ShowPersonalData())
    assert data.person.addresses == ("alice@example.org",)
    assert [each.project for each in data.projects] == ["demo"]
    assert [each.id for each in data.tokens] == [token.id]
    assert [each.user for each in data.sessions] == [ALICE]
    assert [each.name for each in data.events] == ["token.issued"]
    with pytest.raises(NotSignedIn):
        door.ask(ANONYMOUS, ShowPersonalData())


def test_one_sees_ones_sessions_and_ends_the_others(door: Door, clock: SettableClock) -> None:
    sign_in(door, "alice")
    clock.advance(hours=9)
    other, own = sign_in(door, "alice"), sign_in(door, "alice")
    actor = enter_with(door, own.secret)
    listed = door.ask(actor, ListSessions(own.secret))
    assert [(each.session.id, each.current) for each in listed] == [
        (own.session.id, True),
        (other.session.id, False),
    ]
    assert [each.current for each in door.ask(actor, ListSessions())] == [False, False]
    assert door.perform(actor, EndOtherSessions(own.secret)) == 2
    assert enter_with(door, own.secret).user == ALICE
    with pytest.raises(NotSignedIn, match="You are signed out"):
        enter_with(door, other.secret)
