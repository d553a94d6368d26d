# SPDX-License-Identifier: Apache-2.0
"""Rules, their findings, and what people decided about them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType

from atr.domain.check_policy import CheckPolicy
from atr.domain.names import UserId


class Severity(StrEnum):
    """How much a finding stands in the way, worst first."""

    ERROR = "error"  # the check itself failed: blocks until it is run again or waived
    BLOCKER = "blocker"
    CONCERN = "concern"
    SUGGESTION = "suggestion"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Return the place in the order, 0 being the worst."""
        return list(Severity).index(self)


FindingData = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is examined; its id is chosen by hand and never changes its meaning."""

    id: str
    severity: Severity
    title: str
    clause: str
    fix: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found at one place: an artifact, perhaps a member of it."""

    rule: str
    severity: Severity
    artifact: str
    message: str
    member: str | None = None
    data: Mapping[str, FindingData] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def id(self) -> str:
        """Return the short name by which people point at the finding: the same place gives the same name."""
        place = "\0".join((self.rule, self.artifact, self.member or ""))
        return hashlib.sha256(place.encode()).hexdigest()[:12]

    @property
    def order(self) -> tuple[int, str, str, str, str]:
        """Return the sort key of every list of findings: worst first, then by place."""
        return (self.severity.rank, self.rule, self.artifact, self.member or "", self.message)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody has seen a concern and goes on; valid for the same finding on the same revision."""

    rule: str
    artifact: str
    member: str | None
    by: UserId
    reason: str
    at: datetime

    def covers(self, finding: Finding) -> bool:
        """Tell whether this is about the finding."""
        place = (finding.rule, finding.artifact, finding.member)
        return finding.severity is Severity.CONCERN and place == (self.rule, self.artifact, self.member)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A recorded decision of a project to accept what a rule finds at some paths."""

    id: int
    rule: str
    paths: tuple[str, ...]
    reason: str
    by: UserId
    at: datetime
    confirmed_by: UserId | None = None
    expires_at: datetime | None = None

    def covers(self, finding: Finding, now: datetime) -> bool:
        """Tell whether the waiver accepts the finding; a blocker needs a second person."""
        if finding.rule != self.rule or (self.expires_at is not None and now >= self.expires_at):
            return False
        if finding.severity in {Severity.BLOCKER, Severity.ERROR} and self.confirmed_by in {None, self.by}:
            return False
        place = finding.artifact if finding.member is None else f"{finding.artifact}!{finding.member}"
        return any(fnmatchcase(place, glob) for glob in self.paths)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the findings of a revision mean for going on."""

    blocking: tuple[Finding, ...]
    unacknowledged: tuple[Finding, ...]
    waived: tuple[Finding, ...]


def judge(
    findings: Iterable[Finding],
    acknowledgements: Iterable[Acknowledgement],
    waivers: Iterable[Waiver],
    now: datetime,
) -> Verdict:
    """Sort the findings by what they mean: waived, blocking, or waiting to be acknowledged."""
    acknowledged, accepted = tuple(acknowledgements), tuple(waivers)
    blocking: list[Finding] = []
    unacknowledged: list[Finding] = []
    waived: list[Finding] = []
    for finding in sorted(findings, key=lambda each: each.order):
        if any(waiver.covers(finding, now) for waiver in accepted):
            waived.append(finding)
        elif finding.severity in {Severity.ERROR, Severity.BLOCKER}:
            blocking.append(finding)
        elif finding.severity is Severity.CONCERN and not any(each.covers(finding) for each in acknowledged):
            unacknowledged.append(finding)
    return Verdict(tuple(blocking), tuple(unacknowledged), tuple(waived))


def count_severities(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings there are of each severity, all severities present."""
    counts = dict.fromkeys(map(str, Severity), 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts


class EvaluationState(StrEnum):
    """How far the examination of a revision is."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The examination of one revision: progress while it runs, findings when it is finished."""

    revision: int
    state: EvaluationState
    done: int
    total: int
    findings: tuple[Finding, ...] = ()
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """What a check of a whole revision may know: the release's names, the policy and the moment.

    `version` is empty when nobody said which version the files are (an offline check without `--version`).
    """

    project: str
    product: str
    version: str
    podling: bool
    uploader: str | None
    policy: CheckPolicy
    now: datetime
