# SPDX-License-Identifier: Apache-2.0
"""Each step of a round says why it is not open."""

from dataclasses import replace
from datetime import timedelta

import pytest

from atr.domain.policy import LONGEST_HOURS
from atr.domain.vote import ManualResult, RoundState, tally_round
from atr.domain.vote_steps import (
    explain_ballot,
    explain_cancel,
    explain_confirm,
    explain_deadline,
    explain_extend,
    explain_fail,
    explain_pass,
    explain_record,
    explain_result,
    summarize_tally,
)
from tests.unit.domain.vote_samples import OPENED_AT, OTHER, PLAIN, PMC, VOTED, make_ballot, make_round

EARLY = OPENED_AT + timedelta(hours=1)
DUE = OPENED_AT + timedelta(hours=72)
OPEN = make_round()
MANUAL = make_round(replace(PLAIN, manual_vote=True), deadline_at=None)
NOBODY = tally_round(OPEN, (), DUE)
ENOUGH = tally_round(OPEN, [make_ballot(member) for member in PMC[:3]], DUE)
CLOSED = [state for state in RoundState if state is not RoundState.OPEN]


@pytest.mark.parametrize("state", CLOSED)
def test_a_closed_count_takes_no_ballot_and_no_second_outcome(state: RoundState) -> None:
    closed = make_round(state=state)
    for reasons in (
        explain_ballot(closed, NOBODY),
        explain_pass(closed, ENOUGH),
        explain_fail(closed, NOBODY, DUE),
        explain_record(closed),
    ):
        assert len(reasons) == 1
        assert "over" in reasons[0] or "confirm" in reasons[0]


@pytest.mark.parametrize("state", RoundState)
def test_only_a_vote_that_is_not_over_can_be_extended_or_cancelled(state: RoundState) -> None:
    vote = make_round(state=state)
    assert bool(explain_cancel(vote)) == state.is_over
    assert bool(explain_extend(vote)) == state.is_over


@pytest.mark.parametrize("state", RoundState)
def test_only_a_waiting_round_is_confirmed(state: RoundState) -> None:
    reasons = explain_confirm(make_round(state=state))
    assert (reasons == ()) == (state is RoundState.WAITING_FOR_RM)


def test_a_ballot_names_the_bytes_that_are_voted_on() -> None:
    assert explain_ballot(OPEN, NOBODY) == explain_ballot(OPEN, NOBODY, VOTED) == ()
    (reason,) = explain_ballot(OPEN, NOBODY, OTHER)
    assert str(VOTED) in reason
    assert str(OTHER) in reason


def test_a_vote_that_has_passed_takes_no_ballot_unless_somebody_has_to_close_it() -> None:
    assert explain_ballot(OPEN, ENOUGH) == (
        "The vote has passed and is being closed: no further ballot counts.",
    )
    by_hand = make_round(replace(PLAIN, auto_resolve=False))
    assert explain_ballot(by_hand, ENOUGH) == ()


def test_the_step_to_passed_is_open_exactly_when_nothing_is_unmet() -> None:
    assert explain_pass(OPEN, NOBODY) == NOBODY.unmet
    assert explain_pass(OPEN, ENOUGH) == ()


def test_a_vote_is_closed_as_failed_neither_early_nor_against_the_count() -> None:
    assert "open until 2026-03-05 09:00" in explain_fail(OPEN, NOBODY, EARLY)[0]
    assert "cannot be closed as failed" in explain_fail(OPEN, ENOUGH, DUE)[0]
    assert explain_fail(OPEN, NOBODY, DUE) == ()
    by_count = make_round(replace(PLAIN, min_hours=0))
    assert explain_fail(by_count, NOBODY, EARLY) == ()


def test_a_vote_held_elsewhere_is_only_recorded() -> None:
    assert "counts no ballots" in explain_ballot(MANUAL, NOBODY)[0]
    for reasons in (explain_pass(MANUAL, ENOUGH), explain_fail(MANUAL, NOBODY, DUE), explain_extend(MANUAL)):
        assert reasons == ("The vote is held elsewhere: record its result instead.",)
    assert explain_record(MANUAL) == ()
    assert explain_record(OPEN) == ("ATR counts this vote itself.",)


@pytest.mark.parametrize(
    ("passed", "binding", "possible"),
    [
        (True, (3, 0, 0), True),
        (True, (2, 0, 0), False),
        (True, (3, 0, 3), False),
        (True, (4, 9, 3), True),
        (False, (9, 0, 0), True),
        (False, (0, 0, 0), True),
    ],
)
def test_a_recorded_result_keeps_to_the_floor(
    passed: bool, binding: tuple[int, int, int], possible: bool
) -> None:
    result = ManualResult(passed, "", "https://lists.example.org/1", binding, (0, 0, 0))
    assert (explain_result(result, floor=3) == ()) == possible


def test_a_vote_without_deadline_cannot_be_extended() -> None:
    assert "no deadline" in explain_extend(make_round(replace(PLAIN, min_hours=0)))[0]


def test_more_time_is_given_and_never_less() -> None:
    assert explain_deadline(OPEN, DUE + timedelta(hours=1), EARLY) == ()
    assert "choose a later" in explain_deadline(OPEN, DUE, EARLY)[0]
    assert "choose a later" in explain_deadline(OPEN, DUE + timedelta(hours=1), DUE + timedelta(hours=2))[0]
    assert "choose a later" in explain_deadline(MANUAL, EARLY, EARLY)[0]
    far = OPENED_AT + timedelta(hours=LONGEST_HOURS, seconds=1)
    assert "at most" in explain_deadline(OPEN, far, EARLY)[0]


def test_a_summary_has_all_six_counts() -> None:
    ballots = [make_ballot("pmc0"), make_ballot("pmc1", "-1"), make_ballot("guest", "0")]
    summary = summarize_tally(tally_round(OPEN, ballots, DUE))
    assert summary == "Binding: +1: 1, 0: 0, -1: 1. Community: +1: 0, 0: 1, -1: 0."
