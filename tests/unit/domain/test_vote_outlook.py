# SPDX-License-Identifier: Apache-2.0
"""One sentence says what a round still needs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from atr.domain.policy import VotePolicy
from atr.domain.vote import RoundState, tally_round
from atr.domain.vote_outlook import explain_outlook
from tests.unit.domain.vote_samples import OPENED_AT, PLAIN, make_ballot, make_round

DEADLINE = "2026-03-05 09:00 UTC"


def say(votes: str, policy: VotePolicy = PLAIN, hours: int = 1) -> str:
    """Return the sentence some hours after the beginning, with a binding ballot for each word."""
    vote = make_round(policy)
    ballots = [make_ballot(f"pmc{number}", text) for number, text in enumerate(votes.split())]
    return explain_outlook(vote, tally_round(vote, ballots, OPENED_AT + timedelta(hours=hours)))


@pytest.mark.parametrize(
    ("votes", "sentence"),
    [
        ("", f"It needs 3 more binding +1 votes until {DEADLINE}."),
        ("+1 +1", f"It needs 1 more binding +1 vote until {DEADLINE}."),
        ("+1 +1 +1 -1 -1 -1", f"It needs 1 more binding +1 vote until {DEADLINE}."),
        ("-1 -1 -1", f"It needs 4 more binding +1 votes until {DEADLINE}."),
        ("+1 +1 +1", f"It has the votes it needs and stays open until {DEADLINE}; then it passes."),
    ],
)
def test_as_long_as_it_is_open_it_counts_what_is_missing(votes: str, sentence: str) -> None:
    assert say(votes) == sentence


def test_after_its_time_it_says_that_it_goes_on() -> None:
    sentence = say("+1", hours=80)
    assert sentence.startswith("Its time is over: it passes as soon as there are 2 more binding +1 votes")
    assert say("+1 +1 +1", hours=80) == "It has everything it needs: it passes."


def test_without_a_shortest_time_it_passes_at_once() -> None:
    policy = replace(PLAIN, min_hours=0)
    assert say("+1", policy) == "It passes as soon as it has 2 more binding +1 votes."


def test_it_says_who_closes_it_and_who_decides() -> None:
    by_hand = replace(PLAIN, auto_resolve=False)
    assert say("+1 +1 +1", by_hand).endswith("; then the release manager closes it.")
    assert say("+1 +1 +1", by_hand, hours=72) == "It has everything it needs: the release manager closes it."
    pauses = replace(PLAIN, pause_for_rm=True)
    assert say("+1 +1 +1 -1", pauses).endswith("; then the release manager decides.")
    assert say("+1 +1 +1 -1", pauses, 72) == "It has everything it needs: the release manager decides."


@pytest.mark.parametrize("state", [state for state in RoundState if state is not RoundState.OPEN])
def test_a_round_that_takes_no_ballots_says_what_became_of_it(state: RoundState) -> None:
    vote = make_round(state=state)
    sentence = explain_outlook(vote, tally_round(vote, (), OPENED_AT))
    assert sentence.startswith("It ")
    assert sentence.endswith(".")


def test_a_vote_held_elsewhere_waits_for_its_result() -> None:
    vote = make_round(replace(PLAIN, manual_vote=True))
    assert "the release manager enters its result here" in explain_outlook(
        vote, tally_round(vote, (), OPENED_AT)
    )
