# SPDX-License-Identifier: Apache-2.0
"""Findings as people work through them: one group a rule, with what is decided and what still is to be."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from atr.domain.check import EvaluationState, Severity, Waiver
from atr.domain.verdict import DecidedFinding, FindingTally, Standing
from atr.ports.repositories.findings import MOST_FINDINGS, FindingFilter
from atr.ports.repositories.paging import PageRequest
from atr.services.findings import ReadFindings
from atr.web.components import SeverityCount
from atr.web.flash import Tone
from atr.web.pages.finding_places import (
    STANDING_TONES,
    UNDECIDED,
    PlaceView,
    may_decide,
    rank_place,
    show_place,
)
from atr.web.pages.release_frame import Visit
from atr.web.rendering import make_slug

OVERVIEW = FindingFilter(most_per_rule=4)
EVERYTHING = PageRequest(MOST_FINDINGS)
PLACES_IN_SIGHT = 24


@dataclass(frozen=True, slots=True)
class ProposedWaiver:
    """A waiver that a second person has to confirm before it counts."""

    id: int
    sentence: str
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """What one rule found, of very much the first, with the ways to where it is decided about."""

    rule: str
    severity: Severity
    title: str
    clause: str
    fix: str
    help: str
    total: int
    places: tuple[PlaceView, ...]
    summary: tuple[tuple[str, Tone], ...]
    all_href: str
    acknowledge_href: str
    waive_href: str
    proposed: tuple[ProposedWaiver, ...]

    @property
    def id(self) -> str:
        """Return the name under which a link leads here."""
        return f"rule-{make_slug(self.rule)}-{self.severity}"

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


def describe_checks(
    visit: Visit,
    current: Severity | None = None,
    locate: Callable[[Severity], str] | None = None,
) -> CheckState:
    """Return how far the checks are, and how many findings of each severity stand, each with its page."""
    find_page = locate or visit.paths.findings
    evaluation, counts = visit.view.facts.evaluation, visit.view.counts
    shown = (
        SeverityCount(each, counts.get(each, 0), find_page(each), current=each is current)
        for each in Severity
        if each is not Severity.ERROR or counts.get(each, 0)
    )
    if evaluation is None:
        return CheckState("", 0, 0, tuple(shown))
    return CheckState(evaluation.state, evaluation.done, evaluation.total, tuple(shown))


def group_findings(
    visit: Visit, which: FindingFilter = OVERVIEW, page: PageRequest = EVERYTHING
) -> tuple[tuple[FindingGroup, ...], str | None]:
    """Return the findings that match by rule and severity, the worst first, and where they go on.

    Of very many only the first groups are filled, so that the page stays small.
    """
    facts = visit.view.facts
    wanted = [
        each
        for each in facts.verdict.within(which.artifact).group_rules()
        if which.severity in {None, each.severity} and which.rule in {None, each.rule}
    ]
    found = visit.parts.door.ask(visit.request.user, ReadFindings(facts, which, page))
    members: dict[tuple[Severity, str], list[DecidedFinding]] = defaultdict(list)
    for each in found.items:
        members[each.finding.severity, each.finding.rule].append(each)
    if which.text:
        wanted = [each for each in wanted if (each.severity, each.rule) in members]
    room = PLACES_IN_SIGHT if which.most_per_rule else MOST_FINDINGS
    is_small = sum(each.total for each in wanted) <= PLACES_IN_SIGHT
    groups = []
    for tally in wanted:
        is_in_sight = is_small or is_due(tally) or not which.most_per_rule
        filled = members[tally.severity, tally.rule] if is_in_sight and room > 0 else []
        room -= len(filled)
        groups.append(_make_group(visit, tally, filled, which))
    return tuple(groups), found.next


def is_due(tally: FindingTally) -> bool:
    """Tell whether it keeps the release where it is."""
    return tally.standing in UNDECIDED and bool(tally.undecided)


def _make_group(
    visit: Visit, tally: FindingTally, views: list[DecidedFinding], which: FindingFilter
) -> FindingGroup:
    rule = visit.parts.rules.get(tally.rule)
    decidable = may_decide(visit) and is_due(tally)
    is_concern = tally.severity is Severity.CONCERN
    paths = visit.paths
    return FindingGroup(
        rule=tally.rule,
        severity=tally.severity,
        title=rule.title if rule else views[0].finding.message if views else tally.rule,
        clause=rule.clause if rule else "",
        fix=rule.fix if rule else "",
        help=f"/help/checks#rule-{make_slug(tally.rule)}" if rule else "",
        total=len(views) if which.text else tally.total,
        places=tuple(sorted((show_place(visit, each) for each in views), key=rank_place)),
        summary=_summarize(tally),
        all_href=paths.narrow_findings(severity=tally.severity, rule=tally.rule, file=which.artifact),
        acknowledge_href=paths.acknowledging(rule=tally.rule) if decidable and is_concern else "",
        waive_href=paths.waiving(tally.rule) if decidable else "",
        proposed=_list_proposed(visit, tally),
    )


def _summarize(tally: FindingTally) -> tuple[tuple[str, Tone], ...]:
    counted = (
        (Standing.BLOCKS, "open", tally.undecided if tally.standing is Standing.BLOCKS else 0),
        (Standing.WAITS, "to acknowledge", tally.undecided if tally.standing is Standing.WAITS else 0),
        (Standing.ACKNOWLEDGED, "acknowledged", tally.acknowledged),
        (Standing.WAIVED, "waived", tally.waived),
    )
    return tuple((f"{number} {words}", STANDING_TONES[each]) for each, words, number in counted if number)


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
    return ProposedWaiver(waiver.id, sentence, may_decide(visit) and asker not in {None, waiver.by})
