# SPDX-License-Identifier: Apache-2.0
"""Findings as people work through them: one group a rule, with what is decided and what still is to be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType

from atr.domain.check import EvaluationState, FindingData, Severity, Waiver
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import UserId
from atr.domain.permissions import Activity
from atr.services import findings
from atr.services.findings import view_finding
from atr.web.components import SeverityCount
from atr.web.flash import Tone
from atr.web.pages.release_frame import Visit
from atr.web.rendering import make_slug

_GRAVE = frozenset({Severity.ERROR, Severity.BLOCKER})
MOST_PLACES = 8
_ANGLE = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"


class Standing(StrEnum):
    """What a finding asks of people."""

    BLOCKS = "blocks"
    WAITS = "waits"
    ACKNOWLEDGED = "acknowledged"
    WAIVED = "waived"
    INFORMS = "informs"


_TONES = MappingProxyType(
    {
        Standing.BLOCKS: Tone.BAD,
        Standing.WAITS: Tone.WARN,
        Standing.ACKNOWLEDGED: Tone.GOOD,
        Standing.WAIVED: Tone.GOOD,
        Standing.INFORMS: Tone.NEUTRAL,
    }
)


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One place where a rule found something."""

    id: str
    place: str
    message: str
    standing: Standing
    decision: str
    data: Mapping[str, FindingData]


