# SPDX-License-Identifier: Apache-2.0
"""Who may read which part of the audit trail."""

import pytest

from atr.domain.errors import Denied, NotFound, NotSignedIn
from atr.domain.names import ProductKey, ProjectKey, Version
from atr.domain.people import ANONYMOUS, OPERATOR, TokenScope
from atr.domain.permissions import Activity
from atr.domain.project import ProjectChange
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.services.credentials import ResolveToken, resolve_credential
from atr.services.door import Door
from atr.services.events import ListEvents
from atr.services.projects import EditProject
from tests.support.playground import act_as, add_person, issue_token, make_project

DEMO = ProjectKey("demo")
EVERYTHING = ListEvents(EventFilter())
OF_DEMO = ListEvents(EventFilter(DEMO))


@pytest.fixture(autouse=True)
def demo(door: Door) -> None:
    make_project(door)


def test_the_events_of_a_project_are_public_and_name_people(door: Door) -> None:
    door.perform(act_as(door, "alice"), EditProject(DEMO, ProjectChange(name="New")))
    edited, created = door.ask(ANONYMOUS, OF_DEMO).items
    assert (edited.event.actor, edited.actor_name) == ("alice", "Alice")
    assert (created.event.actor, created.actor_name) == ("operator", "operator")


def test_the_events_of_a_release_are_public(door: Door) -> None:
    which = EventFilter(DEMO, ProductKey("main"), Version("1.0"))
    assert ListEvents(which).permission is Activity.VIEW_RELEASE_EVENTS
    assert door.ask(ANONYMOUS, ListEvents(which)).items == ()


def test_everything_is_searched_by_members_and_sysadmins_only(door: Door) -> None:
    member = add_person(door, "mia", foundation_member=True)
    root = add_person(door, "root", sysadmin=True)
    for actor in (member, root, OPERATOR):
        assert door.ask(actor, EVERYTHING).items
    with pytest.raises(Denied, match="Only foundation members and sysadmins search all events"):
        door.ask(act_as(door, "alice"), EVERYTHING)
    with pytest.raises(NotSignedIn):
        door.ask(ANONYMOUS, EVERYTHING)


def test_a_token_reads_no_more_than_its_scope(door: Door) -> None:
    scope = TokenScope(frozenset({Activity.RUN_PHASE}))
    actor = resolve_credential(door, ResolveToken(issue_token(door, "alice", scope).secret))
    with pytest.raises(Denied, match="You may not see the events of this project"):
        door.ask(actor, OF_DEMO)


def test_a_long_trail_is_read_page_by_page(door: Door) -> None:
    names: list[str] = []
    cursor = None
    while True:
        page = door.ask(OPERATOR, ListEvents(EventFilter(), PageRequest(2, cursor)))
        names += [view.event.name for view in page.items]
        if page.next is None:
            break
        cursor = page.next
    assert names == ["project.created", *["person.added"] * 5]


def test_the_events_of_nothing_are_not_found(door: Door) -> None:
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ListEvents(EventFilter(ProjectKey("nowhere"))))
