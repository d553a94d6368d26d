# SPDX-License-Identifier: Apache-2.0
"""Waivers: what a rule finds at some paths is accepted, for blockers by two people."""

from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import ClassVar

from atr.domain.check import Waiver
from atr.domain.errors import ChangedMeanwhile, Denied, Invalid, NotFound, Problem, Refused
from atr.domain.event import EventDetail, Subject
from atr.domain.names import ProjectKey
from atr.domain.permissions import Activity, Permission
from atr.domain.version_range import ANY_VERSION, VersionRange
from atr.services.decision_reasons import check_reason, require_person
from atr.services.door import Command, Done, Place, Query, Work
from atr.services.projects import find_project

MOST_PATHS = 50
LONGEST_PATH = 1_000
_MOST_SUGGESTED = 5


class WaiverState(StrEnum):
    """Whether a waiver counts."""

    ACTIVE = "active"
    UNCONFIRMED = "unconfirmed"  # about blockers or errors, and nobody else has confirmed it
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class WaiverView:
    """A waiver, and whether it counts now."""

    waiver: Waiver
    state: WaiverState


@dataclass(frozen=True, slots=True)
class WaiveRule(Command[WaiverView]):
    """Accept what a rule finds at some paths; for blockers a second person has to confirm it."""

    project: ProjectKey
    rule: str
    paths: tuple[str, ...]
    reason: str
    expires_at: datetime | None = None
    versions: VersionRange = ANY_VERSION
    permission: ClassVar[Permission] = Activity.RELEASE_ADMIN

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def carry_out(self, work: Work) -> Done[WaiverView]:
        """Keep the waiver; raise Invalid with every fault."""
        refuse_faulty_waiver(work, self.rule, self.paths, self.expires_at)
        by, reason = require_person(work), check_reason(self.reason)
        waiver = Waiver(0, self.rule, self.paths, reason, by, work.now, None, self.expires_at, self.versions)
        kept = work.unit.decisions.add_waiver(self.project, waiver)
        details: dict[str, EventDetail] = {"rule": self.rule, "paths": self.paths, "reason": reason}
        if self.versions.text:
            details["versions"] = self.versions.text
        subject = Subject("waiver", str(kept.id), self.project)
        return Done(view_waiver(work, kept), "rule.waived", subject, details)


def refuse_faulty_waiver(
    work: Work, rule: str, paths: tuple[str, ...], expires_at: datetime | None = None
) -> None:
    """Raise Invalid with everything for which no waiver can be kept."""
    problems: list[Problem] = []
    if rule not in work.around.rules:
        problems.append(Problem("rule", _explain_unknown(work, rule)))
    if not 1 <= len(paths) <= MOST_PATHS:
        problems.append(Problem("paths", f"Name 1 to {MOST_PATHS} path patterns."))
    if not all(paths):
        problems.append(Problem("paths", "A path pattern is empty: write * for all paths."))
    if any(len(path) > LONGEST_PATH or not path.isprintable() for path in paths):
        problems.append(
            Problem("paths", f"Write patterns as printable text of at most {LONGEST_PATH} characters.")
        )
    if expires_at is not None and expires_at <= work.now:
        problems.append(Problem("expires_at", "Choose a time to come."))
    if problems:
        raise Invalid(*problems)


def _explain_unknown(work: Work, rule: str) -> str:
    rules = work.around.rules
    subject = rule.partition(".")[0]
    near = get_close_matches(rule, rules, _MOST_SUGGESTED, 0.6)
    near = near or sorted(each for each in rules if each.partition(".")[0] == subject)[:_MOST_SUGGESTED]
    hint = f"did you mean {', '.join(near)}?" if near else "`atr checks` shows the ids of rules."
    return f"There is no rule {rule}: {hint}"


@dataclass(frozen=True, slots=True)
class ConfirmWaiver(Command[WaiverView]):
    """Be the second person behind a waiver."""

    project: ProjectKey
    waiver_id: int
    expected: int | None = None
    permission: ClassVar[Permission] = Activity.RELEASE_ADMIN

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def carry_out(self, work: Work) -> Done[WaiverView]:
        """Confirm it; raise Denied for whoever made it, Refused when it is confirmed or over."""
        waiver = find_waiver(work, self.project, self.waiver_id, self.expected)
        by = require_person(work)
        if by == waiver.by:
            raise Denied("A second person has to confirm a waiver.")
        if waiver.confirmed_by is not None:
            raise Refused(f"{waiver.confirmed_by} has confirmed this waiver already.")
        if waiver.is_over(work.now):
            raise Refused("The time of this waiver is over: make a new one.")
        confirmed = work.unit.decisions.save_waiver(self.project, replace(waiver, confirmed_by=by))
        subject = Subject("waiver", str(waiver.id), self.project)
        return Done(view_waiver(work, confirmed), "waiver.confirmed", subject, {"rule": waiver.rule})


@dataclass(frozen=True, slots=True)
class DropWaiver(Command[None]):
    """Take a waiver back."""

    project: ProjectKey
    waiver_id: int
    expected: int | None = None
    permission: ClassVar[Permission] = Activity.RELEASE_ADMIN

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def carry_out(self, work: Work) -> Done[None]:
        """Remove it; raise NotFound, or ChangedMeanwhile."""
        waiver = find_waiver(work, self.project, self.waiver_id, self.expected)
        work.unit.decisions.delete_waiver(self.project, self.waiver_id)
        subject = Subject("waiver", str(waiver.id), self.project)
        return Done(None, "waiver.dropped", subject, {"rule": waiver.rule})


@dataclass(frozen=True, slots=True)
class ListWaivers(Query[tuple[WaiverView, ...]]):
    """The waivers of a project."""

    project: ProjectKey

    def answer(self, work: Work) -> tuple[WaiverView, ...]:
        """Return them, oldest first; raise NotFound."""
        find_project(work, self.project)
        return tuple(view_waiver(work, each) for each in work.unit.decisions.list_waivers(self.project))


@dataclass(frozen=True, slots=True)
class ShowWaiver(Query[WaiverView]):
    """One waiver of a project."""

    project: ProjectKey
    waiver_id: int

    def answer(self, work: Work) -> WaiverView:
        """Return it; raise NotFound."""
        return view_waiver(work, find_waiver(work, self.project, self.waiver_id))


def find_waiver(work: Work, project: ProjectKey, waiver_id: int, expected: int | None = None) -> Waiver:
    """Return the waiver; raise NotFound, or ChangedMeanwhile when it is not of the expected edition."""
    waiver = work.unit.decisions.find_waiver(project, waiver_id)
    if waiver is None:
        raise NotFound("waiver", waiver_id)
    if expected not in {None, waiver.edition}:
        raise ChangedMeanwhile("waiver", waiver_id)
    return waiver


def view_waiver(work: Work, waiver: Waiver) -> WaiverView:
    """Return the waiver with whether it counts; one of a rule that is gone is taken for a blocker's."""
    rule = work.around.rules.get(waiver.rule)
    is_grave = rule is None or rule.severity.is_grave
    if waiver.is_over(work.now):
        return WaiverView(waiver, WaiverState.EXPIRED)
    waits = is_grave and not waiver.is_confirmed
    return WaiverView(waiver, WaiverState.UNCONFIRMED if waits else WaiverState.ACTIVE)
