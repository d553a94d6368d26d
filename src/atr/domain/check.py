# SPDX-License-Identifier: Apache-2.0
"""Rules, their findings, and what people decided about them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Protocol

from atr.domain.check_policy import CheckPolicy
from atr.domain.names import UserId, Version
from atr.domain.previous import PreviousRelease
from atr.domain.source import SourceReference
from atr.domain.version_range import ANY_VERSION, VersionRange
from atr.domain.versions import VersionOrder


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

    @property
    def is_grave(self) -> bool:
        """Tell whether it blocks until it is repaired or two people waive it."""
        return self in {Severity.ERROR, Severity.BLOCKER}


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
        return name_finding(self.rule, self.artifact, self.member)

    @property
    def place(self) -> str:
        """Return where it is as waivers name it: `ARTIFACT`, or `ARTIFACT!MEMBER`."""
        return self.artifact if self.member is None else f"{self.artifact}!{self.member}"

    @property
    def order(self) -> tuple[int, str, str, str, str]:
        """Return the sort key of every list of findings: worst first, then by place."""
        return (self.severity.rank, self.rule, self.artifact, self.member or "", self.message)


def name_finding(rule: str, artifact: str, member: str | None) -> str:
    """Return the short name of a finding by rule and place."""
    place = "\0".join((rule, artifact, member or ""))
    return hashlib.sha256(place.encode()).hexdigest()[:12]


class FindingPlace(Protocol):
    """What decisions about a finding depend on."""

    @property
    def rule(self) -> str:
        """Return the rule's id."""

    @property
    def severity(self) -> Severity:
        """Return how much it stands in the way."""

    @property
    def place(self) -> str:
        """Return where it is as waivers name it: `ARTIFACT`, or `ARTIFACT!MEMBER`."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody has seen a concern and goes on; valid for the same finding on the same revision.

    `carried_from` is the earlier revision on which it was made, when the same finding stands there on an
    artifact of the same content.
    """

    rule: str
    artifact: str
    member: str | None
    by: UserId
    reason: str
    at: datetime
    carried_from: int | None = None


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
    versions: VersionRange = ANY_VERSION
    edition: int = 1

    @property
    def is_confirmed(self) -> bool:
        """Tell whether a second person stands behind it, which blockers need."""
        return self.confirmed_by not in {None, self.by}

    def is_over(self, now: datetime) -> bool:
        """Tell whether its time is over."""
        return self.expires_at is not None and now >= self.expires_at

    def holds_for(self, version: Version, order: VersionOrder, now: datetime) -> bool:
        """Tell whether it holds now for releases of the version."""
        return not self.is_over(now) and self.versions.holds(version, order)

    def names(self, place: FindingPlace) -> bool:
        """Tell whether rule and paths are those of the finding, whoever stands behind the waiver."""
        return place.rule == self.rule and any(fnmatchcase(place.place, glob) for glob in self.paths)

    def covers_artifact(self, artifact: str, severity: Severity) -> bool:
        """Tell whether it accepts, while it holds, everything that the rule finds in the artifact.

        A pattern that ends in * and fits the artifact's path fits every member's place too.
        """
        if severity.is_grave and not self.is_confirmed:
            return False
        return any(glob.endswith("*") and fnmatchcase(artifact, glob) for glob in self.paths)

    def covers(self, place: FindingPlace) -> bool:
        """Tell whether the waiver, while it holds, accepts the finding; a blocker needs a second person."""
        return (self.is_confirmed or not place.severity.is_grave) and self.names(place)


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
class Basis:
    """What an examination went by: version of the check policy, digest of all rules; None if unknown."""

    policy: str | None = None
    rules: str | None = None


UNKNOWN_BASIS = Basis()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The examination of one revision: how far it is, and what a finished one went by."""

    revision: int
    state: EvaluationState
    done: int
    total: int
    started_at: datetime | None = None
    finished_at: datetime | None = None
    basis: Basis = UNKNOWN_BASIS


def digest_rules(rules: Iterable[Rule]) -> str:
    """Return the name of a set of rules: another as soon as one comes, goes or changes its version."""
    text = "\n".join(sorted(f"{rule.id}:{rule.version}" for rule in rules))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """What a check of a whole revision may know: the release's names, the policy and the moment.

    `version` is empty when nobody said which version the files are (an offline check without `--version`).
    `source` is what somebody wants to compare with, instead of what the release itself names.
    """

    project: str
    product: str
    version: str
    podling: bool
    uploader: str | None
    policy: CheckPolicy
    now: datetime
    previous: PreviousRelease | None = None
    source: SourceReference | None = None
