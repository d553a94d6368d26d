# SPDX-License-Identifier: Apache-2.0
"""Decisions about findings: who goes on in spite of what, and when a second person is needed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from atr.domain.check import Finding, Severity, Waiver
from atr.domain.errors import Denied, Invalid, NotFound, NotSignedIn, Refused
from atr.domain.lifecycle import Phase
from atr.domain.names import ProjectKey, ReleaseKey, UserId
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE, Actor
from atr.domain.release import Release
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.findings import FindingFilter
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Bookkeeping, Door, Work
from atr.services.events import ListEvents
from atr.services.findings import AcknowledgeFindings, ChecksView, ShowChecks
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from atr.services.waivers import ConfirmWaiver, DropWaiver, ListWaivers, WaiveRule
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
