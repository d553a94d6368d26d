# SPDX-License-Identifier: Apache-2.0
"""Decisions about findings: who goes on in spite of what, and when a second person is needed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from atr.domain.check import Finding, Severity, Waiver
from atr.domain.errors import ChangedMeanwhile, Conflict, Denied, Invalid, NotFound, NotSignedIn, Refused
from atr.domain.lifecycle import Phase
from atr.domain.names import ProjectKey, ReleaseKey, UserId
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE, Actor
from atr.domain.release import Release
from atr.domain.version_range import VersionRange
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.findings import FindingFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Bookkeeping, Door, Work
from atr.services.evaluations import BeginEvaluation, FinishEvaluation, RequestEvaluation
from atr.services.events import ListEvents
from atr.services.findings import AcknowledgeFindings, ChecksView, ShowChecks
from atr.services.phase_steps import TakeStep
from atr.services.release_views import ListSteps, ShowBlockers
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from atr.services.waiver_previews import PreviewWaiver
from atr.services.waivers import (
    ConfirmWaiver,
    DropWaiver,
    ListWaivers,
    ShowWaiver,
    WaiverState,
    WaiveRule,
)
from tests.support.door import NOON, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY, StoreFiles

DEMO = ProjectKey("demo")
CONCERN = Finding("licence.header", Severity.CONCERN, "demo-1.0.tar.gz", "It has none.", "demo/a.py")
BLOCKER = Finding("signature.bad", Severity.BLOCKER, "demo-1.0.tar.gz", "It is bad.")
ERROR = Finding("check.failed", Severity.ERROR, "demo-1.0.tar.gz", "It failed.")
NOTE = Finding("archive.contents", Severity.NOTE, "demo-1.0.tar.gz", "It holds a file.")


@dataclass(frozen=True, slots=True)
class FindThese(Bookkeeping[None]):
    """Finish an evaluation with findings that the test chooses."""

    findings: tuple[Finding, ...]
    revision: int

    def note(self, work: Work) -> None:
        work.unit.checks.finish_evaluation(KEY, self.revision, self.findings, work.now)


def find_these(door: Door, *findings: Finding, revision: int = 1) -> None:
    door.keep(FindThese(findings, revision))


@pytest.fixture(autouse=True)
def release(door: Door) -> None:
    make_project(door)
    rm = act_as(door, "rm")
    door.perform(rm, CreateRelease(KEY.line, KEY.version))
    door.perform(rm, AddRevision(KEY, 0, door.keep(StoreFiles({"demo-1.0.tar.gz": b"one"}))))
    find_these(door, ERROR, BLOCKER, CONCERN, NOTE)


def show(door: Door, severity: Severity | None = None) -> ChecksView:
    return door.ask(ANONYMOUS, ShowChecks(KEY, FindingFilter(severity)))


def waive(door: Door, rule: str, paths: Iterable[str] = ("*",), user: str = "alice") -> Waiver:
    return door.perform(act_as(door, user), WaiveRule(DEMO, rule, tuple(paths), "It is known.")).waiver


def read_newest(door: Door) -> tuple[str, str, dict[str, object]]:
    event = door.ask(OPERATOR, ListEvents(EventFilter())).items[0].event
    return event.name, event.actor, dict(event.details)


def test_findings_are_shown_with_what_they_mean(door: Door) -> None:
    view = show(door)
    assert [each.finding for each in view.findings] == [ERROR, BLOCKER, CONCERN, NOTE]
    assert (view.verdict.blocking, view.verdict.unacknowledged) == (2, 1)
    assert [each.finding for each in show(door, Severity.NOTE).findings] == [NOTE]
    assert show(door, Severity.NOTE).verdict == view.verdict


def test_a_release_without_files_has_no_findings(door: Door) -> None:
    empty = ReleaseKey.parse("demo/2.0")
    door.perform(act_as(door, "rm"), CreateRelease(empty.line, empty.version))
    view = door.ask(ANONYMOUS, ShowChecks(empty))
    assert (view.revision, view.evaluation, view.findings) == (0, None, ())
    with pytest.raises(NotFound):
        door.perform(act_as(door, "rm"), AcknowledgeFindings(empty, (CONCERN.id,), "because"))
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ShowChecks(ReleaseKey.parse("demo/9.9")))


def test_a_concern_is_acknowledged_with_name_and_reason(door: Door) -> None:
    made = door.perform(act_as(door, "rm"), AcknowledgeFindings(KEY, (CONCERN.id,), " It is generated. "))
    decision = made.decision
    assert (decision.by, decision.reason, decision.at) == ("rm", "It is generated.", NOON)
    view = show(door)
    assert view.verdict.unacknowledged == 0
    assert [each.acknowledged for each in view.findings] == [None, None, decision, None]
    name, actor, details = read_newest(door)
    assert (name, actor) == ("finding.acknowledged", "rm")
    assert details == {
        "rule": CONCERN.rule,
        "artifact": CONCERN.artifact,
        "reason": "It is generated.",
    }


def test_an_acknowledgement_is_about_one_revision(door: Door) -> None:
    rm = act_as(door, "rm")
    door.perform(rm, AcknowledgeFindings(KEY, (CONCERN.id,), "because"))
    door.perform(rm, AddRevision(KEY, 1, door.keep(StoreFiles({"demo-1.0.tar.gz": b"two"}))))
    find_these(door, CONCERN, revision=2)
    assert show(door).verdict.unacknowledged == 1


@pytest.mark.parametrize("finding", [ERROR, BLOCKER, NOTE])
def test_only_concerns_are_acknowledged(door: Door, finding: Finding) -> None:
    with pytest.raises(Refused, match=f"this is of severity {finding.severity}"):
        door.perform(act_as(door, "rm"), AcknowledgeFindings(KEY, (finding.id,), "because"))


def test_an_acknowledgement_names_a_finding_and_a_reason(door: Door) -> None:
    rm = act_as(door, "rm")
    with pytest.raises(NotFound, match="no finding 0123456789ab"):
        door.perform(rm, AcknowledgeFindings(KEY, ("0123456789ab",), "because"))
    with pytest.raises(NotFound):
        door.perform(rm, AcknowledgeFindings(ReleaseKey.parse("demo/9.9"), (CONCERN.id,), "because"))
    for reason in ("", " \n", "x" * 2_001):
        with pytest.raises(Invalid, match="reason of 1 to 2000"):
            door.perform(rm, AcknowledgeFindings(KEY, (CONCERN.id,), reason))
    assert show(door).verdict.unacknowledged == 1


def acknowledge(door: Door, actor: Actor) -> object:
    return door.perform(actor, AcknowledgeFindings(KEY, (CONCERN.id,), "because"))


def waive_all(door: Door, actor: Actor) -> object:
    return door.perform(actor, WaiveRule(DEMO, CONCERN.rule, ("*",), "because"))


@pytest.mark.parametrize("decide", [acknowledge, waive_all])
def test_only_people_in_charge_decide(door: Door, decide: Callable[[Door, Actor], object]) -> None:
    with pytest.raises(NotSignedIn):
        decide(door, ANONYMOUS)
    with pytest.raises(Denied):
        decide(door, act_as(door, "dave"))
    with pytest.raises(NotSignedIn):  # ATR itself goes on in spite of nothing
        decide(door, SERVICE)


def test_findings_on_what_is_no_candidate_any_more_are_history(door: Door, open_unit: OpenUnit) -> None:
    released = ReleaseKey.parse("demo/0.9")
    with open_unit() as unit:
        unit.releases.add(Release(released, Phase.RELEASED, NOON, "rm", NOON))
        unit.commit()
    with pytest.raises(Refused, match="on a candidate"):
        door.perform(act_as(door, "rm"), AcknowledgeFindings(released, (CONCERN.id,), "because"))


def test_a_waiver_accepts_concerns_at_its_paths(door: Door) -> None:
    waiver = waive(door, CONCERN.rule, ["*.tar.gz!demo/*"])
    view = show(door)
    assert view.verdict.waived == 1
    assert [each.waiver for each in view.findings] == [None, None, waiver, None]
    assert read_newest(door)[2]["paths"] == ("*.tar.gz!demo/*",)
    door.perform(act_as(door, "bob"), DropWaiver(DEMO, waiver.id))
    waive(door, CONCERN.rule, ["other/*"])
    assert show(door).verdict.unacknowledged == 1


def test_a_blocker_is_waived_by_two_people(door: Door) -> None:
    waiver = waive(door, BLOCKER.rule)
    assert show(door).verdict.blocking == 2
    with pytest.raises(Denied, match="A second person"):
        door.perform(act_as(door, "alice"), ConfirmWaiver(DEMO, waiver.id))
    confirmed = door.perform(act_as(door, "bob"), ConfirmWaiver(DEMO, waiver.id)).waiver
    assert (confirmed.by, confirmed.confirmed_by) == ("alice", "bob")
    assert show(door).verdict.blocking == 1
    assert read_newest(door)[:2] == ("waiver.confirmed", "bob")
    with pytest.raises(Refused, match="bob has confirmed this waiver already"):
        door.perform(act_as(door, "carol"), ConfirmWaiver(DEMO, waiver.id))


def test_a_waiver_ends_when_it_was_said_to(door: Door, clock: SettableClock) -> None:
    command = WaiveRule(DEMO, CONCERN.rule, ("*",), "for now", NOON + timedelta(days=1))
    door.perform(act_as(door, "alice"), command)
    assert show(door).verdict.unacknowledged == 0
    clock.advance(days=1)
    assert show(door).verdict.unacknowledged == 1


def test_a_dropped_waiver_accepts_nothing(door: Door) -> None:
    waiver = waive(door, CONCERN.rule)
    assert [each.waiver for each in door.ask(ANONYMOUS, ListWaivers(DEMO))] == [waiver]
    door.perform(act_as(door, "bob"), DropWaiver(DEMO, waiver.id))
    assert door.ask(ANONYMOUS, ListWaivers(DEMO)) == ()
    assert show(door).verdict.unacknowledged == 1
    assert read_newest(door)[0] == "waiver.dropped"
    with pytest.raises(NotFound, match="waiver"):
        door.perform(act_as(door, "bob"), DropWaiver(DEMO, waiver.id))
    with pytest.raises(NotFound, match="waiver"):
        door.perform(act_as(door, "bob"), ConfirmWaiver(DEMO, waiver.id))


def test_a_waiver_belongs_to_its_project(door: Door) -> None:
    make_project(door, "other", pmc=("olga",), committers=(), release_managers=())
    waiver = waive(door, CONCERN.rule)
    with pytest.raises(Denied):
        door.perform(act_as(door, "olga"), DropWaiver(DEMO, waiver.id))
    with pytest.raises(NotFound):
        door.perform(act_as(door, "olga"), DropWaiver(ProjectKey("other"), waiver.id))
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ListWaivers(ProjectKey("nowhere")))


@pytest.mark.parametrize(
    ("paths", "reason", "ends_in", "fields"),
    [
        ((), "because", 1, ["paths"]),
        (("*",) * 51, "because", 1, ["paths"]),
        (("*", ""), "because", 1, ["paths"]),
        (("\x07",), "because", 1, ["paths"]),
        (("x" * 1_001,), "because", 1, ["paths"]),
        (("*",), "because", 0, ["expires_at"]),
        ((), "because", -1, ["paths", "expires_at"]),
        (("*",), " ", 1, ["reason"]),
    ],
)
def test_a_waiver_that_says_too_little_is_refused_with_every_fault(
    door: Door, paths: tuple[str, ...], reason: str, ends_in: int, fields: list[str]
) -> None:
    command = WaiveRule(DEMO, CONCERN.rule, paths, reason, NOON + timedelta(days=ends_in))
    with pytest.raises(Invalid) as caught:
        door.perform(act_as(door, "alice"), command)
    assert [problem.field for problem in caught.value.problems] == fields
    assert door.ask(ANONYMOUS, ListWaivers(DEMO)) == ()


def test_whoever_acknowledged_stays_known_by_user_id(door: Door) -> None:
    assert waive(door, CONCERN.rule, user="rm").by == UserId("rm")


def add_revision(door: Door, base: int, content: bytes, *found: Finding) -> None:
    files = door.keep(StoreFiles({"demo-1.0.tar.gz": content, "other.txt": b"%d" % base}))
    door.perform(act_as(door, "rm"), AddRevision(KEY, base, files))
    begun_at = door.keep(BeginEvaluation(KEY, base + 1))
    assert begun_at is not None
    door.perform(SERVICE, FinishEvaluation(KEY, base + 1, found, begun_at))


def test_what_was_acknowledged_stays_so_while_the_content_is_the_same(door: Door) -> None:
    rm = act_as(door, "rm")
    door.perform(rm, AcknowledgeFindings(KEY, (CONCERN.id,), "It is generated."))
    another = replace(CONCERN, member="demo/b.py")
    add_revision(door, 1, b"one", CONCERN, another)
    first, second = show(door).findings
    assert first.acknowledged is not None
    assert (first.acknowledged.by, first.acknowledged.carried_from) == ("rm", 1)
    assert second.acknowledged is None
    assert read_newest(door)[2]["acknowledged_before"] == 1
    add_revision(door, 2, b"one", CONCERN)
    (again,) = show(door).findings
    assert again.acknowledged is not None
    assert again.acknowledged.carried_from == 1
    add_revision(door, 3, b"changed", CONCERN)
    assert show(door).verdict.unacknowledged == 1


def test_an_examination_made_again_keeps_what_was_acknowledged_once(door: Door) -> None:
    door.perform(act_as(door, "rm"), AcknowledgeFindings(KEY, (CONCERN.id,), "because"))
    add_revision(door, 1, b"one", CONCERN)
    for _ in range(2):
        door.perform(act_as(door, "rm"), RequestEvaluation(KEY))
        begun_at = door.keep(BeginEvaluation(KEY, 2))
        assert begun_at is not None
        door.perform(SERVICE, FinishEvaluation(KEY, 2, (CONCERN,), begun_at))
    assert (show(door).verdict.tallies[0].total, show(door).verdict.tallies[0].acknowledged) == (1, 1)


def test_a_whole_rule_is_acknowledged_with_one_reason(door: Door) -> None:
    many = tuple(replace(CONCERN, member=f"demo/{number}.py") for number in range(30))
    find_these(door, *many, BLOCKER)
    rm = act_as(door, "rm")
    door.perform(rm, AcknowledgeFindings(KEY, (many[0].id,), "This one."))
    made = door.perform(rm, AcknowledgeFindings(KEY, (), "All generated.", CONCERN.rule))
    assert made.count == 29
    assert show(door).verdict.unacknowledged == 0
    assert read_newest(door)[2] == {"rules": (CONCERN.rule,), "findings": 29, "reason": "All generated."}
    with pytest.raises(Refused, match="acknowledged already"):
        door.perform(rm, AcknowledgeFindings(KEY, (), "again", CONCERN.rule))
    with pytest.raises(Refused, match="of severity blocker"):
        door.perform(rm, AcknowledgeFindings(KEY, (), "why not", BLOCKER.rule))
    with pytest.raises(NotFound):
        door.perform(rm, AcknowledgeFindings(KEY, (), "because", "no.rule"))
    with pytest.raises(Refused, match="Name the findings"):
        door.perform(rm, AcknowledgeFindings(KEY, (), "because"))


def test_findings_come_in_pages_and_are_all_counted(door: Door) -> None:
    many = tuple(replace(CONCERN, member=f"demo/{number:02}.py") for number in range(5))
    find_these(door, BLOCKER, *many)
    first = door.ask(ANONYMOUS, ShowChecks(KEY, page=PageRequest(4)))
    rest = door.ask(ANONYMOUS, ShowChecks(KEY, page=PageRequest(4, first.next)))
    assert [each.finding for each in (*first.findings, *rest.findings)] == [BLOCKER, *many]
    assert (len(first.findings), rest.next) == (4, None)
    assert [(each.rule, each.total) for each in first.groups] == [("signature.bad", 1), ("licence.header", 5)]
    some = door.ask(ANONYMOUS, ShowChecks(KEY, FindingFilter(most_per_rule=2)))
    assert [each.finding for each in some.findings] == [BLOCKER, *many[:2]]
    door.perform(act_as(door, "rm"), AcknowledgeFindings(KEY, (many[0].id,), "because"))
    some = door.ask(ANONYMOUS, ShowChecks(KEY, FindingFilter(most_per_rule=2)))
    assert [each.finding for each in some.findings] == [BLOCKER, *many[1:3]]
    of_rule = door.ask(ANONYMOUS, ShowChecks(KEY, FindingFilter(rule=BLOCKER.rule)))
    assert [each.finding for each in of_rule.findings] == [BLOCKER]
    assert [each.rule for each in of_rule.groups] == [BLOCKER.rule]
    with pytest.raises(Invalid, match="cursor"):
        door.ask(ANONYMOUS, ShowChecks(KEY, page=PageRequest(4, "x")))


def test_the_first_that_hold_a_release_up_are_read_past_those_that_do_not(door: Door) -> None:
    many = tuple(replace(CONCERN, member=f"demo/{number:04}.py") for number in range(1_010))
    find_these(door, *many)
    waive(door, CONCERN.rule, ["*!demo/000?.py"])
    blockers = door.ask(ANONYMOUS, ShowBlockers(KEY))
    assert len(blockers.unacknowledged) == 1_000
    find_these(door, *many, *(replace(CONCERN, member=f"other/{number}") for number in range(5)))
    assert len(door.ask(ANONYMOUS, ShowBlockers(KEY)).unacknowledged) == 1_000
    assert blockers.unacknowledged[0].finding == many[10]
    assert blockers.facts.verdict.unacknowledged == 1_000
    find_these(door, *many)
    waive(door, CONCERN.rule, ["*!demo/00??.py"])
    assert len(door.ask(ANONYMOUS, ShowBlockers(KEY)).unacknowledged) == 910
    find_these(door, *many, replace(CONCERN, member="demo/z.py"))
    waive(door, CONCERN.rule, ["*!demo/?*0.py"])
    door.perform(act_as(door, "rm"), AcknowledgeFindings(KEY, (many[-1].id,), "because"))
    assert door.ask(ANONYMOUS, ShowBlockers(KEY)).unacknowledged[-1].finding.member == "demo/z.py"


def test_a_waiver_holds_for_the_versions_it_names(door: Door) -> None:
    alice = act_as(door, "alice")
    for text, waived in ((">=2", 0), (">=1.0 <2", 1)):
        versions = VersionRange.parse(text)
        door.perform(alice, WaiveRule(DEMO, CONCERN.rule, ("*",), "because", None, versions))
        assert show(door).verdict.waived == waived
    assert read_newest(door)[2]["versions"] == ">=1.0 <2"


def test_a_waiver_that_ends_while_a_candidate_is_evaluated_closes_the_way_to_the_vote(
    door: Door, clock: SettableClock
) -> None:
    find_these(door, BLOCKER)
    command = WaiveRule(DEMO, BLOCKER.rule, ("*",), "for now", NOON + timedelta(hours=2))
    waiver = door.perform(act_as(door, "alice"), command).waiver
    door.perform(act_as(door, "bob"), ConfirmWaiver(DEMO, waiver.id))
    door.perform(act_as(door, "rm"), TakeStep(KEY, Phase.EVALUATE))
    to_vote = next(
        each for each in door.ask(ANONYMOUS, ListSteps(KEY)).steps if each.transition.target is Phase.VOTE
    )
    assert to_vote.reasons == ()
    clock.advance(hours=2)
    steps = door.ask(ANONYMOUS, ListSteps(KEY)).steps
    closed = next(each for each in steps if each.transition.target is Phase.VOTE)
    assert closed.reasons == ("1 blocker is open: repair the files or waive the rule.",)


def test_a_rule_nobody_knows_is_refused_with_those_it_may_have_been(door: Door) -> None:
    for rule, hint in (
        ("signature.bda", "did you mean signature.bad"),
        ("signature.something-else-altogether", "did you mean signature."),
        ("zzz", "`atr checks` shows the ids"),
    ):
        with pytest.raises(Invalid, match=hint):
            waive(door, rule)


def test_a_waiver_says_whether_it_counts(door: Door, clock: SettableClock) -> None:
    ends = NOON + timedelta(hours=1)
    alice = act_as(door, "alice")
    grave = door.perform(alice, WaiveRule(DEMO, BLOCKER.rule, ("*",), "because", ends))
    light = door.perform(alice, WaiveRule(DEMO, CONCERN.rule, ("*",), "because"))
    assert (grave.state, light.state) == (WaiverState.UNCONFIRMED, WaiverState.ACTIVE)
    door.perform(act_as(door, "bob"), ConfirmWaiver(DEMO, grave.waiver.id))
    states = [each.state for each in door.ask(ANONYMOUS, ListWaivers(DEMO))]
    assert states == [WaiverState.ACTIVE, WaiverState.ACTIVE]
    clock.advance(hours=1)
    assert door.ask(ANONYMOUS, ShowWaiver(DEMO, grave.waiver.id)).state is WaiverState.EXPIRED


def test_a_waiver_whose_time_is_over_is_not_confirmed(door: Door, clock: SettableClock) -> None:
    command = WaiveRule(DEMO, BLOCKER.rule, ("*",), "because", NOON + timedelta(hours=1))
    waiver = door.perform(act_as(door, "alice"), command).waiver
    clock.advance(hours=1)
    with pytest.raises(Refused, match="is over"):
        door.perform(act_as(door, "bob"), ConfirmWaiver(DEMO, waiver.id))


def test_nobody_decides_about_a_waiver_that_was_changed_meanwhile(door: Door, open_unit: OpenUnit) -> None:
    waiver = waive(door, BLOCKER.rule)
    door.perform(act_as(door, "bob"), ConfirmWaiver(DEMO, waiver.id, waiver.edition))
    with pytest.raises(ChangedMeanwhile):
        door.perform(act_as(door, "bob"), DropWaiver(DEMO, waiver.id, waiver.edition))
    with open_unit() as unit, pytest.raises(Conflict, match="changed by somebody else"):
        unit.decisions.save_waiver(DEMO, waiver)


def test_a_preview_shows_what_a_waiver_would_match_and_keeps_nothing(door: Door, open_unit: OpenUnit) -> None:
    released = ReleaseKey.parse("demo/0.9")
    with open_unit() as unit:
        unit.releases.add(Release(released, Phase.RELEASED, NOON, "rm", NOON, 1, 1))
        unit.commit()
    door.keep(FindIn(released, (BLOCKER,)))
    preview = door.ask(ANONYMOUS, PreviewWaiver(DEMO, BLOCKER.rule, ("*.tar.gz",)))
    assert [(each.release, each.phase, each.total) for each in preview.matches] == [
        (KEY, Phase.COMPOSE, 1),
        (released, Phase.RELEASED, 1),
    ]
    assert (preview.total, preview.needs_second_person) == (2, True)
    assert preview.matches[0].findings[0].place == "demo-1.0.tar.gz"
    elsewhere = PreviewWaiver(DEMO, CONCERN.rule, ("other/*",))
    assert door.ask(ANONYMOUS, elsewhere).total == 0
    newer = PreviewWaiver(DEMO, CONCERN.rule, ("*",), VersionRange.parse(">=1.0"))
    found = door.ask(ANONYMOUS, newer)
    assert [(each.release, each.total) for each in found.matches] == [(KEY, 1)]
    assert not found.needs_second_person
    nowhere = PreviewWaiver(DEMO, CONCERN.rule, ("*",), VersionRange.parse(">=5"))
    assert door.ask(ANONYMOUS, nowhere).matches == ()
    assert door.ask(ANONYMOUS, ListWaivers(DEMO)) == ()


def test_a_preview_of_what_could_be_no_waiver_is_refused(door: Door) -> None:
    with pytest.raises(Invalid):
        door.ask(ANONYMOUS, PreviewWaiver(DEMO, "no.rule", ()))
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, PreviewWaiver(ProjectKey("nowhere"), CONCERN.rule, ("*",)))


@dataclass(frozen=True, slots=True)
class FindIn(Bookkeeping[None]):
    """Note findings of any release."""

    release: ReleaseKey
    findings: tuple[Finding, ...]

    def note(self, work: Work) -> None:
        work.unit.checks.request_evaluation(self.release, 1)
        work.unit.checks.finish_evaluation(self.release, 1, self.findings, work.now)


def test_findings_are_narrowed_to_a_file_or_to_words(door: Door) -> None:
    elsewhere = tuple(
        replace(CONCERN, artifact="other.zip", member=f"50%_{number}.py", message="No Header here.")
        for number in range(3)
    )
    find_these(door, BLOCKER, CONCERN, *elsewhere)

    def find(which: FindingFilter) -> list[Finding]:
        return [each.finding for each in door.ask(ANONYMOUS, ShowChecks(KEY, which)).findings]

    assert find(FindingFilter(artifact="other.zip")) == list(elsewhere)
    assert find(FindingFilter(most_per_file=1)) == [BLOCKER, elsewhere[0]]
    assert find(FindingFilter(text="no header HERE")) == list(elsewhere)
    assert find(FindingFilter(text="50%_1")) == [elsewhere[1]]
    assert find(FindingFilter(text="_%")) == []
    groups = door.ask(ANONYMOUS, ShowChecks(KEY, FindingFilter(artifact="other.zip"))).groups
    assert [(each.rule, each.total) for each in groups] == [(CONCERN.rule, 3)]
