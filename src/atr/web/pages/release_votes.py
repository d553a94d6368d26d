# SPDX-License-Identifier: Apache-2.0
"""Rounds of voting as every page of a release shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from atr.domain.vote import Round, RoundKind, RoundState, Tally
from atr.web.components import Badge, TallyView
from atr.web.flash import Tone

_STATES: Mapping[RoundState, Badge] = MappingProxyType(
    {
        RoundState.OPEN: Badge("Open", Tone.INFO),
        RoundState.WAITING_FOR_RM: Badge("Waits for the release manager", Tone.WARN),
        RoundState.PASSED: Badge("Passed", Tone.GOOD),
        RoundState.FAILED: Badge("Did not pass", Tone.BAD),
        RoundState.CANCELLED: Badge("Cancelled"),
    }
)
_KINDS: Mapping[RoundKind, str] = MappingProxyType(
    {
        RoundKind.PROJECT: "The project's own vote",
        RoundKind.PODLING: "First of two rounds: the podling's own vote",
        RoundKind.SPONSOR: "Second of two rounds: the sponsor's vote",
    }
)


@dataclass(frozen=True, slots=True)
class RoundSummary:
    """A round in few lines."""

    number: int
    href: str
    badge: Badge
    kind: str
    opened_at: datetime
    deadline_at: datetime | None
    closed_at: datetime | None
    summary: str
    tallies: tuple[TallyView, ...]
    unmet: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether ballots count now."""
        return self.closed_at is None


def summarize_round(vote: Round, tally: Tally | None, href: str) -> RoundSummary:
    """Return the round in few lines, with its count if it is known."""
    return RoundSummary(
        number=vote.number,
        href=href,
        badge=make_state_badge(vote, tally),
        kind=say_kind(vote),
        opened_at=vote.opened_at,
        deadline_at=vote.deadline_at,
        closed_at=vote.closed_at,
        summary=vote.summary,
        tallies=show_tally(vote, tally) if tally is not None else (),
        unmet=tally.unmet if tally is not None and vote.state is RoundState.OPEN else (),
    )


def make_state_badge(vote: Round, tally: Tally | None = None) -> Badge:
    """Return how the round stands."""
    if vote.state is RoundState.OPEN and vote.policy.manual_vote:
        return Badge("Held elsewhere", Tone.INFO)
    if vote.state is RoundState.OPEN and tally is not None and tally.overdue:
        return Badge("Overdue", Tone.WARN)
    return _STATES[vote.state]


def say_kind(vote: Round) -> str:
    """Return whose vote it is."""
    return _KINDS[vote.kind]


def show_tally(vote: Round, tally: Tally) -> tuple[TallyView, ...]:
    """Return the count as two bars: binding, and everybody else."""
    binding, community = tally.binding, tally.community
    return (
        TallyView("Binding", binding.in_favour, binding.abstained, binding.against, vote.policy.min_binding),
        TallyView("Community", community.in_favour, community.abstained, community.against),
    )
