# SPDX-License-Identifier: Apache-2.0
"""What is said above the plan: how far a release is in all, and what waits for people."""

from dataclasses import dataclass

from atr.domain.distribution import DistributionState
from atr.domain.lifecycle import Phase
from atr.services.distribution_views import ChannelProgress, DistributionBoard, ForeseenChannel, Row
from atr.services.distributions import PlanView
from atr.web.components import ActionView

_PUBLIC_PHASES = frozenset({Phase.DISTRIBUTE, Phase.ANNOUNCE, Phase.RELEASED})
_THEN_SAY = " Then say: "


@dataclass(frozen=True, slots=True)
class ProgressView:
    """How far a release is on all channels; `total` is 0 where no count says anything."""

    sentence: str
    news: tuple[str, ...]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class PersonStep:
    """Something that a person does outside; `command` says on the command line that it is done."""

    key: str
    name: str
    deed: str
    command: str
    remark: str
    action: ActionView | None


def sum_up(board: DistributionBoard, phase: Phase) -> ProgressView:
    """Return how far a release is: before the vote where it will go, then how many channels hold it."""
    meant = [row for row in board.rows if _is_meant(row)]
    count = f"{len(meant)} {'channel' if len(meant) == 1 else 'channels'}"
    if phase not in _PUBLIC_PHASES:
        return ProgressView(_say_ahead(count, board), (), 0, 0)
    done = sum(isinstance(row, ChannelProgress) and _holds(row) for row in meant)
    is_complete = done == len(meant)
    sentence = (
        f"The voted bytes are confirmed on every channel: {count}."
        if is_complete
        else f"The voted bytes are confirmed on {done} of {count}."
    )
    return ProgressView(sentence, _list_news(board), done, len(meant))


def _say_ahead(count: str, board: DistributionBoard) -> str:
    staged = sum(row.view.one.staging for row in board.begun)
    order = ", in this order" if len(board.rows) > 1 else ""
    told = f"Once the vote has passed, it will go to {count}{order}."
    if not staged:
        return told
    return f"{told} Testers get it on {staged} already."


def _is_meant(row: Row) -> bool:
    """Tell whether the release is to become public there."""
    if isinstance(row, ForeseenChannel):
        return (not row.problem or row.is_required) and not row.channel.is_test
    leg = row.view.leg
    return leg is not None and leg.route.to_public is not None


def _holds(row: ChannelProgress) -> bool:
    return row.view.one.state is DistributionState.CONFIRMED and not row.view.one.drift


def _list_news(board: DistributionBoard) -> tuple[str, ...]:
    ones = [row.view.one for row in board.begun]
    counts = (
        (sum(one.state is DistributionState.FAILED for one in ones), "stopped"),
        (sum(one.waits_for_person for one in ones), "waiting for a person"),
        (sum(bool(one.drift) for one in ones), "no longer what was voted on"),
        (sum(bool(one.problem) and not one.instruction for one in ones), "tried again by itself"),
        (sum(one.state is DistributionState.WITHDRAWN for one in ones), "withdrawn"),
    )
    return tuple(f"{number} {what}" for number, what in counts if number)


def read_step(progress: ChannelProgress, action: ActionView | None) -> PersonStep | None:
    """Return what a person has to do on a channel; None when nobody has to."""
    one, leg = progress.view.one, progress.view.leg
    if not one.waits_for_person or leg is None:
        return None
    deed, _, command = one.instruction.partition(_THEN_SAY)
    return PersonStep(one.channel, leg.channel.name, deed, command, one.problem, action)


def sum_up_calls(plan: PlanView) -> str:
    """Return how many calls a plan makes, and how much of it people do."""
    parts = [part for leg in plan.legs for part in leg.calls]
    counts = (
        (sum(len(part.calls) for part in parts), "call", "calls"),
        (sum(part.by_hand for part in parts), "step by a person", "steps by a person"),
    )
    told = (f"{number} {one if number == 1 else more}" for number, one, more in counts if number)
    return " and ".join(told) or "none is left"
