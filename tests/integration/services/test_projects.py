# SPDX-License-Identifier: Apache-2.0
"""Projects are founded, changed and looked at."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine

from atr.db.engine import count_queries
from atr.domain.errors import ChangedMeanwhile, Conflict, Denied, Invalid, NotFound, NotSignedIn
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import MailAddress, ProductRef, ProjectKey, ReleaseKey, UserId
from atr.domain.people import ANONYMOUS, EMPTY_ROSTER, OPERATOR, Role, Roster
from atr.domain.permissions import Activity
from atr.domain.policy import PolicyChange
from atr.domain.project import MailingLists, Project, ProjectChange, ProjectStatus
from atr.domain.release import Release
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Door, Query, Work
from atr.services.events import ListEvents
from atr.services.policies import SetPolicy
from atr.services.project_views import ListProducts, ListProjects, ShowProduct, ShowProject, ShowRoster
from atr.services.projects import CreateProject, EditProject, SetRoster, find_project
from tests.support.door import NOON
from tests.support.playground import act_as, add_person, make_line, make_project

DEMO = ProjectKey("demo")
NOWHERE = ProjectKey("nowhere")


def keep_release(open_unit: OpenUnit, key: str, phase: Phase) -> None:
    with open_unit() as unit:
        unit.releases.add(Release(ReleaseKey.parse(key), phase, NOON, "rm", NOON))
        unit.commit()


def test_a_project_begins_with_its_main_line(door: Door) -> None:
    project = make_project(door)
    view = door.ask(ANONYMOUS, ShowProject(DEMO))
    assert view.project == project
    assert (project.status, project.created_at, project.edition) == (ProjectStatus.ACTIVE, NOON, 1)
    assert [(line.product.ref.product, line.product.name) for line in view.lines] == [("main", "Sample Demo")]
    assert view.policy.policy.mail_to == ("dev@demo.example.org",)
    assert view.sponsor_name is None


def test_a_podling_shows_its_sponsor(door: Door) -> None:
    make_project(door, "incubator")
    make_project(door, "seedling", sponsor="incubator")
    view = door.ask(ANONYMOUS, ShowProject(ProjectKey("seedling")))
    assert view.project.is_podling
    assert view.sponsor_name == "Sample Incubator"


def test_keys_of_projects_are_taken_once_and_never_reserved_words(door: Door) -> None:
    make_project(door)
    with pytest.raises(Conflict, match="There is a project demo already"):
        make_project(door)
    with pytest.raises(Invalid, match="api is a word of this site's own addresses"):
        make_project(door, "api")


def test_a_faulty_project_is_not_founded(door: Door) -> None:
    with pytest.raises(Invalid) as refusal:
        door.perform(OPERATOR, CreateProject(DEMO, "", ProjectStatus.PODLING, homepage="x"))
    assert [each.field for each in refusal.value.problems] == ["name", "homepage", "sponsor"]
    roster = Roster(frozenset({UserId("zoe")}), frozenset({UserId("yan")}))
    with pytest.raises(Invalid, match="Nobody here is called yan, zoe: add them first"):
        door.perform(OPERATOR, CreateProject(DEMO, "Demo", roster=roster))
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ShowProject(DEMO))


@pytest.mark.parametrize("sponsor", ["nowhere", "seedling"])
def test_only_an_active_project_sponsors(door: Door, sponsor: str) -> None:
    make_project(door, "incubator")
    make_project(door, "seedling", sponsor="incubator")
    with pytest.raises(Invalid, match=f"{sponsor} is not an active project here"):
        make_project(door, "sprout", sponsor=sponsor)


def test_only_sysadmins_found_projects(door: Door) -> None:
    make_project(door)
    with pytest.raises(Denied):
        door.perform(act_as(door, "alice"), CreateProject(NOWHERE, "Nowhere"))
    with pytest.raises(NotSignedIn):
        door.perform(ANONYMOUS, CreateProject(NOWHERE, "Nowhere"))
    root = add_person(door, "root", sysadmin=True)
    assert door.perform(root, CreateProject(NOWHERE, "Nowhere")).project.key == NOWHERE


def test_only_given_fields_change(door: Door) -> None:
    old = make_project(door)
    change = ProjectChange(description="Better.", homepage="https://demo.example.org")
    new = door.perform(act_as(door, "alice"), EditProject(DEMO, change)).project
    assert new == replace(old, description="Better.", homepage="https://demo.example.org", edition=2)
    assert door.ask(ANONYMOUS, ShowProject(DEMO)).project == new


def test_a_change_is_recorded_with_both_values(door: Door) -> None:
    make_project(door)
    change = ProjectChange(name="Demo Two", mailing_lists=MailingLists(private=MailAddress("p@example.org")))
    door.perform(act_as(door, "alice"), EditProject(DEMO, change))
    event = door.ask(ANONYMOUS, ListEvents(EventFilter(DEMO))).items[0].event
    assert (event.name, event.actor, event.role, event.activity) == (
        "project.edited",
        "alice",
        Role.PMC_MEMBER,
        Activity.PROJECT_ADMIN,
    )
    assert event.details["name"] == "Demo Two"
    assert event.details["name_before"] == "Sample Demo"
    assert event.details["mailing_lists"] == ("dev: None", "announce: None", "private: p@example.org")


def test_an_edition_that_is_over_overwrites_nothing(door: Door) -> None:
    make_project(door)
    alice = act_as(door, "alice")
    door.perform(alice, EditProject(DEMO, ProjectChange(name="First"), expected=1))
    with pytest.raises(ChangedMeanwhile, match="The project demo was changed in the meantime"):
        door.perform(alice, EditProject(DEMO, ProjectChange(name="Second"), expected=1))
    with pytest.raises(ChangedMeanwhile):
        door.perform(alice, SetRoster(DEMO, EMPTY_ROSTER, expected=1))
    assert door.ask(ANONYMOUS, ShowProject(DEMO)).project.name == "First"


def test_a_faulty_change_changes_nothing(door: Door) -> None:
    project = make_project(door)
    alice = act_as(door, "alice")
    faulty = (
        ProjectChange(name=""),
        ProjectChange(status=ProjectStatus.PODLING),
        ProjectChange(sponsor=NOWHERE),
        ProjectChange(sponsor=DEMO),
    )
    for change in faulty:
        with pytest.raises(Invalid):
            door.perform(alice, EditProject(DEMO, change))
    assert door.ask(ANONYMOUS, ShowProject(DEMO)).project == project


def test_a_project_that_votes_by_hand_becomes_no_podling(door: Door) -> None:
    make_project(door, "incubator")
    make_project(door)
    alice = act_as(door, "alice")
    tools = make_line(door).ref
    door.perform(alice, SetPolicy(tools, PolicyChange(manual_vote=True)))
    change = ProjectChange(status=ProjectStatus.PODLING, sponsor=ProjectKey("incubator"))
    with pytest.raises(Invalid, match="A podling cannot hold its votes by hand"):
        door.perform(alice, EditProject(DEMO, change))


@pytest.mark.parametrize("user", ["rm", "dave", "root"])
def test_others_than_pmc_and_sysadmins_change_nothing(door: Door, user: str) -> None:
    make_project(door)
    actor = add_person(door, user, sysadmin=user == "root")
    command = EditProject(DEMO, ProjectChange(name="New"))
    if user == "root":
        assert door.perform(actor, command).project.name == "New"
        return
    with pytest.raises(Denied, match="Only PMC members and sysadmins change a project"):
        door.perform(actor, command)
    with pytest.raises(Denied):
        door.perform(actor, SetRoster(DEMO, EMPTY_ROSTER))


def test_roles_of_another_project_count_for_nothing(door: Door) -> None:
    make_project(door)
    make_project(door, "other", pmc=("olga",))
    with pytest.raises(Denied):
        door.perform(act_as(door, "olga"), EditProject(DEMO, ProjectChange(name="Mine")))


def test_the_roster_is_replaced_and_every_move_recorded(door: Door) -> None:
    make_project(door)
    add_person(door, "zoe")
    roster = Roster(frozenset({UserId("alice"), UserId("zoe")}), frozenset({UserId("dave")}))
    view = door.perform(act_as(door, "alice"), SetRoster(DEMO, roster))
    assert [(each.name, each.roles) for each in view.members] == [
        ("Alice", (Role.PMC_MEMBER,)),
        ("Dave", (Role.COMMITTER,)),
        ("Zoe", (Role.PMC_MEMBER,)),
    ]
    assert [each.user for each in view.list_holders(Role.PMC_MEMBER)] == ["alice", "zoe"]
    assert door.ask(ANONYMOUS, ShowRoster(DEMO)).members == view.members
    event = door.ask(ANONYMOUS, ListEvents(EventFilter(DEMO))).items[0].event
    assert event.name == "roster.set"
    assert event.details == {
        "pmc_members_added": ("zoe",),
        "pmc_members_removed": ("bob", "carol"),
        "release_managers_removed": ("rm",),
    }


def test_a_roster_names_known_people_only(door: Door) -> None:
    make_project(door)
    with pytest.raises(Invalid, match="Nobody here is called ghost"):
        door.perform(act_as(door, "alice"), SetRoster(DEMO, Roster(frozenset({UserId("ghost")}))))


@dataclass(frozen=True, slots=True)
class LookUp(Query[Project]):
    """A question that looks at a project from elsewhere."""

    key: ProjectKey

    def answer(self, work: Work) -> Project:
        return find_project(work, self.key)


@pytest.mark.parametrize(
    "query", [ShowProject(NOWHERE), ShowRoster(NOWHERE), ListProducts(NOWHERE), LookUp(NOWHERE)]
)
def test_what_is_not_there_is_not_found(door: Door, query: Query[object]) -> None:
    with pytest.raises(NotFound, match="There is no project nowhere"):
        door.ask(ANONYMOUS, query)


def test_nothing_that_is_not_there_is_changed(door: Door) -> None:
    with pytest.raises(NotFound):
        door.perform(OPERATOR, EditProject(NOWHERE, ProjectChange(name="X")))


def test_views_tell_what_the_asker_may_do(door: Door) -> None:
    make_project(door)
    assert Activity.PROJECT_ADMIN in door.ask(act_as(door, "alice"), ShowProject(DEMO)).permitted
    assert Activity.PROJECT_ADMIN not in door.ask(act_as(door, "dave"), ShowRoster(DEMO)).permitted
    assert door.ask(ANONYMOUS, ShowProject(DEMO)).permitted == {
        Activity.VOTE,
        Activity.VIEW_PROJECT_EVENTS,
        Activity.VIEW_RELEASE_EVENTS,
    }


def test_projects_are_listed_by_name_status_and_words(door: Door) -> None:
    make_project(door, "incubator")
    make_project(door, "aardvark")
    make_project(door, "seedling", sponsor="incubator")

    def list_keys(query: ListProjects) -> list[str]:
        return [each.project.key for each in door.ask(ANONYMOUS, query).items]

    assert list_keys(ListProjects()) == ["aardvark", "incubator", "seedling"]
    assert list_keys(ListProjects(ProjectStatus.PODLING)) == ["seedling"]
    assert list_keys(ListProjects(ProjectStatus.RETIRED)) == []
    assert list_keys(ListProjects(text="sample AARD")) == ["aardvark"]
    assert list_keys(ListProjects(text="100%")) == []


def test_a_long_list_of_projects_comes_in_pages(door: Door) -> None:
    for key in ("a", "b", "c"):
        make_project(door, key)
    first = door.ask(ANONYMOUS, ListProjects(page=PageRequest(2)))
    assert [each.project.key for each in first.items] == ["a", "b"]
    second = door.ask(ANONYMOUS, ListProjects(page=PageRequest(2, first.next)))
    assert ([each.project.key for each in second.items], second.next) == (["c"], None)
    with pytest.raises(Invalid, match="This cursor was not made by the list"):
        door.ask(ANONYMOUS, ListProjects(page=PageRequest(2, "zzz")))


def test_views_count_releases_and_know_the_latest(door: Door, open_unit: OpenUnit) -> None:
    make_project(door)
    make_line(door, "demo/tools")
    phases = {
        "demo/1.9": Phase.RELEASED,
        "demo/1.10": Phase.RELEASED,
        "demo/2.0": Phase.COMPOSE,
        "demo/2.1": Phase.VOTE,
        "demo/1.0": Phase.ARCHIVED,
        "demo/tools/9.0": Phase.DISTRIBUTE,
    }
    for key, phase in phases.items():
        keep_release(open_unit, key, phase)
    main, tools = door.ask(ANONYMOUS, ShowProject(DEMO)).lines
    assert main.latest == "1.10"
    assert main.counts == {Stage.CANDIDATE: 2, Stage.CURRENT: 2, Stage.ARCHIVED: 1}
    assert (tools.latest, tools.counts) == (None, {Stage.CURRENT: 1})
    assert door.ask(ANONYMOUS, ListProducts(DEMO)) == (main, tools)
    summary = door.ask(ANONYMOUS, ListProjects()).items[0]
    assert (summary.latest, summary.line_count) == ("1.10", 2)
    line = door.ask(ANONYMOUS, ShowProduct(ProductRef.parse("demo")))
    assert (line.latest, line.released, line.counts) == ("1.10", ("1.10", "1.9"), main.counts)


def test_no_list_asks_more_queries_for_more_rows(door: Door, engine: Engine) -> None:
    def count(query: Query[object]) -> int:
        with count_queries(engine) as log:
            door.ask(ANONYMOUS, query)
        return len(log.statements)

    make_project(door)
    questions = (ListProjects(), ShowProject(DEMO), ShowRoster(DEMO), ListProducts(DEMO))
    few = [count(query) for query in questions]
    for number in range(5):
        make_project(door, f"more{number}", pmc=[f"person{number}"])
        make_line(door, f"demo/line{number}")
    assert [count(query) for query in questions] == few
    assert max(few) <= 7
