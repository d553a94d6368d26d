# SPDX-License-Identifier: Apache-2.0
"""Named scenarios, each built through the door as people would build it."""

from collections.abc import Iterable
from datetime import timedelta

from atr.domain.names import MailAddress, ProductRef, ProjectKey, UserId
from atr.domain.people import OPERATOR, Actor, Person, Roster, TokenScope, as_actor
from atr.domain.permissions import AUTOMATION_LIMIT
from atr.domain.project import MailingLists, ProductLine, Project, ProjectStatus
from atr.domain.versions import VersionOrder
from atr.services.accounts import (
    CreateToken,
    ExchangeCode,
    IssuedToken,
    MakeLoginLink,
    SignedIn,
    SignIn,
)
from atr.services.door import Door
from atr.services.people import CreatePerson, ListPeople
from atr.services.products import CreateProduct
from atr.services.projects import CreateProject


def find_person(door: Door, user: str) -> Person | None:
    """Return the person, if known."""
    return next((each for each in door.ask(OPERATOR, ListPeople()) if each.id == user), None)


def add_person(door: Door, user: str, *, sysadmin: bool = False, foundation_member: bool = False) -> Actor:
    """Return the person as an actor who signed in by session; added if unknown, with one address."""
    known = find_person(door, user)
    if known is not None:
        return as_actor(known)
    address = MailAddress(f"{user}@example.org")
    command = CreatePerson(UserId(user), user.capitalize(), (address,), foundation_member, sysadmin)
    return as_actor(door.perform(OPERATOR, command))


def act_as(door: Door, user: str) -> Actor:
    """Return a person who is known already as an actor."""
    person = find_person(door, user)
    assert person is not None, f"nobody is called {user}"
    return as_actor(person)


def make_project(
    door: Door,
    key: str = "demo",
    *,
    pmc: Iterable[str] = ("alice", "bob", "carol"),
    committers: Iterable[str] = ("dave",),
    release_managers: Iterable[str] = ("rm",),
    sponsor: str | None = None,
) -> Project:
    """Return a project with people in every role; a podling if there is a sponsor."""
    lists = [[UserId(user) for user in users] for users in (pmc, committers, release_managers)]
    for user in {user for users in lists for user in users}:
        add_person(door, user)
    command = CreateProject(
        key=ProjectKey(key),
        name=f"Sample {key.capitalize()}",
        status=ProjectStatus.ACTIVE if sponsor is None else ProjectStatus.PODLING,
        mailing_lists=MailingLists(dev=MailAddress(f"dev@{key}.example.org")),
        sponsor=None if sponsor is None else ProjectKey(sponsor),
        roster=Roster(*(frozenset(users) for users in lists)),
    )
    return door.perform(OPERATOR, command).project


def make_line(
    door: Door, ref: str = "demo/tools", version_order: VersionOrder = VersionOrder.SEMVER
) -> ProductLine:
    """Return one more product line of a project."""
    parsed = ProductRef.parse(ref)
    return door.perform(OPERATOR, CreateProduct(parsed, f"Sample {ref}", version_order)).product


def sign_in(door: Door, user: str) -> SignedIn:
    """Return the session of a person who used a login link."""
    link = door.perform(OPERATOR, MakeLoginLink(UserId(user)))
    return door.perform(OPERATOR, SignIn(link.code))


def log_in(door: Door, user: str) -> str:
    """Return the secret of the personal token that `atr login` gets."""
    link = door.perform(OPERATOR, MakeLoginLink(UserId(user)))
    return door.perform(OPERATOR, ExchangeCode(link.code)).secret


def issue_token(door: Door, user: str, scope: TokenScope | None = None, days: int = 30) -> IssuedToken:
    """Return an automation's token of the person; it may do all that automations may, unless narrowed."""
    widest = TokenScope(frozenset(AUTOMATION_LIMIT))
    return door.perform(act_as(door, user), CreateToken("ci", scope or widest, timedelta(days=days)))
