# SPDX-License-Identifier: Apache-2.0
"""What is shown of a release: in a fixed number of queries, with the next step and who takes it."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine

from atr.db.engine import count_queries
from atr.domain.check import Finding, Severity
from atr.domain.errors import NotFound
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey, FilePath, ReleaseKey, UserId
from atr.domain.people import ANONYMOUS, Role
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.announcements import Announce
from atr.services.door import Bookkeeping, Door, Work
from atr.services.evaluations import NoteProgress
from atr.services.next_steps import NextStep
from atr.services.release_streams import TakePulse
from atr.services.release_views import ListSteps, ReleaseView, ShowBlockers, ShowRelease, VisitRelease
from atr.services.releases import CreateRelease, ListReleases
from atr.services.revisions import AddRevision
from atr.services.surroundings import Surroundings
from atr.services.vote_resolution import ResolveRound
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.publishing import approve_release, finish_release, publish_voted, set_aside
from tests.support.voting import (
    KEY,
    Bench,
    FinishChecks,
    StoreFiles,
    cast_vote,
    make_bench,
    pass_vote,
    read_release,
    seal_release,
    set_policy,
    start_vote,
)

MANAGERS = (Role.PMC_MEMBER, Role.RELEASE_MANAGER, Role.SYSADMIN)


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    return make_bench(door, surroundings, queue)


@dataclass(frozen=True, slots=True)
class FindSomething(Bookkeeping[None]):
    """Finish the evaluation of revision 1 with findings."""

    findings: tuple[Finding, ...]

    def note(self, work: Work) -> None:
        """Write them down."""
        work.unit.checks.finish_evaluation(KEY, 1, self.findings, work.now)


def show(door: Door, user: str | None = None) -> ReleaseView:
    return door.ask(act_as(door, user) if user else ANONYMOUS, ShowRelease(KEY))


def tell_next(door: Door) -> NextStep:
    return show(door).next_step


def compose(door: Door, **files: bytes) -> None:
    rm = act_as(door, "rm")
    if not door.ask(rm, ListReleases()).items:
        door.perform(rm, CreateRelease(KEY.line, KEY.version))
    base = read_release(door).newest_revision
    if files:
        door.perform(rm, AddRevision(KEY, base, door.keep(StoreFiles(files))))


def find(severity: Severity, rule: str = "some.rule") -> Finding:
    return Finding(rule, severity, "a", "Something is not right.")


def test_a_candidate_says_what_comes_next_all_the_way(door: Door, bench: Bench, clock: SettableClock) -> None:
    compose(door)
    assert tell_next(door) == replace(
        tell_next(door), sentence="Upload the candidate's files.", target=Phase.EVALUATE, roles=MANAGERS
    )
    compose(door, a=b"1")
    step = tell_next(door)
    assert (step.sentence, step.roles) == ("ATR examines revision 1 (waiting).", ())
    door.keep(FindSomething((find(Severity.BLOCKER), find(Severity.CONCERN, "other"))))
    step = tell_next(door)
    assert step.sentence.startswith("Settle the findings")
    assert step.reasons == (
        "1 blocker is open: repair the files or waive the rule.",
        "1 concern waits to be acknowledged.",
    )
    door.keep(FinishChecks(KEY, 1))
    step = tell_next(door)
    assert (step.sentence, step.reasons) == ("Seal revision 1, so that it can be voted on.", ())


def test_a_vote_says_what_comes_next(door: Door, bench: Bench, clock: SettableClock) -> None:
    seal_release(door)
    assert tell_next(door).sentence == "Start the vote on revision 1."
    start_vote(door)
    step = tell_next(door)
    assert step.sentence == "Look at the candidate and vote until 2026-11-24 12:00 UTC."
    assert Role.VISITOR in step.roles
    assert step.reasons == ("The vote is still open.",)


def test_a_vote_without_deadline_says_none(door: Door, bench: Bench) -> None:
    set_policy(door, min_hours=0)
    seal_release(door)
    start_vote(door)
    assert tell_next(door).sentence == "Look at the candidate and vote."


def test_a_vote_held_elsewhere_is_to_be_recorded(door: Door, bench: Bench) -> None:
    set_policy(door, manual_vote=True)
    seal_release(door)
    start_vote(door)
    assert tell_next(door).sentence == "Hold the vote on your list, then record its result."


def test_a_paused_vote_waits_for_its_manager(door: Door, bench: Bench, clock: SettableClock) -> None:
    set_policy(door, pause_for_rm=True)
    seal_release(door)
    start_vote(door)
    cast_vote(door, "dave", "-1")
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    clock.advance(hours=72)
    door.perform(act_as(door, "rm"), ResolveRound(KEY, 1))
    assert tell_next(door).sentence.startswith("The vote passed with a -1")


def test_a_vote_nobody_opened_is_to_be_resolved(door: Door, bench: Bench, open_unit: OpenUnit) -> None:
    release = seal_release(door)
    with open_unit() as unit:  # as no door would leave it
        unit.releases.save(replace(release, phase=Phase.VOTE), release.phase)
        unit.commit()
    assert tell_next(door).sentence == "Resolve the vote."


def test_a_failed_vote_says_what_comes_next(door: Door, bench: Bench) -> None:
    set_policy(door, min_hours=0, auto_resolve=False)
    seal_release(door)
    start_vote(door)
    door.perform(act_as(door, "rm"), ResolveRound(KEY, 1, failed=True))
    assert tell_next(door).sentence == "The vote did not pass: compose a new candidate."
    assert tell_next(door).reasons == ()


def test_the_way_from_vote_to_release_is_told(door: Door, bench: Bench, open_unit: OpenUnit) -> None:
    approve_release(bench)
    step = tell_next(door)
    assert (step.sentence, step.roles) == ("ATR puts the voted files into the download area.", ())
    release = read_release(door)
    with open_unit() as unit:
        unit.releases.save(
            replace(release, published_at=release.created_at, package_managers=(ChannelKey("npm"),)),
            release.phase,
        )
        unit.commit()
    assert tell_next(door).sentence == "Bring it to npm: atr distribute promote demo/1.0"
    release = read_release(door)
    with open_unit() as unit:
        unit.releases.save(replace(release, package_managers=()), release.phase)
        unit.commit()
    assert tell_next(door).sentence == "Go on to the announcement."


def test_the_announcement_says_what_comes_next(door: Door, bench: Bench) -> None:
    publish_voted(bench)
    assert tell_next(door).sentence == "Read the announcement and send it."
    door.perform(act_as(door, "rm"), Announce(KEY))
    step = tell_next(door)
    assert (step.sentence, step.roles) == (
        "ATR checks the public downloads, then sends the announcement.",
        (),
    )


def test_a_finished_release_wants_nothing(door: Door, bench: Bench) -> None:
    finish_release(bench)
    assert (tell_next(door).target, tell_next(door).roles) == (None, ())
    set_aside(bench)
    assert tell_next(door).sentence == "Nothing has to be done; the record is kept for ever."


def test_everything_around_a_release_is_shown(door: Door, bench: Bench, clock: SettableClock) -> None:
    seal_release(door)
    pass_vote(door, clock, bench)
    view = show(door, "rm")
    assert (view.project.name, view.line.ref, view.policy.version) == ("Sample Demo", KEY.line, "0.0")
    (artifact,) = view.artifacts
    assert artifact.content.size == len(b"the source")
    assert view.loose_files == ()
    assert [each.number for each in view.revisions] == [1]
    assert view.rounds[0].summary.startswith("Binding: +1: 3")
    assert view.tally is not None
    assert view.tally.binding.in_favour == 3
    assert view.names[UserId("rm")] == "Rm"
    assert [each.event.name for each in view.events][-1] == "release.created"
    assert view.blockers == ("The files are not in the download area yet.",)
    assert sum(view.counts.values()) == 0
    targets = {each.transition.target: each for each in view.steps}
    assert targets[Phase.REVOKED].is_open
    assert not show(door).steps[0].permitted


def test_companions_without_their_artifact_are_shown_apart(door: Door, bench: Bench) -> None:
    compose(door, **{"a.asc": b"1", "b": b"2"})
    assert show(door).loose_files == (FilePath("a.asc"),)


def test_a_new_candidate_can_be_shown(door: Door, bench: Bench) -> None:
    compose(door)
    view = show(door)
    assert (view.artifacts, view.loose_files, view.tally, view.revision) == ((), (), None, None)


def test_the_number_of_queries_does_not_grow(door: Door, bench: Bench, engine: Engine) -> None:
    compose(door, a=b"1")
    with count_queries(engine) as small:
        show(door, "rm")
    for number in range(2, 12):
        compose(door, **{f"file-{number}": b"1", f"file-{number}.asc": b"2"})
    with count_queries(engine) as large:
        show(door, "rm")
    assert len(large) == len(small) <= 20


def test_a_page_needs_two_queries_more_and_misses_nothing(door: Door, bench: Bench, engine: Engine) -> None:
    compose(door, a=b"1")
    rm = act_as(door, "rm")
    with count_queries(engine) as log:
        found = door.ask(rm, VisitRelease(KEY))
    assert found.pulse == door.ask(ANONYMOUS, TakePulse(KEY))
    assert found.view.release.key == KEY
    assert "events" in log.statements[1]
    assert len(log) <= 24


def test_a_list_needs_the_same_queries_for_many_as_for_one(door: Door, bench: Bench, engine: Engine) -> None:
    compose(door)
    with count_queries(engine) as one:
        assert len(door.ask(ANONYMOUS, ListReleases()).items) == 1
    rm = act_as(door, "rm")
    for number in range(2, 30):
        door.perform(rm, CreateRelease(KEY.line, ReleaseKey.parse(f"demo/{number}.0").version))
    with count_queries(engine) as many:
        found = door.ask(ANONYMOUS, ListReleases(page=PageRequest(25)))
    assert (len(found.items), found.items[0].project_name) == (25, "Sample Demo")
    assert len(many) == len(one) <= 3


def test_blockers_come_with_their_findings(door: Door, bench: Bench) -> None:
    compose(door, a=b"1")
    door.keep(FindSomething((find(Severity.BLOCKER), find(Severity.NOTE, "note"))))
    view = door.ask(ANONYMOUS, ShowBlockers(KEY))
    assert len(view.next_step.reasons) == 1
    assert [each.finding for each in view.blocking] == [find(Severity.BLOCKER)]
    assert view.unacknowledged == ()
    assert show(door).counts["blocker"] == 1


def test_steps_are_listed_for_whoever_asks(door: Door, bench: Bench) -> None:
    compose(door)
    mine = door.ask(act_as(door, "rm"), ListSteps(KEY)).steps
    theirs = door.ask(ANONYMOUS, ListSteps(KEY)).steps
    assert [each.permitted for each in mine] == [True, True]
    assert [each.permitted for each in theirs] == [False, False]
    assert mine[0].roles == MANAGERS


def test_restoring_is_shown_for_sysadmins_only(door: Door, bench: Bench) -> None:
    finish_release(bench)
    set_aside(bench)
    (step,) = door.ask(act_as(door, "alice"), ListSteps(KEY)).steps
    assert (step.permitted, step.roles) == (False, (Role.SYSADMIN,))


def test_the_pulse_beats_with_every_change(door: Door, bench: Bench, clock: SettableClock) -> None:
    compose(door)
    pulses = [door.ask(ANONYMOUS, TakePulse(KEY))]
    compose(door, a=b"1")
    pulses.append(door.ask(ANONYMOUS, TakePulse(KEY)))
    door.keep(NoteProgress(KEY, 1, 1, 3))
    pulses.append(door.ask(ANONYMOUS, TakePulse(KEY)))
    door.keep(FinishChecks(KEY, 1))
    pulses.append(door.ask(ANONYMOUS, TakePulse(KEY)))
    assert len(set(pulses)) == 4
    clock.advance(days=1)
    assert door.ask(ANONYMOUS, TakePulse(KEY)) == pulses[-1]


@pytest.mark.parametrize("query", [ShowRelease, ShowBlockers, ListSteps, TakePulse])
def test_a_release_that_is_not_there_is_not_found(door: Door, bench: Bench, query: type[ShowRelease]) -> None:
    with pytest.raises(NotFound, match=r"demo/7\.0"):
        door.ask(ANONYMOUS, query(ReleaseKey.parse("demo/7.0")))
