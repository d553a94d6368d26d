# SPDX-License-Identifier: Apache-2.0
"""People and the roles they are given."""

import pytest

from atr.domain.errors import Conflict, Denied, Invalid, NotFound, NotSignedIn
from atr.domain.names import MailAddress, ProjectKey, UserId
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE, Actor, ActorKind, Role
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Door
from atr.services.people import CreatePerson, FindFirstSysadmin, FindPerson, GrantRole, ListPeople
from tests.support.playground import act_as, add_person, make_project

ZOE = UserId("zoe")
DEMO = ProjectKey("demo")


def find_roles(open_unit: OpenUnit, user: UserId) -> frozenset[Role]:
    with open_unit() as unit:
        roster = unit.projects.find_roster(DEMO)
    assert roster is not None
    return roster.roles_of(user)


def test_a_person_is_added_with_everything_that_is_known(door: Door) -> None:
    addresses = (MailAddress("zoe@example.org"), MailAddress("z@example.net"))
    person = door.perform(OPERATOR, CreatePerson(ZOE, "Zoë Quinn", addresses, foundation_member=True))
    assert door.ask(OPERATOR, ListPeople()) == (person,)
    assert (person.addresses, person.foundation_member, person.sysadmin) == (addresses, True, False)


def test_user_ids_and_addresses_belong_to_one_person(door: Door) -> None:
    add_person(door, "zoe")
    with pytest.raises(Conflict, match="There is a person zoe already"):
        door.perform(OPERATOR, CreatePerson(ZOE, "Another"))
    with pytest.raises(Conflict, match="An address of adam belongs to somebody else already"):
        door.perform(OPERATOR, CreatePerson(UserId("adam"), "Adam", (MailAddress("ZOE@example.org"),)))
    assert [each.id for each in door.ask(OPERATOR, ListPeople())] == ["zoe"]


@pytest.mark.parametrize("name", ["", " Zoe", "Zo\ne", "x" * 201])
def test_a_name_is_readable(door: Door, name: str) -> None:
    with pytest.raises(Invalid, match="Give a name of 1 to 200 printable characters"):
        door.perform(OPERATOR, CreatePerson(ZOE, name))


@pytest.mark.parametrize("kind", ActorKind)
def test_nobody_is_called_like_a_party_of_atr(door: Door, kind: ActorKind) -> None:
    with pytest.raises(Invalid, match=f"{kind} is how ATR names one of its own parties"):
        door.perform(OPERATOR, CreatePerson(UserId(kind), "Somebody"))


@pytest.mark.parametrize("role", [Role.PMC_MEMBER, Role.COMMITTER, Role.RELEASE_MANAGER])
def test_a_project_role_is_given_and_taken_away(door: Door, open_unit: OpenUnit, role: Role) -> None:
    make_project(door)
    add_person(door, "zoe")
    door.perform(OPERATOR, GrantRole(ZOE, role, DEMO))
    assert find_roles(open_unit, ZOE) == {role}
    door.perform(OPERATOR, GrantRole(ZOE, role, DEMO, withdraw=True))
    assert find_roles(open_unit, ZOE) == frozenset()


def test_a_foundation_role_is_given_and_taken_away(door: Door) -> None:
    add_person(door, "zoe")
    door.perform(OPERATOR, GrantRole(ZOE, Role.SYSADMIN))
    assert act_as(door, "zoe").foundation_roles == {Role.SYSADMIN}
    door.perform(OPERATOR, GrantRole(ZOE, Role.SYSADMIN, withdraw=True))
    assert act_as(door, "zoe").foundation_roles == frozenset()


def test_roles_are_given_to_people_in_places_that_exist(door: Door) -> None:
    with pytest.raises(NotFound, match="There is no person zoe"):
        door.perform(OPERATOR, GrantRole(ZOE, Role.SYSADMIN))
    add_person(door, "zoe")
    with pytest.raises(NotFound, match="There is no project demo"):
        door.perform(OPERATOR, GrantRole(ZOE, Role.COMMITTER, DEMO))
    with pytest.raises(Invalid):
        door.perform(OPERATOR, GrantRole(ZOE, Role.COMMITTER))


def test_only_administrators_see_and_change_the_directory(door: Door) -> None:
    make_project(door)
    pmc_member = act_as(door, "alice")
    actors: list[tuple[Actor, type[Exception]]] = [
        (ANONYMOUS, NotSignedIn),
        (pmc_member, Denied),
        (SERVICE, Denied),
    ]
    for actor, refusal in actors:
        with pytest.raises(refusal):
            door.ask(actor, ListPeople())
        with pytest.raises(refusal):
            door.perform(actor, CreatePerson(ZOE, "Zoe"))
        with pytest.raises(refusal):
            door.perform(actor, GrantRole(UserId("alice"), Role.SYSADMIN))
    root = add_person(door, "root", sysadmin=True)
    door.perform(root, CreatePerson(ZOE, "Zoe"))


def test_administrators_look_people_up(door: Door) -> None:
    assert door.ask(OPERATOR, FindPerson(ZOE)) is None
    assert door.ask(OPERATOR, FindFirstSysadmin()) is None
    for user in ("zoe", "root", "admin"):
        add_person(door, user, sysadmin=user != "zoe")
    found = door.ask(OPERATOR, FindPerson(ZOE))
    assert found is not None
    assert found.name == "Zoe"
    assert door.ask(OPERATOR, FindFirstSysadmin()) == "admin"
