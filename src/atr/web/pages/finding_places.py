# SPDX-License-Identifier: Apache-2.0
"""One finding as pages show it: where, what, how it stands, and what people decided about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from atr.domain.check import FindingData, Severity, Waiver
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import UserId
from atr.domain.permissions import Activity
from atr.domain.verdict import DecidedFinding, Standing
from atr.web.flash import Tone
from atr.web.pages.release_frame import Visit

_ANGLE = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
STANDING_TONES = MappingProxyType(
    {
        Standing.BLOCKS: Tone.BAD,
        Standing.WAITS: Tone.WARN,
        Standing.ACKNOWLEDGED: Tone.GOOD,
        Standing.WAIVED: Tone.GOOD,
        Standing.INFORMS: Tone.NEUTRAL,
    }
)
UNDECIDED = frozenset({Standing.BLOCKS, Standing.WAITS})


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One place where a rule found something.

    The addresses lead to where it is decided about, and are empty where there is nothing to decide.
    """

    id: str
    rule: str
    severity: Severity
    place: str
    member: str
    message: str
    standing: Standing
    decision: str
    data: Mapping[str, FindingData]
    acknowledge_href: str
    waive_href: str


def show_place(visit: Visit, view: DecidedFinding) -> PlaceView:
    """Return a finding as pages show it."""
    finding = view.finding
    is_open = view.standing in UNDECIDED and may_decide(visit)
    is_concern = finding.severity is Severity.CONCERN
    paths = visit.paths
    return PlaceView(
        id=finding.id,
        rule=finding.rule,
        severity=finding.severity,
        place=finding.artifact if finding.member is None else f"{finding.artifact} {_ANGLE} {finding.member}",
        member=finding.member or "",
        message=finding.message,
        standing=view.standing,
        decision=_tell_decision(visit, view),
        data=finding.data,
        acknowledge_href=paths.acknowledging(finding=finding.id) if is_open and is_concern else "",
        waive_href=paths.waiving(finding.rule, finding.place) if is_open else "",
    )


def rank_place(place: PlaceView) -> tuple[int, str]:
    """Return the sort key of places: what has to be decided about comes first."""
    return list(Standing).index(place.standing), place.place


def may_decide(visit: Visit) -> bool:
    """Tell whether the asker may acknowledge and waive here now."""
    release = visit.view.release
    is_open = release.stage is Stage.CANDIDATE and release.phase is not Phase.VOTE
    return is_open and Activity.RELEASE_ADMIN in visit.view.permitted


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