@dataclass(frozen=True, slots=True)
class ProposedWaiver:
    """A waiver that a second person has to confirm before it counts."""

    id: int
    sentence: str
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Everything that one rule found, with what can be decided about it."""

    rule: str
    severity: Severity
    title: str
    fix: str
    places: tuple[PlaceView, ...]
    hidden: int
    summary: tuple[tuple[str, Tone], ...]
    undecided: tuple[PlaceView, ...]
    may_acknowledge: bool
    may_waive: bool
    paths: str
    proposed: tuple[ProposedWaiver, ...]

    @property
    def id(self) -> str:
        """Return the name under which a link leads here."""
        return f"rule-{make_slug(self.rule)}"

    @property
    def needs_decision(self) -> bool:
        """Tell whether it keeps the release where it is."""
        return any(tone in {Tone.BAD, Tone.WARN} for _, tone in self.summary)


@dataclass(frozen=True, slots=True)
class CheckState:
    """How far the checks are."""

    state: str
    done: int
    total: int
    counts: tuple[SeverityCount, ...]

    @property
    def is_running(self) -> bool:
        """Tell whether more is to come."""
        return self.state in {EvaluationState.WAITING, EvaluationState.RUNNING}


def describe_checks(visit: Visit, current: Severity | None = None) -> CheckState:
    """Return how far the checks are, and how many findings of each severity stand."""
    evaluation, counts = visit.view.facts.evaluation, visit.view.counts
    shown = (
        SeverityCount(
            each, counts.get(each, 0), f"{visit.paths.checks}?severity={each}", current=each is current
        )
        for each in Severity
        if each is not Severity.ERROR or counts.get(each, 0)
    )
    if evaluation is None:
        return CheckState("", 0, 0, tuple(shown))
    return CheckState(evaluation.state, evaluation.done, evaluation.total, tuple(shown))


def group_findings(
    visit: Visit, severity: Severity | None = None, most_places: int = MOST_PLACES
) -> tuple[FindingGroup, ...]:
    """Return the findings of the shown revision, a group for each rule and severity, the worst first."""
    facts = visit.view.facts
    found = facts.evaluation.findings if facts.evaluation else ()
    chosen = sorted(
        (each for each in found if severity in {None, each.severity}), key=lambda each: each.order
    )
    groups = groupby(chosen, key=lambda each: (each.severity, each.rule))
    return tuple(
        _make_group(visit, [view_finding(each, facts, visit.now) for each in members], most_places)
        for _, members in groups
    )


def _make_group(visit: Visit, views: list[findings.FindingView], most_places: int) -> FindingGroup:
    first = views[0].finding
    rule = visit.parts.rules.get(first.rule)
    places = [_show_place(visit, each) for each in views]
    undecided = [each for each in places if each.standing in {Standing.BLOCKS, Standing.WAITS}]
    may_decide = _may_decide(visit)
    return FindingGroup(
        rule=first.rule,
        severity=first.severity,
        title=rule.title if rule else first.message,
        fix=rule.fix if rule else "",
        places=tuple(sorted(places, key=_rank_place)[:most_places]),
        hidden=max(0, len(places) - most_places),
        summary=_summarize(places),
        undecided=tuple(undecided),
        may_acknowledge=may_decide and first.severity is Severity.CONCERN and bool(undecided),
        may_waive=may_decide and bool(undecided),
        paths="\n".join(sorted({_name_path(each) for each in views})[:20]),
        proposed=_list_proposed(visit, views),
    )


def _may_decide(visit: Visit) -> bool:
    release = visit.view.release
    is_open = release.stage is Stage.CANDIDATE and release.phase is not Phase.VOTE
    return is_open and Activity.RELEASE_ADMIN in visit.view.permitted


def _show_place(visit: Visit, view: findings.FindingView) -> PlaceView:
    finding = view.finding
    standing, decision = _judge_place(visit, view)
    place = finding.artifact if finding.member is None else f"{finding.artifact} {_ANGLE} {finding.member}"
    return PlaceView(finding.id, place, finding.message, standing, decision, finding.data)


def _judge_place(visit: Visit, view: findings.FindingView) -> tuple[Standing, str]:
    if view.waiver is not None:
        return Standing.WAIVED, f"Waived by {_name_deciders(visit, view.waiver)}: {view.waiver.reason}"
    if view.acknowledged is not None:
        by = visit.name_person(view.acknowledged.by).name
        return Standing.ACKNOWLEDGED, f"Acknowledged by {by}: {view.acknowledged.reason}"
    if view.finding.severity in _GRAVE:
        return Standing.BLOCKS, ""
    return (Standing.WAITS if view.finding.severity is Severity.CONCERN else Standing.INFORMS), ""


def _name_deciders(visit: Visit, waiver: Waiver) -> str:
    users: Iterable[UserId] = filter(None, (waiver.by, waiver.confirmed_by))
    return " and ".join(visit.name_person(user).name for user in users)


def _rank_place(place: PlaceView) -> tuple[int, str]:
    return list(Standing).index(place.standing), place.place


def _summarize(places: list[PlaceView]) -> tuple[tuple[str, Tone], ...]:
    words = {
        Standing.BLOCKS: "open",
        Standing.WAITS: "to acknowledge",
        Standing.ACKNOWLEDGED: "acknowledged",
        Standing.WAIVED: "waived",
    }
    counted = ((each, sum(place.standing is each for place in places)) for each in words)
    return tuple((f"{number} {words[each]}", _TONES[each]) for each, number in counted if number)


def _name_path(view: findings.FindingView) -> str:
    """Return the path as a waiver names it."""
    finding = view.finding
    return finding.artifact if finding.member is None else f"{finding.artifact}!{finding.member}"


def _list_proposed(visit: Visit, views: list[findings.FindingView]) -> tuple[ProposedWaiver, ...]:
    """Return the waivers of the rule that wait for a second person and would settle something here."""
    first = views[0].finding
    if first.severity not in _GRAVE or all(each.waiver for each in views):
        return ()
    waiting = (each for each in visit.view.facts.waivers if each.rule == first.rule and not each.confirmed_by)
    return tuple(_show_proposal(visit, each) for each in waiting)


def _show_proposal(visit: Visit, waiver: Waiver) -> ProposedWaiver:
    name, asker = visit.name_person(waiver.by).name, visit.request.user.user
    sentence = f"{name} proposes to waive it at {', '.join(waiver.paths)}: {waiver.reason}"
    return ProposedWaiver(waiver.id, sentence, _may_decide(visit) and asker not in {None, waiver.by})
