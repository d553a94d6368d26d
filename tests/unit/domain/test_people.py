# SPDX-License-Identifier: Apache-2.0
"""People hold roles, and act in more than one way."""

import pytest

from atr.domain.errors import Invalid
from atr.domain.names import MailAddress, UserId
from atr.domain.people import (
    ANONYMOUS,
    EMPTY_ROSTER,
    OPERATOR,
    SERVICE,
    ActorKind,
    Person,
    Role,
    Roster,
    TokenScope,
    as_actor,
    change_person,
    change_roster,
    find_roles,
)

ALICE, BOB = UserId("alice"), UserId("bob")
ROSTER = Roster(frozenset({ALICE}), frozenset({ALICE, BOB}), frozenset({BOB}))
PERSON = Person(ALICE, "Alice", (MailAddress("alice@example.org"),))
PROJECT_ROLES = (Role.PMC_MEMBER, Role.COMMITTER, Role.RELEASE_MANAGER)
FOUNDATION_ROLES = (Role.FOUNDATION_MEMBER, Role.SYSADMIN)


def test_a_roster_tells_all_roles_of_a_person() -> None:
    assert ROSTER.roles_of(ALICE) == {Role.PMC_MEMBER, Role.COMMITTER}
    assert ROSTER.roles_of(BOB) == {Role.COMMITTER, Role.RELEASE_MANAGER}
    assert EMPTY_ROSTER.roles_of(ALICE) == frozenset()


def test_everybody_is_a_visitor_everywhere() -> None:
    assert find_roles(ANONYMOUS, ROSTER) == {Role.VISITOR}
    assert find_roles(as_actor(PERSON), None) == {Role.VISITOR}


def test_roles_of_project_and_foundation_come_together() -> None:
    member = as_actor(change_person(PERSON, Role.FOUNDATION_MEMBER, held=True))
    assert find_roles(member, ROSTER) == {
        Role.PMC_MEMBER,
        Role.COMMITTER,
        Role.FOUNDATION_MEMBER,
        Role.VISITOR,
    }


def test_a_person_acts_with_foundation_roles_and_a_token_scope() -> None:
    scope = TokenScope(frozenset({"run phase"}))
    root = as_actor(change_person(PERSON, Role.SYSADMIN, held=True), scope)
    assert (root.kind, root.user, root.scope) == (ActorKind.PERSON, ALICE, scope)
    assert root.foundation_roles == {Role.SYSADMIN}


def test_events_name_the_person_or_the_kind_of_party() -> None:
    labels = [actor.label for actor in (as_actor(PERSON), ANONYMOUS, SERVICE, OPERATOR)]
    assert labels == ["alice", "anonymous", "service", "operator"]


@pytest.mark.parametrize("role", PROJECT_ROLES)
def test_a_project_role_is_given_and_taken_away(role: Role) -> None:
    given = change_roster(EMPTY_ROSTER, ALICE, role, held=True)
    assert given.roles_of(ALICE) == {role}
    assert change_roster(given, ALICE, role, held=False) == EMPTY_ROSTER


@pytest.mark.parametrize("role", FOUNDATION_ROLES)
def test_a_foundation_role_is_given_and_taken_away(role: Role) -> None:
    given = change_person(PERSON, role, held=True)
    assert as_actor(given).foundation_roles == {role}
    assert change_person(given, role, held=False) == PERSON


@pytest.mark.parametrize("role", [*FOUNDATION_ROLES, Role.VISITOR])
def test_no_project_gives_a_role_of_the_foundation(role: Role) -> None:
    with pytest.raises(Invalid, match=f"{role} is not a role that somebody holds in a project"):
        change_roster(EMPTY_ROSTER, ALICE, role, held=True)


@pytest.mark.parametrize("role", [*PROJECT_ROLES, Role.VISITOR])
def test_the_foundation_gives_no_role_of_a_project(role: Role) -> None:
    with pytest.raises(Invalid, match=f"{role} is not a role that somebody holds outside a project"):
        change_person(PERSON, role, held=True)
