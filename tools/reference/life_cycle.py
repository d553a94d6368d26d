# SPDX-License-Identifier: Apache-2.0
"""The page on the life of a release, from the transition table that every step is held against."""

from atr.domain.lifecycle import Phase, Situation, Transition, VoteStanding, list_transitions
from tools.reference.page import format_table

INTRODUCTION = """\
# The life of a release

The stage follows from the phase. A step is open when nothing in its last column is the case.
A refused step answers with *all* the sentences that apply; the page shows the same list before the button is
pressed.
"""

# A release of which nothing is in order, so that every guard says its sentence.
WORST = Situation(
    Phase.COMPOSE,
    open_blockers=2,
    unacknowledged_concerns=2,
    undeliverable=("No file of the candidate goes to CHANNEL.",),
    unverified_channels=("CHANNEL",),
    unconfirmed_channels=("CHANNEL",),
    vote=VoteStanding.OPEN,
)


def render_life_cycle() -> str:
    """Return the page: the phases, and the steps out of each."""
    return "\n".join(
        [
            INTRODUCTION,
            format_table(("phase", "stage"), ((phase, phase.stage) for phase in Phase)),
            *(render_phase(phase) for phase in Phase),
        ]
    )


def render_phase(phase: Phase) -> str:
    """Return the section on one phase."""
    steps = list_transitions(phase)
    table = format_table(("to", "needs", "refused with"), (list_cells(step) for step in steps))
    return f"## {phase}\n\n{table if steps else 'Nothing follows.'}"


def list_cells(step: Transition) -> tuple[str, ...]:
    """Return one step: where it leads, who may take it, and what may stand in the way."""
    needs = step.activity if step.only is None else f"{step.activity}, as {step.only}"
    return (step.target, needs, " ".join(step.explain_refusal(WORST)))
