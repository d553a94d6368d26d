# SPDX-License-Identifier: Apache-2.0
"""Decisions about findings: concerns are acknowledged, rules are waived; and how every finding stands."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from atr.domain.check import Acknowledgement, Evaluation, Finding, Severity, Verdict, Waiver
from atr.domain.errors import Denied, Invalid, NotFound, NotSignedIn, Problem, Refused
from atr.domain.event import EventDetail, Subject
from atr.domain.lifecycle import Stage
from atr.domain.names import ProjectKey, ReleaseKey, UserId
from atr.domain.permissions import Activity, Permission
from atr.services.door import Command, Done, Place, Query, Work
from atr.services.projects import find_project
from atr.services.release_facts import ReleaseFacts, gather_facts
from atr.services.releases import find_release

_LONGEST_REASON = 2_000
_MOST_PATHS = 50


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding and how it stands: who acknowledged it, which waiver covers it."""

    finding: Finding
    acknowledged: Acknowledgement | None
    waiver: Waiver | None


@dataclass(frozen=True, slots=True)
class ChecksView:
    """The evaluation of the shown revision with every finding's standing."""

    release: ReleaseKey
    revision: int
    evaluation: Evaluation | None
    findings: tuple[FindingView, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ShowChecks(Query[ChecksView]):
    """What the checks found on the shown revision."""

    release: ReleaseKey
    severity: Severity | None = None

    def answer(self, work: Work) -> ChecksView:
        """Return every finding, or those of one severity; raise NotFound."""
        release = find_release(work, self.release)
        facts = gather_facts(work, release)
        found = facts.evaluation.findings if facts.evaluation else ()
        shown = [each for each in found if self.severity in {None, each.severity}]
        views = tuple(view_finding(each, facts, work.now) for each in shown)
        return ChecksView(self.release, release.shown_revision, facts.evaluation, views, facts.verdict)


def view_finding(finding: Finding, facts: ReleaseFacts, now: datetime) -> FindingView:
    """Return the finding with what people decided about it."""
    return FindingView(
        finding=finding,
        acknowledged=next((one for one in facts.acknowledgements if one.covers(finding)), None),
        waiver=next((one for one in facts.waivers if one.covers(finding, now)), None),
    )


@dataclass(frozen=True, slots=True)
class AcknowledgeFinding(Command[Acknowledgement]):
    """Go on in spite of a concern, with name and reason."""

    release: ReleaseKey
    finding: str
    reason: str
    permission: ClassVar[Permission] = Activity.RELEASE_ADMIN

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Acknowledgement]:
        """Record the decision for the shown revision; raise NotFound or Refused."""
        release = find_release(work, self.release)
        if release.stage is not Stage.CANDIDATE:
            raise Refused("Only findings on a candidate are acknowledged.")
        facts = gather_facts(work, release)
        found = facts.evaluation.findings if facts.evaluation else ()
        finding = next((each for each in found if each.id == self.finding), None)
        if finding is None:
            raise NotFound("finding", self.finding)
        if finding.severity is not Severity.CONCERN:
            raise Refused(f"Only concerns are acknowledged; this is of severity {finding.severity}.")
        by, reason = _require_person(work), _check_reason(self.reason)
        decision = Acknowledgement(finding.rule, finding.artifact, finding.member, by, reason, work.now)
        work.unit.checks.add_acknowledgement(self.release, release.shown_revision, decision)
        details = {"rule": finding.rule, "artifact": finding.artifact, "reason": reason}
        return Done(decision, "finding.acknowledged", Subject.of_release(self.release), details)


@dataclass(frozen=True, slots=True)
class WaiveRule(Command[Waiver]):
    """Accept what a rule finds at some paths; for blockers a second person has to confirm it."""

    project: ProjectKey
    rule: str
    paths: tuple[str, ...]
    reason: str
    expires_at: datetime | None = None
    permission: ClassVar[Permission] = Activity.RELEASE_ADMIN

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def carry_out(self, work: Work) -> Done[Waiver]:
        """Keep the waiver; raise Invalid with every fault."""
        self._check(work.now)
        by, reason = _require_person(work), _check_reason(self.reason)
        waiver = Waiver(0, self.rule, self.paths, reason, by, work.now, None, self.expires_at)
        kept = work.unit.checks.add_waiver(self.project, waiver)
        details: dict[str, EventDetail] = {"rule": self.rule, "paths": self.paths, "reason": reason}
        return Done(kept, "rule.waived", Subject("waiver", str(kept.id), self.project), details)

    def _check(self, now: datetime) -> None:
        problems: list[Problem] = []
        if not 1 <= len(self.paths) <= _MOST_PATHS:
            problems.append(Problem("paths", f"Name 1 to {_MOST_PATHS} path patterns."))
        if not all(self.paths):
            problems.append(Problem("paths", "A path pattern is empty: write * for all paths."))
        if self.expires_at is not None and self.expires_at <= now:
            problems.append(Problem("expires_at", "Choose a time to come."))
        if problems:
            raise Invalid(*problems)


@dataclass(frozen=True, slots=True)
class ConfirmWaiver(Command[Waiver]):
    """Be the second person behind a waiver."""

    project: ProjectKey
    waiver_id: int
    permission: ClassVar[Permission] = Activity.RELEASE_ADMIN

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def carry_out(self, work: Work) -> Done[Waiver]:
        """Confirm it; raise Denied for whoever made it, Refused when it is confirmed."""
        waiver = find_waiver(work, self.project, self.waiver_id)
        by = _require_person(work)
        if by == waiver.by:
            raise Denied("A second person has to confirm a waiver.")
        if waiver.confirmed_by is not None:
            raise Refused(f"{waiver.confirmed_by} has confirmed this waiver already.")
        confirmed = replace(waiver, confirmed_by=by)
        work.unit.checks.save_waiver(self.project, confirmed)
        subject = Subject("waiver", str(waiver.id), self.project)
        return Done(confirmed, "waiver.confirmed", subject, {"rule": waiver.rule})


@dataclass(frozen=True, slots=True)
class DropWaiver(Command[None]):
    """Take a waiver back."""

    project: ProjectKey
    waiver_id: int
    permission: ClassVar[Permission] = Activity.RELEASE_ADMIN

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def carry_out(self, work: Work) -> Done[None]:
        """Remove it; raise NotFound."""
        waiver = find_waiver(work, self.project, self.waiver_id)
        work.unit.checks.delete_waiver(self.project, self.waiver_id)
        subject = Subject("waiver", str(waiver.id), self.project)
        return Done(None, "waiver.dropped", subject, {"rule": waiver.rule})


@dataclass(frozen=True, slots=True)
class ListWaivers(Query[tuple[Waiver, ...]]):
    """The waivers of a project."""

    project: ProjectKey

    def answer(self, work: Work) -> tuple[Waiver, ...]:
        """Return them, oldest first; raise NotFound."""
        find_project(work, self.project)
        return work.unit.checks.list_waivers(self.project)


def find_waiver(work: Work, project: ProjectKey, waiver_id: int) -> Waiver:
    """Return the waiver; raise NotFound."""
    waiver = work.unit.checks.find_waiver(project, waiver_id)
    if waiver is None:
        raise NotFound("waiver", waiver_id)
    return waiver


def _require_person(work: Work) -> UserId:
    if work.actor.user is None:
        raise NotSignedIn
    return work.actor.user


def _check_reason(reason: str) -> str:
    text = reason.strip()
    if not 1 <= len(text) <= _LONGEST_REASON:
        raise Invalid.field("reason", f"Give a reason of 1 to {_LONGEST_REASON} characters.")
    return text
