# SPDX-License-Identifier: Apache-2.0
"""The one way in: authorised, whole or not at all, recorded once."""

from dataclasses import dataclass

import pytest

from atr.domain.errors import Conflict, Denied, Invalid, NotFound, NotSignedIn, Refused
from atr.domain.event import Event, Subject
from atr.domain.lifecycle import Phase
from atr.domain.names import ProductKey, ProductRef, ProjectKey, ReleaseKey, UserId, Version
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE, Actor, ActorKind, Person, TokenScope
from atr.domain.permissions import Activity, Permission, Standing
from atr.domain.release import Release
from atr.ports.jobs import Job, JobKind
from atr.ports.repositories.effects import KeptReply
from atr.ports.repositories.events import EventFilter
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import FOUNDATION, Bookkeeping, Command, Done, Door, Once, Place, Query, Work
from atr.services.events import ListEvents
from tests.support.door import NOON, RecordedQueue
from tests.support.playground import act_as, make_line, make_project

DEMO = ProjectKey("demo")
IN_DEMO = Place(DEMO)
RELEASE = ReleaseKey.parse("demo/tools/1.0")


@dataclass(frozen=True, slots=True)
class Touch(Command[str]):
    """Adds a person and a job, then fails if told to."""

    user: str = "zoe"
    needs: Permission = Activity.RUN_PHASE
    where: Place = IN_DEMO
    failure: Exception | None = None

    @property
    def permission(self) -> Permission:
        return self.needs

    @property
    def place(self) -> Place:
        return self.where

    def carry_out(self, work: Work) -> Done[str]:
        work.unit.people.save(Person(UserId(self.user), "Zoe"))
        work.unit.jobs.enqueue(Job(JobKind.WRITE_KEYS, "demo"))
        if self.failure is not None:
            raise self.failure
        return Done(f"touched {self.user}", "person.touched", Subject("person", self.user, DEMO), {"n": 1})


@dataclass(frozen=True, slots=True)
class CountPeople(Query[int]):
    """How many people there are."""

    def answer(self, work: Work) -> int:
        return len(work.unit.people.list())


@dataclass(frozen=True, slots=True)
class NotePerson(Bookkeeping[str]):
    """Writes down without an event."""

    def note(self, work: Work) -> str:
        work.unit.people.save(Person(UserId("noted"), "Noted"))
        assert work.actor == SERVICE
        return "noted"


def read_events(door: Door) -> list[Event]:
    return [view.event for view in door.ask(OPERATOR, ListEvents(EventFilter())).items]


def act_by_token(scope: TokenScope, kind: ActorKind = ActorKind.AUTOMATION) -> Actor:
    return Actor(kind, UserId("alice"), frozenset(), scope)


def render(result: str) -> KeptReply:
    return KeptReply("digest", 201, result.encode(), (("location", "/x"),))


@pytest.fixture(autouse=True)
def demo(door: Door, queue: RecordedQueue, open_unit: OpenUnit) -> None:
    make_project(door)
    make_line(door)
    with open_unit() as unit:
        unit.releases.add(Release(RELEASE, Phase.VOTE, NOON, "rm", NOON))
        unit.commit()
    queue.forget()


def test_a_command_leaves_its_change_its_job_and_one_event(door: Door, queue: RecordedQueue) -> None:
    before = len(read_events(door))
    assert door.perform(act_as(door, "rm"), Touch()) == "touched zoe"
    newest, *others = read_events(door)
    assert len(others) == before
    assert (newest.at, newest.actor, newest.role, newest.activity) == (
        NOON,
        "rm",
        "release_manager",
        "run phase",
    )
    assert (newest.name, newest.subject.name, newest.details) == ("person.touched", "zoe", {"n": 1})
    assert queue.list_arguments(JobKind.WRITE_KEYS) == ["demo"]


@pytest.mark.parametrize("failure", [Refused("No."), Conflict("No."), RuntimeError("bug")])
def test_a_command_that_fails_leaves_nothing(door: Door, queue: RecordedQueue, failure: Exception) -> None:
    people, events = door.ask(ANONYMOUS, CountPeople()), read_events(door)
    with pytest.raises(type(failure)):
        door.perform(act_as(door, "rm"), Touch(failure=failure))
    assert door.ask(ANONYMOUS, CountPeople()) == people
    assert read_events(door) == events
    assert queue.jobs == []


def test_whoever_may_not_is_refused_before_anything_is_done(door: Door) -> None:
    people = door.ask(ANONYMOUS, CountPeople())
    with pytest.raises(Denied, match="Only PMC members, release managers and sysadmins move a release on"):
        door.perform(act_as(door, "dave"), Touch())
    with pytest.raises(NotSignedIn):
        door.perform(ANONYMOUS, Touch())
    with pytest.raises(Denied):
        door.perform(OPERATOR, Touch())
    assert door.ask(ANONYMOUS, CountPeople()) == people


