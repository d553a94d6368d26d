# SPDX-License-Identifier: Apache-2.0
"""What a round still needs, in one sentence; pages, the API and the command line say the same."""

from atr.domain.vote import Counts, Round, RoundState, Tally

_OVER = {
    RoundState.WAITING_FOR_RM: "It has what it needs to pass; because of a -1 the release manager decides.",
    RoundState.PASSED: "It passed.",
    RoundState.FAILED: "It did not pass.",
    RoundState.CANCELLED: "It was cancelled without a result.",
}


def explain_outlook(vote: Round, tally: Tally) -> str:
    """Return one sentence on what the round needs to pass, and on when it does."""
    if vote.state is not RoundState.OPEN:
        return _OVER[vote.state]
    if vote.policy.manual_vote:
        return "It is held elsewhere: the release manager enters its result here."
    missing = count_missing(vote, tally.binding)
    if missing:
        return _explain_missing(vote, tally, missing)
    return _explain_enough(vote, tally)


def count_missing(vote: Round, binding: Counts) -> int:
    """Return how many more binding +1 would be enough, if nobody votes otherwise."""
    return max(0, vote.policy.min_binding - binding.in_favour, binding.against + 1 - binding.in_favour)


def _explain_missing(vote: Round, tally: Tally, missing: int) -> str:
    votes = f"{missing} more binding +1 vote{'' if missing == 1 else 's'}"
    if tally.overdue:
        return f"Its time is over: it passes as soon as there are {votes}, unless it is closed before."
    if vote.deadline_at is None:
        return f"It passes as soon as it has {votes}."
    return f"It needs {votes} until {_say_deadline(vote)}."


def _explain_enough(vote: Round, tally: Tally) -> str:
    decides = "the release manager decides" if tally.needs_rm else "it passes"
    if not tally.passes:
        closes = f"then {decides}" if vote.policy.auto_resolve else "then the release manager closes it"
        return f"It has the votes it needs and stays open until {_say_deadline(vote)}; {closes}."
    if vote.policy.auto_resolve:
        return f"It has everything it needs: {decides}."
    return "It has everything it needs: the release manager closes it."


def _say_deadline(vote: Round) -> str:
    return f"{vote.deadline_at:%Y-%m-%d %H:%M} UTC"
