# SPDX-License-Identifier: Apache-2.0
"""Findings as people work through them: one group a rule, with what is decided and what still is to be."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from atr.domain.check import EvaluationState, FindingData, Severity, Waiver
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import UserId
from atr.domain.permissions import Activity
from atr.domain.verdict import DecidedFinding, FindingTally, Standing
from atr.ports.repositories.findings import MOST_FINDINGS, FindingFilter
from atr.ports.repositories.paging import PageRequest
from atr.services.findings import ReadFindings
from atr.web.components import SeverityCount
from atr.web.flash import Tone
from atr.web.pages.release_frame import Visit
from atr.web.rendering import make_slug

OVERVIEW = FindingFilter(most_per_rule=8)
EVERYTHING = PageRequest(MOST_FINDINGS)
_MOST_PROPOSED = 20
_ANGLE = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"


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
    """What one rule found, of very much the first, with what can be decided about it.

    `undecided` has those in sight, `waiting` counts all that nobody has decided about.
    """

    rule: str
    severity: Severity
    title: str
    clause: str
    fix: str
    help: str
    total: int
    places: tuple[PlaceView, ...]
    summary: tuple[tuple[str, Tone], ...]
    undecided: tuple[PlaceView, ...]
    waiting: int
    may_acknowledge: bool
    may_waive: bool
    paths: str
    proposed: tuple[ProposedWaiver, ...]

    @property
    def id(self) -> str:
        """Return the name under which a link leads here."""
        return f"rule-{make_slug(self.rule)}"

    @property
    def hidden(self) -> int:
        """Return how many places are not shown."""
        return self.total - len(self.places)

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
    visit: Visit, which: FindingFilter = OVERVIEW, page: PageRequest = EVERYTHING
) -> tuple[tuple[FindingGroup, ...], str | None]:
    """Return the findings that match by rule and severity, the worst first, and where they go on."""
    facts = visit.view.facts
    found = visit.parts.door.ask(visit.request.user, ReadFindings(facts, which, page))
    members: dict[tuple[Severity, str], list[DecidedFinding]] = defaultdict(list)
    for each in found.items:
        members[each.finding.severity, each.finding.rule].append(each)
    wanted = (
        each
        for each in facts.verdict.group_rules()
        if which.severity in {None, each.severity} and which.rule in {None, each.rule}
    )
    groups = tuple(_make_group(visit, each, members[each.severity, each.rule]) for each in wanted)
    return groups, found.next


def _make_group(visit: Visit, tally: FindingTally, views: list[DecidedFinding]) -> FindingGroup:
    rule = visit.parts.rules.get(tally.rule)
    places = sorted((_show_place(visit, each) for each in views), key=_rank_place)
    decidable = _may_decide(visit) and tally.standing in {Standing.BLOCKS, Standing.WAITS}
    waiting = tally.undecided if tally.standing in {Standing.BLOCKS, Standing.WAITS} else 0
    return FindingGroup(
        rule=tally.rule,
        severity=tally.severity,
        title=rule.title if rule else views[0].finding.message if views else tally.rule,
        clause=rule.clause if rule else "",
        fix=rule.fix if rule else "",
        help=f"/help/checks#rule-{make_slug(tally.rule)}" if rule else "",
        total=tally.total,
        places=tuple(places),
        summary=_summarize(tally),
        undecided=tuple(each for each in places if each.standing in {Standing.BLOCKS, Standing.WAITS}),
        waiting=waiting,
        may_acknowledge=decidable and tally.severity is Severity.CONCERN and bool(waiting),
        may_waive=decidable and bool(waiting),
        paths="\n".join(_propose_paths(visit, tally, views)),
        proposed=_list_proposed(visit, tally),
    )


def _may_decide(visit: Visit) -> bool:
    release = visit.view.release
    is_open = release.stage is Stage.CANDIDATE and release.phase is not Phase.VOTE
    return is_open and Activity.RELEASE_ADMIN in visit.view.permitted


def _show_place(visit: Visit, view: DecidedFinding) -> PlaceView:
    finding = view.finding
    place = finding.artifact if finding.member is None else f"{finding.artifact} {_ANGLE} {finding.member}"
    decision = _tell_decision(visit, view)
    return PlaceView(finding.id, place, finding.message, view.standing, decision, finding.data)


def _tell_decision(visit: Visit, view: DecidedFinding) -> str:
    waiver, said = view.waiver, view.acknowledged
    if waiver is not None:
        return f"Waived by {_name_deciders(visit, waiver)}: {waiver.reason}"
    if said is None:
        return ""
    earlier = f" on revision {said.carried_from}, about the same content" if said.carried_from else ""
    return f"Acknowledged by {visit.name_person(said.by).name}{earlier}: {said.reason}"


def _name_deciders(visit: Visit, waiver: Waiver) -> str:
    users: Iterable[UserId] = filter(None, (waiver.by, waiver.confirmed_by))
    return " and ".join(visit.name_person(user).name for user in users)


def _rank_place(place: PlaceView) -> tuple[int, str]:
    return list(Standing).index(place.standing), place.place


def _summarize(tally: FindingTally) -> tuple[tuple[str, Tone], ...]:
    counted = (
        (Standing.BLOCKS, "open", tally.undecided if tally.standing is Standing.BLOCKS else 0),
        (Standing.WAITS, "to acknowledge", tally.undecided if tally.standing is Standing.WAITS else 0),
        (Standing.ACKNOWLEDGED, "acknowledged", tally.acknowledged),
        (Standing.WAIVED, "waived", tally.waived),
    )
    return tuple((f"{number} {words}", _TONES[each]) for each, words, number in counted if number)


def _propose_paths(visit: Visit, tally: FindingTally, views: list[DecidedFinding]) -> list[str]:
    """Return what a waiver would name: each place, or whole artifacts where there are too many."""
    if tally.total <= _MOST_PROPOSED:
        return sorted({each.finding.place for each in views})
    artifacts = {
        each.artifact
        for each in visit.view.facts.verdict.tallies
        if (each.rule, each.severity) == (tally.rule, tally.severity)
    }
    return [f"{each}*" for each in sorted(artifacts)[:_MOST_PROPOSED]]


def _list_proposed(visit: Visit, tally: FindingTally) -> tuple[ProposedWaiver, ...]:
    """Return the waivers of the rule that wait for a second person and may settle something here."""
    if not tally.severity.is_grave or not tally.undecided:
        return ()
    waiting = (
        each for each in visit.view.facts.in_force if each.rule == tally.rule and not each.confirmed_by
    )
    return tuple(_show_proposal(visit, each) for each in waiting)


def _show_proposal(visit: Visit, waiver: Waiver) -> ProposedWaiver:
    name, asker = visit.name_person(waiver.by).name, visit.request.user.user
    where = ", ".join(waiver.paths) + (f" in {waiver.versions.text}" if waiver.versions.text else "")
    sentence = f"{name} proposes to waive it at {where}: {waiver.reason}"
    return ProposedWaiver(waiver.id, sentence, _may_decide(visit) and asker not in {None, waiver.by})