def test_a_place_that_is_not_there_is_not_found(door: Door) -> None:
    with pytest.raises(NotFound, match="There is no project nowhere"):
        door.perform(act_as(door, "rm"), Touch(where=Place(ProjectKey("nowhere"))))


def test_project_roles_do_not_reach_the_foundation(door: Door) -> None:
    with pytest.raises(Denied):
        door.perform(act_as(door, "alice"), Touch(where=FOUNDATION))


def test_atr_itself_acts_without_a_role(door: Door) -> None:
    door.perform(SERVICE, Touch())
    assert (read_events(door)[0].actor, read_events(door)[0].role) == ("service", None)


def test_ones_own_account_needs_a_person(door: Door) -> None:
    command = Touch(needs=Standing.OWN_ACCOUNT)
    for actor in (ANONYMOUS, SERVICE, OPERATOR, act_by_token(TokenScope(frozenset()))):
        with pytest.raises(NotSignedIn):
            door.perform(actor, command)
    door.perform(act_as(door, "dave"), command)
    assert (read_events(door)[0].activity, read_events(door)[0].role) == ("own account", None)


def test_places_name_lines_and_releases() -> None:
    assert Place.of_line(ProductRef.parse("demo/tools")) == Place(DEMO, ProductKey("tools"))
    assert Place.of_release(RELEASE) == Place(DEMO, ProductKey("tools"), Version("1.0"))


@pytest.mark.parametrize(
    ("scope", "refusal"),
    [
        (TokenScope(frozenset({Activity.RUN_PHASE})), None),
        (TokenScope(frozenset({Activity.RELEASE_ADMIN})), "move a release on"),
        (TokenScope(frozenset({Activity.RUN_PHASE}), frozenset({DEMO})), None),
        (TokenScope(frozenset({Activity.RUN_PHASE}), frozenset({ProjectKey("other")})), "other projects"),
        (
            TokenScope(frozenset({Activity.RUN_PHASE}), products=frozenset({ProductKey("main")})),
            "other product lines",
        ),
        (TokenScope(frozenset({Activity.RUN_PHASE}), products=frozenset({ProductKey("tools")})), None),
        (TokenScope(frozenset({Activity.RUN_PHASE}), phases=frozenset({"compose"})), "in phase vote"),
        (TokenScope(frozenset({Activity.RUN_PHASE}), phases=frozenset({"compose", "vote"})), None),
    ],
)
def test_a_token_acts_only_within_its_scope(door: Door, scope: TokenScope, refusal: str | None) -> None:
    command = Touch(where=Place.of_release(RELEASE))
    for kind in (ActorKind.AUTOMATION, ActorKind.PERSON):
        if refusal is None:
            assert door.perform(act_by_token(scope, kind), command) == "touched zoe"
        else:
            with pytest.raises(Denied, match=refusal):
                door.perform(act_by_token(scope, kind), command)


def test_a_token_for_phases_acts_where_there_is_no_release_yet(door: Door) -> None:
    scope = TokenScope(frozenset({Activity.RUN_PHASE}), phases=frozenset({"compose"}))
    for where in (Place(DEMO), Place.of_release(ReleaseKey.parse("demo/2.0"))):
        assert door.perform(act_by_token(scope), Touch(where=where)) == "touched zoe"


def test_a_repeated_request_gets_the_first_answer(door: Door) -> None:
    actor = act_as(door, "rm")
    once = Once("key", "digest", render)
    first = door.perform_once(actor, Touch("yan"), once)
    events = read_events(door)
    assert door.perform_once(actor, Touch("other"), once) == first
    assert (first.body, first.headers) == (b"touched yan", (("location", "/x"),))
    assert read_events(door) == events


def test_a_key_stands_for_one_request_of_one_party(door: Door) -> None:
    door.perform_once(act_as(door, "rm"), Touch(), Once("key", "digest", render))
    with pytest.raises(Invalid, match="This Idempotency-Key was used for another request"):
        door.perform_once(act_as(door, "rm"), Touch(), Once("key", "other", render))
    reply = door.perform_once(act_as(door, "alice"), Touch("yan"), Once("key", "other", render))
    assert reply.body == b"touched yan"


def test_a_refused_request_may_be_repeated(door: Door) -> None:
    actor = act_as(door, "rm")
    once = Once("key", "digest", render)
    with pytest.raises(Refused):
        door.perform_once(actor, Touch(failure=Refused("Not yet.")), once)
    assert door.perform_once(actor, Touch(), once).body == b"touched zoe"


def test_bookkeeping_is_kept_without_an_event(door: Door) -> None:
    events = read_events(door)
    assert door.keep(NotePerson()) == "noted"
    assert door.ask(ANONYMOUS, CountPeople()) == 6
    assert read_events(door) == events
