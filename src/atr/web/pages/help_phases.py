# SPDX-License-Identifier: Apache-2.0
"""The phases explained: what happens, who acts, what leads on and what can be in the way."""

from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from atr.domain.lifecycle import Phase, Situation, Stage, Transition, VoteStanding, list_transitions
from atr.services.next_steps import list_takers
from atr.web.addresses import locate_phase_help
from atr.web.components import PHASE_LABELS, Badge, Link, make_phase_badge
from atr.web.pages.help_texts import PHASES, PhaseText
from atr.web.pages.stage_lists import STAGE_LABELS
from atr.web.pages.step_takers import join_roles
from atr.web.parts import TheParts, WebParts, WebRequest
from atr.web.rendering import Page, make_slug, show_page

PHASES_PATH: Final = "/help/phases"
# Everything that can be in the way is, so that each guard gives the sentence that pages and refusals show.
_EVERYTHING_WRONG: Final = {
    "open_blockers": 2,
    "unacknowledged_concerns": 1,
    "undeliverable": ("No file of this revision fits the channel npm.",),
    "unverified_channels": ("npm",),
    "vote": VoteStanding.OPEN,
    "unconfirmed_channels": ("npm",),
}


@dataclass(frozen=True, slots=True)
class WayOut:
    """A step that leads out of a phase: where to, by whom, and what can keep it closed."""

    target: str
    href: str
    who: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhaseSection:
    """One phase."""

    id: str
    badge: Badge
    label: str
    text: PhaseText
    ways: tuple[WayOut, ...]


@dataclass(frozen=True, slots=True)
class StageSection:
    """A stage with its phases."""

    label: str
    phases: tuple[PhaseSection, ...]


@dataclass(frozen=True, slots=True)
class PhasesView:
    """All phases."""

    stages: tuple[StageSection, ...]


@get(PHASES_PATH, sync_to_thread=True)
def show_phases(request: WebRequest, parts: TheParts) -> Response[bytes]:
    """Explain every phase."""
    stages = (
        StageSection(
            STAGE_LABELS[stage],
            tuple(_make_section(phase, parts) for phase in Phase if phase.stage is stage),
        )
        for stage in Stage
    )
    view = PhasesView(tuple(stages))
    page = Page("pages/help_phases.html", "The phases of a release", view, (Link("Help", "/help"),))
    return show_page(request, page)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_phases,)


def _make_section(phase: Phase, parts: WebParts) -> PhaseSection:
    return PhaseSection(
        id=make_slug(phase),
        badge=make_phase_badge(phase),
        label=PHASE_LABELS[phase],
        text=PHASES[phase],
        ways=tuple(_make_way(each, parts) for each in list_transitions(phase)),
    )


def _make_way(step: Transition, parts: WebParts) -> WayOut:
    takers = join_roles(list_takers(step), parts.role_labels)
    situation = Situation(step.source, **_EVERYTHING_WRONG)  # type: ignore[arg-type]  # each by its name
    return WayOut(
        PHASE_LABELS[step.target],
        locate_phase_help(step.target),
        f"by a {takers}",
        step.explain_refusal(situation),
    )
