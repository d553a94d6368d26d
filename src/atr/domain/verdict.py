# SPDX-License-Identifier: Apache-2.0
"""What the findings of a revision mean for going on, counted by rule and artifact."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from atr.domain.check import Acknowledgement, Finding, Severity, Waiver


class Standing(StrEnum):
    """What a finding asks of people."""

    BLOCKS = "blocks"
    WAITS = "waits"
    ACKNOWLEDGED = "acknowledged"
    WAIVED = "waived"
    INFORMS = "informs"


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """What decisions depend on, without the words of the finding: there may be very many."""

    rule: str
    severity: Severity
    artifact: str
    member: str | None
    is_acknowledged: bool

    @property
    def place(self) -> str:
        """Return where it is as waivers name it."""
        return self.artifact if self.member is None else f"{self.artifact}!{self.member}"


@dataclass(frozen=True, slots=True)
class FindingTally:
    """How many findings of one severity a rule has in one artifact, and how many are decided about."""

    rule: str
    severity: Severity
    artifact: str
    total: int
    acknowledged: int = 0
    waived: int = 0

    @property
    def undecided(self) -> int:
        """Return how many nobody has waived or acknowledged."""
        return self.total - self.acknowledged - self.waived

    @property
    def standing(self) -> Standing:
        """Return what the undecided ones ask of people."""
        return find_standing(self.severity)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all findings of a revision come to."""

    tallies: tuple[FindingTally, ...] = ()

    @property
    def blocking(self) -> int:
        """Return how many findings block: neither repaired nor waived."""
        return sum(each.undecided for each in self.tallies if each.severity.is_grave)

    @property
    def unacknowledged(self) -> int:
        """Return how many concerns wait to be acknowledged."""
        return sum(each.undecided for each in self.tallies if each.severity is Severity.CONCERN)

    @property
    def waived(self) -> int:
        """Return how many findings a waiver accepts."""
        return sum(each.waived for each in self.tallies)

    def count_severities(self, *, with_waived: bool = True) -> dict[str, int]:
        """Return how many findings there are of each severity, all severities present."""
        counts = dict.fromkeys(map(str, Severity), 0)
        for each in self.tallies:
            counts[each.severity] += each.total - (0 if with_waived else each.waived)
        return counts

    def within(self, artifact: str | None) -> "Verdict":
        """Return what it comes to in one artifact; None means all of them."""
        if artifact is None:
            return self
        return Verdict(tuple(each for each in self.tallies if each.artifact == artifact))

    def group_artifacts(self) -> dict[str, tuple[FindingTally, ...]]:
        """Return the tallies of each artifact, those first that keep the release most."""
        groups: dict[str, list[FindingTally]] = {}
        for each in self.tallies:
            groups.setdefault(each.artifact, []).append(each)
        ranked = sorted(groups.items(), key=lambda group: (_rank_artifact(group[1]), group[0]))
        return {artifact: tuple(tallies) for artifact, tallies in ranked}

    def group_rules(self) -> tuple[FindingTally, ...]:
        """Return one tally for each rule and severity, without artifact, the worst first."""
        groups: dict[tuple[Severity, str], FindingTally] = {}
        for each in self.tallies:
            key = (each.severity, each.rule)
            so_far = groups.get(key, FindingTally(each.rule, each.severity, "", 0))
            groups[key] = FindingTally(
                each.rule,
                each.severity,
                "",
                so_far.total + each.total,
                so_far.acknowledged + each.acknowledged,
                so_far.waived + each.waived,
            )
        return tuple(sorted(groups.values(), key=lambda each: (each.severity.rank, each.rule)))


def _rank_artifact(tallies: Iterable[FindingTally]) -> tuple[int, ...]:
    """Return the sort key of an artifact: undecided findings count by severity, decided ones last."""
    counts = dict.fromkeys(Severity, 0)
    for each in tallies:
        counts[each.severity] -= each.undecided
    return tuple(counts.values())


def judge(
    tallies: Iterable[FindingTally], placed: Iterable[PlacedFinding], waivers: Iterable[Waiver]
) -> Verdict:
    """Return the tallies with what the waivers accept; `placed` has all findings of `find_uncertain` rules.

    A finding that is waived and acknowledged counts as waived.
    """
    accepted = tuple(waivers)
    waived: Counter[tuple[str, Severity, str]] = Counter()
    spared: Counter[tuple[str, Severity, str]] = Counter()
    for each in placed:
        if any(waiver.covers(each) for waiver in accepted):
            key = (each.rule, each.severity, each.artifact)
            waived[key] += 1
            spared[key] += each.is_acknowledged
    judged = []
    for tally in tallies:
        key = (tally.rule, tally.severity, tally.artifact)
        if _is_waived(tally, accepted):
            judged.append(replace(tally, waived=tally.total, acknowledged=0))
        else:
            judged.append(replace(tally, waived=waived[key], acknowledged=tally.acknowledged - spared[key]))
    return Verdict(tuple(judged))


def find_uncertain(tallies: Iterable[FindingTally], waivers: Iterable[Waiver]) -> frozenset[str]:
    """Return the rules whose findings have to be looked at one by one: a waiver accepts some of them."""
    accepted = tuple(waivers)
    rules = {waiver.rule for waiver in accepted}
    confirmed = {waiver.rule for waiver in accepted if waiver.is_confirmed}
    return frozenset(
        each.rule
        for each in tallies
        if each.rule in (confirmed if each.severity.is_grave else rules) and not _is_waived(each, accepted)
    )


def _is_waived(tally: FindingTally, waivers: tuple[Waiver, ...]) -> bool:
    return any(
        each.rule == tally.rule and each.covers_artifact(tally.artifact, tally.severity) for each in waivers
    )


def find_standing(
    severity: Severity, waiver: Waiver | None = None, acknowledged: Acknowledgement | None = None
) -> Standing:
    """Return what a finding asks of people, given what covers it."""
    if waiver is not None:
        return Standing.WAIVED
    if acknowledged is not None:
        return Standing.ACKNOWLEDGED
    if severity.is_grave:
        return Standing.BLOCKS
    return Standing.WAITS if severity is Severity.CONCERN else Standing.INFORMS


@dataclass(frozen=True, slots=True)
class DecidedFinding:
    """A finding and how it stands: who acknowledged it, which waiver covers it."""

    finding: Finding
    acknowledged: Acknowledgement | None = None
    waiver: Waiver | None = None

    @property
    def standing(self) -> Standing:
        """Return what it asks of people."""
        return find_standing(self.finding.severity, self.waiver, self.acknowledged)

    def under(self, waivers: Iterable[Waiver]) -> "DecidedFinding":
        """Return it with the first of the waivers that covers it."""
        return replace(self, waiver=next((each for each in waivers if each.covers(self.finding)), None))
