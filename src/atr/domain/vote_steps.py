# SPDX-License-Identifier: Apache-2.0
"""What can be done with a round as it stands, and the sentences for when it cannot (voting.md, section 1).

Each function returns every unmet condition; nothing when the step is open. Buttons and refusals use the same.
"""

from datetime import datetime, timedelta

from atr.domain.artifact import Digest
from atr.domain.policy import LONGEST_HOURS
from atr.domain.vote import Counts, ManualResult, Round, RoundState, Tally

_MANUAL = "The vote is held elsewhere: record its result instead."
_CLOSED = {
    RoundState.WAITING_FOR_RM: "The count is closed: the release manager has to confirm it.",
    RoundState.PASSED: "The vote is over: it passed.",
    RoundState.FAILED: "The vote is over: it did not pass.",
    RoundState.CANCELLED: "The vote is over: it was cancelled.",
}


def explain_ballot(vote: Round, tally: Tally, seen: Digest | None = None) -> tuple[str, ...]:
    """Say why no ballot can be cast now; `seen` is the manifest digest the voter saw, if it is known.

    What passes by itself has passed at that moment: a ballot that comes before it is closed changes nothing.
    """
    if vote.state is not RoundState.OPEN:
        return (_CLOSED[vote.state],)
    if vote.policy.manual_vote:
        return ("The vote is held elsewhere: ATR counts no ballots for it.",)
    if vote.policy.auto_resolve and tally.passes:
        return ("The vote has passed and is being closed: no further ballot counts.",)
    if seen is not None and seen != vote.manifest_digest:
        return (f"The vote is on {vote.manifest_digest}, but you looked at {seen}: look again.",)
    return ()


def explain_withdrawal(vote: Round, tally: Tally, *, has_voted: bool) -> tuple[str, ...]:
    """Say why somebody cannot take their ballot back now; what the result counts stays."""
    reasons = explain_ballot(vote, tally)
    return reasons if reasons or has_voted else ("There is no ballot of yours to take back.",)


def explain_pass(vote: Round, tally: Tally) -> tuple[str, ...]:
    """Say why the round cannot be closed as passed now."""
    if vote.state is not RoundState.OPEN:
        return (_CLOSED[vote.state],)
    if vote.policy.manual_vote:
        return (_MANUAL,)
    return tally.unmet


def explain_fail(vote: Round, tally: Tally, now: datetime) -> tuple[str, ...]:
    """Say why the round cannot be closed as failed now: not before its time, and never against the count."""
    if vote.state is not RoundState.OPEN:
        return (_CLOSED[vote.state],)
    if vote.policy.manual_vote:
        return (_MANUAL,)
    if vote.deadline_at is not None and now < vote.deadline_at:
        return (f"The vote is open until {vote.deadline_at:%Y-%m-%d %H:%M} UTC: until then only cancel it.",)
    return ("The vote passes: it cannot be closed as failed.",) if tally.passes else ()


def explain_confirm(vote: Round) -> tuple[str, ...]:
    """Say why there is nothing for the release manager to confirm."""
    if vote.state is RoundState.WAITING_FOR_RM:
        return ()
    return (_CLOSED.get(vote.state, "The count is not closed yet: there is nothing to confirm."),)


def explain_extend(vote: Round) -> tuple[str, ...]:
    """Say why the round cannot be given more time."""
    if vote.state.is_over:
        return (_CLOSED[vote.state],)
    if vote.policy.manual_vote:
        return (_MANUAL,)
    if vote.deadline_at is None:
        return ("The vote has no deadline: it closes as soon as the count passes.",)
    return ()


def explain_cancel(vote: Round) -> tuple[str, ...]:
    """Say why the round cannot be cancelled."""
    return (_CLOSED[vote.state],) if vote.state.is_over else ()


def explain_record(vote: Round) -> tuple[str, ...]:
    """Say why no result of a vote held elsewhere can be recorded."""
    if vote.state is not RoundState.OPEN:
        return (_CLOSED[vote.state],)
    return () if vote.policy.manual_vote else ("ATR counts this vote itself.",)


def explain_result(result: ManualResult, floor: int) -> tuple[str, ...]:
    """Say why a result cannot be what was decided: the foundation's floor holds elsewhere too."""
    in_favour, _, against = result.binding
    passes = in_favour >= floor and in_favour > against
    if result.passed and not passes:
        needed = f"A vote passes with at least {floor} binding +1 and more +1 than -1"
        return (f"{needed}; there are {in_favour} and {against}.",)
    return ()


def explain_deadline(vote: Round, until: datetime, now: datetime) -> tuple[str, ...]:
    """Say why the round cannot be open until the moment: more time can be given, never less."""
    current = vote.deadline_at or now
    if until <= max(current, now):
        return (f"The vote is open until {current:%Y-%m-%d %H:%M} UTC: choose a later moment.",)
    if until > vote.opened_at + timedelta(hours=LONGEST_HOURS):
        return (f"A vote lasts at most {LONGEST_HOURS} hours.",)
    return ()


def summarize_tally(tally: Tally) -> str:
    """Return the counts as one sentence."""
    return f"Binding: {_list_counts(tally.binding)}. Community: {_list_counts(tally.community)}."


def _list_counts(counts: Counts) -> str:
    return f"+1: {counts.in_favour}, 0: {counts.abstained}, -1: {counts.against}"
