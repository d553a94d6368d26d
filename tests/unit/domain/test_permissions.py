# SPDX-License-Identifier: Apache-2.0
"""Who may do what is the seed's table, cell by cell."""

import csv
from itertools import product
from pathlib import Path

import pytest

from atr.domain.names import UserId
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE, Actor, ActorKind, Role, TokenScope
from atr.domain.permissions import (
    AUTOMATION_LIMIT,
    MATRIX,
    OPERATOR_LIMIT,
    SERVICE_LIMIT,
    Activity,
    administers_foundation,
    explain_denial,
    find_permitted,
    find_role,
)

SEED = Path(__file__).parents[2] / "data" / "permissions.csv"
COLUMNS = {
    "PMC Member": Role.PMC_MEMBER,
    "Release Manager": Role.RELEASE_MANAGER,
    "Committer": Role.COMMITTER,
    "Visitor": Role.VISITOR,
    "ASF Member": Role.FOUNDATION_MEMBER,
    "SysAdmin": Role.SYSADMIN,
}
EVERYTHING = frozenset(map(str, Activity))
ALICE = UserId("alice")


def read_seed() -> dict[tuple[Role, Activity], bool]:
    with SEED.open() as file:
        rows = list(csv.DictReader(file))
    return {
        (role, Activity(row["Activity"])): row[column] == "yes"
        for row in rows
        for column, role in COLUMNS.items()
    }


PERMITTED = read_seed()


def make_person(*roles: Role, scope: TokenScope | None = None) -> Actor:
    return Actor(ActorKind.PERSON, ALICE, frozenset(roles), scope)


def test_the_seed_names_every_role_and_activity() -> None:
    assert PERMITTED.keys() == set(product(Role, Activity))


@pytest.mark.parametrize(("role", "activity"), sorted(PERMITTED))
def test_a_role_permits_what_the_seed_says(role: Role, activity: Activity) -> None:
    assert (activity in MATRIX[role]) is PERMITTED[role, activity]
    assert (activity in find_permitted(make_person(), frozenset({role}))) is PERMITTED[role, activity]


@pytest.mark.parametrize("first", Role)
@pytest.mark.parametrize("second", Role)
def test_roles_compose_by_union(first: Role, second: Role) -> None:
    united = {activity for activity in Activity if PERMITTED[first, activity] or PERMITTED[second, activity]}
    assert find_permitted(make_person(), frozenset({first, second})) == united


def test_no_role_permits_nothing() -> None:
    assert find_permitted(ANONYMOUS, frozenset()) == frozenset()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("activity", Activity)
def test_a_personal_token_narrows_to_its_scope(role: Role, activity: Activity) -> None:
    person = make_person(scope=TokenScope(frozenset({activity})))
    expected = {activity} if PERMITTED[role, activity] else set()
    assert find_permitted(person, frozenset({role})) == expected


@pytest.mark.parametrize("role", Role)
def test_an_automation_never_has_more_than_a_release_manager_without_votes(role: Role) -> None:
    automation = Actor(ActorKind.AUTOMATION, ALICE, frozenset(), TokenScope(EVERYTHING))
    permitted = find_permitted(automation, frozenset({role}))
    of_release_manager = {each for each in Activity if PERMITTED[Role.RELEASE_MANAGER, each]}
    assert permitted <= of_release_manager - {Activity.VOTE, Activity.BINDING_VOTE}
    assert permitted == {each for each in AUTOMATION_LIMIT if PERMITTED[role, each]}


def test_atr_itself_only_moves_releases_on() -> None:
    assert (
        find_permitted(SERVICE, frozenset())
        == SERVICE_LIMIT
        == {
            Activity.RUN_PHASE,
            Activity.RELEASE_ADMIN,
        }
    )


def test_the_operator_sets_up_but_neither_votes_nor_releases() -> None:
    permitted = find_permitted(OPERATOR, frozenset())
    assert permitted == OPERATOR_LIMIT
    forbidden = {Activity.VOTE, Activity.BINDING_VOTE, Activity.RUN_PHASE, Activity.RELEASE_ADMIN}
    assert not permitted & forbidden


@pytest.mark.parametrize("activity", Activity)
def test_each_refusal_is_a_sentence(activity: Activity) -> None:
    assert explain_denial(activity).endswith(".")


@pytest.mark.parametrize("activity", Activity)
def test_the_recorded_role_is_the_first_that_permits(activity: Activity) -> None:
    first = next(role for role in COLUMNS.values() if PERMITTED[role, activity])
    assert find_role(frozenset(Role), activity) is first
    assert find_role(frozenset(), activity) is None


def test_only_sysadmins_in_person_and_the_operator_administer_the_foundation() -> None:
    automation = Actor(ActorKind.AUTOMATION, ALICE, frozenset({Role.SYSADMIN}), TokenScope(EVERYTHING))
    assert administers_foundation(make_person(Role.SYSADMIN))
    assert administers_foundation(OPERATOR)
    for actor in (ANONYMOUS, SERVICE, automation, make_person(Role.FOUNDATION_MEMBER)):
        assert not administers_foundation(actor)
