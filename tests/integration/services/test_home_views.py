# SPDX-License-Identifier: Apache-2.0
"""What waits for somebody: votes, releases and keys, in a number of queries that does not grow."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from atr.domain.distribution import Distribution
from atr.domain.errors import NotSignedIn
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey, ReleaseKey, Version
from atr.domain.people import ANONYMOUS
from atr.domain.policy import PolicyOverride
from atr.domain.release import Release
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.door import Bookkeeping, Door, Query, Work
from atr.services.home_views import ShowOverview, ShowWaiting, WaitingView
from atr.services.keys import AddKeys
from atr.services.release_facts import ReleaseFacts, gather_facts, gather_many_facts
from atr.services.releases import CreateRelease, ListReleases
from atr.services.surroundings import Surroundings
from tests.support.door import RecordedQueue, SettableClock
from tests.support.keys import MADE_AT, KeyPart, TestKey
from tests.support.playground import act_as, add_person, make_project
from tests.support.scenes import begin_blocked, furnish_foundation
from tests.support.vote_mail import find_call, receive, write_reply
from tests.support.voting import KEY, Bench, cast_vote, change_project, make_bench, seal_release, start_vote


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    return make_bench(door, surroundings, queue)


class CompareFacts(Query[tuple[tuple[ReleaseFacts, ...], tuple[ReleaseFacts, ...]]]):
    """What is known of all releases, read together and one by one."""

    def answer(self, work: Work) -> tuple[tuple[ReleaseFacts, ...], tuple[ReleaseFacts, ...]]:
        listed = ListReleases(ReleaseFilter()).answer(work).items
        releases = [each.release for each in listed]
        return gather_many_facts(work, releases), tuple(gather_facts(work, each) for each in releases)


def look_as(door: Door, user: str) -> WaitingView:
    return door.ask(act_as(door, user), ShowWaiting())


def test_nothing_waits_for_a_stranger(door: Door) -> None:
    with pytest.raises(NotSignedIn):
        door.ask(ANONYMOUS, ShowWaiting())


def test_nothing_waits_for_somebody_new(door: Door) -> None:
    add_person(door, "newcomer")
    waiting = look_as(door, "newcomer")
    assert waiting.person.id == "newcomer"
    assert (waiting.votes, waiting.voted, waiting.releases, waiting.keys, waiting.projects) == ((),) * 5


def test_a_vote_waits_until_it_is_cast(door: Door) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)
    (asked,) = look_as(door, "alice").votes
    assert (asked.vote.release, asked.project_name, asked.binding) == (KEY, "Sample Demo", True)
    (community,) = look_as(door, "dave").votes
    assert not community.binding
    cast_vote(door, "alice")
    after = look_as(door, "alice")
    assert after.votes == ()
    assert [each.vote.release for each in after.voted] == [KEY]
    assert look_as(door, "bob").votes


def test_votes_of_other_projects_do_not_wait(door: Door) -> None:
    make_project(door)
    make_project(door, "other", pmc=("zoe",), committers=(), release_managers=("zoe",))
    seal_release(door)
    start_vote(door)
    assert look_as(door, "zoe").votes == ()
    (open_vote,) = door.ask(act_as(door, "zoe"), ShowOverview()).open_votes
    assert not open_vote.binding


def test_a_vote_that_is_held_elsewhere_does_not_wait(door: Door) -> None:
    make_project(door)
    change_project(door, policy=PolicyOverride(manual_vote=True))
    seal_release(door)
    start_vote(door)
    assert look_as(door, "alice").votes == ()
    assert door.ask(ANONYMOUS, ShowOverview()).open_votes


def test_a_podlings_second_round_waits_for_its_sponsor(door: Door) -> None:
    make_project(door)
    make_project(door, "sprout", pmc=("sam",), sponsor="demo", release_managers=("rm",))
    key = ReleaseKey.parse("sprout/1.0")
    seal_release(door, key)
    start_vote(door, key)
    assert [each.vote.release for each in look_as(door, "sam").votes] == [key]
    assert look_as(door, "alice").votes == ()


def test_a_release_waits_for_those_who_move_it_on(door: Door) -> None:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    for user, mine in (("rm", True), ("alice", True), ("dave", False)):
        (pending,) = look_as(door, user).releases
        assert (pending.mine, pending.held) == (mine, False)
        assert pending.next_step.sentence == "Upload the candidate's files."


def test_findings_hold_a_release_up(door: Door) -> None:
    make_project(door)
    begin_blocked(door, ReleaseKey.parse("demo/1.2"))
    (pending,) = look_as(door, "rm").releases
    assert pending.held
    assert pending.next_step.reasons[0].startswith("1 blocker is open")


def test_a_release_in_its_vote_waits_for_nobody_to_move_it_on(door: Door) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)
    (pending,) = look_as(door, "rm").releases
    assert not pending.mine


def test_keys_wait_when_they_end(door: Door, clock: SettableClock) -> None:
    make_project(door)
    lasts = clock.now - MADE_AT + timedelta(days=20)
    door.perform(act_as(door, "rm"), AddKeys(TestKey(KeyPart(), lasts=lasts).armored.encode()))
    door.perform(act_as(door, "rm"), AddKeys(TestKey(KeyPart()).armored.encode()))
    (view,) = look_as(door, "rm").keys
    assert (view.expires_soon, view.expired) == (True, False)
    clock.advance(days=30)
    assert look_as(door, "rm").keys[0].expired


def test_mails_of_an_open_round_wait_for_those_who_run_it(door: Door) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)
    receive(door, write_reply(find_call(door), "alice"))
    (mails,) = look_as(door, "rm").mails
    assert (mails.release, mails.project_name, mails.round, mails.count) == (KEY, "Sample Demo", 1, 1)
    assert look_as(door, "dave").mails == ()


class StoreDistribution(Bookkeeping[Distribution]):
    """A release on a channel, as something left it."""

    def __init__(self, one: Distribution) -> None:
        self.one = one

    def note(self, work: Work) -> Distribution:
        """Write it down."""
        return work.unit.distributions.save(self.one)


def test_channels_in_need_wait_for_those_who_run_the_release(door: Door) -> None:
    make_project(door)
    seal_release(door)
    one = Distribution(KEY, ChannelKey("npm"), None, "demo", "1.0")
    fine = door.keep(StoreDistribution(one))
    assert look_as(door, "rm").troubles == ()
    door.keep(StoreDistribution(replace(fine, drift="demo.tgz")))
    (trouble,) = look_as(door, "rm").troubles
    assert (trouble.distribution.channel, trouble.project_name) == ("npm", "Sample Demo")
    assert look_as(door, "dave").troubles == ()


def test_what_somebody_did_last_is_remembered(door: Door) -> None:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    assert [each.event.name for each in look_as(door, "rm").done] == ["release.created"]


def test_many_releases_are_known_as_well_as_one(door: Door, bench: Bench, clock: SettableClock) -> None:
    furnish_foundation(bench, clock)
    together, one_by_one = door.ask(ANONYMOUS, CompareFacts())
    assert len(together) > 5
    assert {each.release.phase for each in together} >= {Phase.COMPOSE, Phase.VOTE, Phase.ANNOUNCE}
    assert together == one_by_one


class Statements:
    """Counts what is asked of the database."""

    def __init__(self, engine: Engine) -> None:
        self.count = 0
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, *_: object) -> None:
        self.count += 1


def test_more_releases_ask_no_more_of_the_database(door: Door, engine: Engine) -> None:
    make_project(door)
    counter = Statements(engine)
    counts = []
    for number in range(1, 5):
        door.perform(act_as(door, "rm"), CreateRelease(KEY.line, Version(f"1.{number}")))
        counter.count = 0
        look_as(door, "rm")
        counts.append(counter.count)
    assert len(set(counts)) == 1, counts


def test_the_newest_releases_are_everybodys(door: Door, bench: Bench, clock: SettableClock) -> None:
    furnish_foundation(bench, clock)
    overview = door.ask(ANONYMOUS, ShowOverview())
    assert [str(each.release.key) for each in overview.recent] == ["demo/1.0"]
    assert [str(each.vote.release) for each in overview.open_votes] == ["demo/1.1"]


class ListOnTheWay(Bookkeeping[tuple[Release, ...]]):
    """The releases that are neither released nor archived."""

    def note(self, work: Work) -> tuple[Release, ...]:
        projects = [each.key for each in work.unit.projects.list()]
        return work.unit.releases.list_unfinished(projects, 2)


def test_releases_on_their_way_come_newest_first(door: Door, bench: Bench, clock: SettableClock) -> None:
    furnish_foundation(bench, clock)
    found = door.keep(ListOnTheWay())
    assert [str(each.key) for each in found] == ["demo/tools/2026.11", "demo/1.2"]
