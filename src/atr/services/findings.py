# SPDX-License-Identifier: Apache-2.0
"""What the checks found on a release, and concerns that people go on in spite of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from atr.domain.check import UNKNOWN_BASIS, Acknowledgement, Basis, Evaluation, Severity, name_finding
from atr.domain.errors import NotFound, Refused
from atr.domain.event import EventDetail, Subject
from atr.domain.lifecycle import Stage
from atr.domain.names import ReleaseKey
from atr.domain.permissions import Activity, Permission
from atr.domain.release import Release
from atr.domain.verdict import DecidedFinding, FindingTally, PlacedFinding, Standing, Verdict
from atr.ports.repositories.findings import MOST_FINDINGS, FindingFilter
from atr.ports.repositories.paging import Page, PageRequest
from atr.services.decision_reasons import check_reason, require_person
from atr.services.door import Command, Done, Place, Query, Work
from atr.services.evaluations import find_basis
from atr.services.release_facts import ReleaseFacts, gather_facts
from atr.services.releases import find_release

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class BasisView:
    """What an evaluation went by, and what one would go by now."""

    used: Basis
    now: Basis

    @property
    def is_current(self) -> bool:
        """Tell whether nothing has changed since."""
        return self.used == self.now


@dataclass(frozen=True, slots=True)
class ChecksView:
    """The evaluation of the shown revision: some findings with their standing, all of them counted."""

    release: ReleaseKey
    revision: int
    evaluation: Evaluation | None
    basis: BasisView
    findings: tuple[DecidedFinding, ...]
    next: str | None
    groups: tuple[FindingTally, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ShowChecks(Query[ChecksView]):
    """What the checks found on the shown revision."""

    release: ReleaseKey
    which: FindingFilter = field(default_factory=FindingFilter)
    page: PageRequest = field(default_factory=lambda: PageRequest(MOST_FINDINGS))

    def answer(self, work: Work) -> ChecksView:
        """Return a page of the findings that match; raise NotFound."""
        facts = gather_facts(work, find_release(work, self.release))
        found = list_findings(work, facts, self.which, self.page)
        return ChecksView(
            release=self.release,
            revision=facts.release.shown_revision,
            evaluation=facts.evaluation,
            basis=view_basis(work, facts),
            findings=found.items,
            next=found.next,
            groups=tuple(filter(self._shows, facts.verdict.within(self.which.artifact).group_rules())),
            verdict=facts.verdict,
        )

    def _shows(self, group: FindingTally) -> bool:
        wanted = {None, group.severity}, {None, group.rule}
        return self.which.severity in wanted[0] and self.which.rule in wanted[1]


@dataclass(frozen=True, slots=True)
class ReadFindings(Query[Page[DecidedFinding]]):
    """A page of the findings of a release about which everything else is known already."""

    facts: ReleaseFacts
    which: FindingFilter
    page: PageRequest

    def answer(self, work: Work) -> Page[DecidedFinding]:
        """Return findings, the worst first, each with what people decided about it."""
        return list_findings(work, self.facts, self.which, self.page)


@dataclass(frozen=True, slots=True)
class ShowBasis(Query[BasisView]):
    """What the evaluation of a release went by."""

    facts: ReleaseFacts

    def answer(self, work: Work) -> BasisView:
        """Return it beside what one would go by now."""
        return view_basis(work, self.facts)


def view_basis(work: Work, facts: ReleaseFacts) -> BasisView:
    """Return what the evaluation of the shown revision went by."""
    used = facts.evaluation.basis if facts.evaluation else UNKNOWN_BASIS
    return BasisView(used, find_basis(work, facts.release.key))


def list_findings(
    work: Work, facts: ReleaseFacts, which: FindingFilter, page: PageRequest
) -> Page[DecidedFinding]:
    """Return a page of the findings of the shown revision, each with what people decided about it."""
    release = facts.release
    found = work.unit.findings.list(release.key, release.shown_revision, which, page)
    return Page(tuple(each.under(facts.in_force) for each in found.items), found.next)


def list_undecided(
    work: Work, facts: ReleaseFacts, severity: Severity, most: int
) -> tuple[DecidedFinding, ...]:
    """Return the first findings of a severity that nobody has waived or acknowledged."""
    undecided: list[DecidedFinding] = []
    for each in _read_all(work, facts, FindingFilter(severity)):
        if len(undecided) == most:
            break
        if each.standing in {Standing.BLOCKS, Standing.WAITS}:
            undecided.append(each)
    return tuple(undecided)


def _read_all(work: Work, facts: ReleaseFacts, which: FindingFilter) -> Iterator[DecidedFinding]:
    cursor: str | None = None
    while True:
        page = list_findings(work, facts, which, PageRequest(_AT_ONCE, cursor))
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A decision, and about how many findings it was made."""

    decision: Acknowledgement
    count: int


@dataclass(frozen=True, slots=True)
class AcknowledgeFindings(Command[Acknowledged]):
    """Go on in spite of concerns, with one name and reason: those that are named, or all of a rule."""

    release: ReleaseKey
    findings: tuple[str, ...]
    reason: str
    rule: str | None = None
    permission: ClassVar[Permission] = Activity.RELEASE_ADMIN

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Acknowledged]:
        """Record the decision for the shown revision; raise NotFound or Refused."""
        release = find_release(work, self.release)
        if release.stage is not Stage.CANDIDATE:
            raise Refused("Only findings on a candidate are acknowledged.")
        chosen = [each for each in self._choose(work, release) if not each.is_acknowledged]
        by, reason = require_person(work), check_reason(self.reason)
        if not chosen:
            raise Refused("These findings are acknowledged already.")
        decisions = [
            Acknowledgement(each.rule, each.artifact, each.member, by, reason, work.now) for each in chosen
        ]
        work.unit.decisions.add_acknowledgements(self.release, release.shown_revision, decisions)
        details = _describe_decisions(decisions)
        subject = Subject.of_release(self.release)
        return Done(Acknowledged(decisions[0], len(decisions)), "finding.acknowledged", subject, details)

    def _choose(self, work: Work, release: Release) -> tuple[PlacedFinding, ...]:
        if self.rule is not None:
            placed = work.unit.findings.list_placed((release.key,), (self.rule,))
            chosen = placed.get(release.key, ())
            if not chosen:
                raise NotFound("finding of the rule", self.rule)
        else:
            chosen = _find_named(work, release, self.findings)
        wrong = next((each for each in chosen if each.severity is not Severity.CONCERN), None)
        if wrong is not None:
            raise Refused(f"Only concerns are acknowledged; this is of severity {wrong.severity}.")
        return chosen


def _find_named(work: Work, release: Release, names: tuple[str, ...]) -> tuple[PlacedFinding, ...]:
    """Return the findings with these ids; raise NotFound."""
    if not names:
        raise Refused("Name the findings to acknowledge, or their rule.")
    found = work.unit.findings.list_named(release.key, release.shown_revision, names)
    known = {name_finding(each.rule, each.artifact, each.member) for each in found}
    missing = next((name for name in names if name not in known), None)
    if missing is not None:
        raise NotFound("finding", missing)
    return found


def _describe_decisions(decisions: list[Acknowledgement]) -> dict[str, EventDetail]:
    first = decisions[0]
    if len(decisions) == 1:
        return {"rule": first.rule, "artifact": first.artifact, "reason": first.reason}
    rules = tuple(sorted({each.rule for each in decisions}))
    return {"rules": rules, "findings": len(decisions), "reason": first.reason}
