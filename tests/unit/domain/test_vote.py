# SPDX-License-Identifier: Apache-2.0
"""Votes: the tally is exactly what the policy says."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations_with_replacement

import pytest

from atr.domain.errors import Invalid
from atr.domain.lifecycle import VoteStanding
from atr.domain.names import UserId
from atr.domain.policy import VotePolicy
from atr.domain.vote import (
    LONGEST_COMMENT,
    LONGEST_EVIDENCE,
    MOST_EVIDENCE,
    Ballot,
    Choice,
    Counts,
    ManualResult,
    RoundKind,
    RoundState,
    find_deadline,
    find_standing,
    is_binding,
    parse_choice,
    pick_current,
    tally_round,
)
from tests.unit.domain.vote_samples import OPENED_AT, OTHER, PLAIN, PMC, VOTED, make_ballot, make_round

AT_DEADLINE = OPENED_AT + timedelta(hours=72)
# What one voter can do: whether on the roster, and what was written; None is silence.
ANSWERS = (
    (True, "+1"),
    (True, "0"),
    (True, "-1"),
    (True, "+0.9"),
    (False, "+1"),
    (False, "-1"),
    (False, None),
)
POLICIES = tuple(
    replace(PLAIN, min_hours=hours, min_binding=least, pause_for_rm=pauses)
    for hours in (0, 72)
    for least in (3, 4)
    for pauses in (False, True)
)


def cast_all(answers: tuple[tuple[bool, str | None], ...]) -> tuple[Ballot, ...]:
    return tuple(
        make_ballot(PMC[place] if on_roster else f"guest{place}", text)
        for place, (on_roster, text) in enumerate(answers)
        if text is not None
    )


def list_ballot_sets(most: int) -> Iterator[tuple[tuple[bool, str | None], ...]]:
    yield from combinations_with_replacement(ANSWERS, most)


def ask_oracle(
    policy: VotePolicy, answers: tuple[tuple[bool, str | None], ...], hours: float
) -> tuple[bool, bool, bool]:
    """Read voting.md, section 1, word by word: passes, overdue, waits for the RM."""
    written = [text for on_roster, text in answers if on_roster]
    yes = sum(1 for text in written if text == "+1")
    no = sum(1 for text in written if text == "-1")
    enough = yes >= policy.min_binding and yes > no
    due = hours >= policy.min_hours
    anybody_against = any(text == "-1" for _, text in answers)
    return (
        enough and due,
        policy.min_hours > 0 and due and not enough,
        policy.pause_for_rm and anybody_against,
    )


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_every_ballot_set_of_up_to_seven_voters_counts_as_the_policy_says(policy: VotePolicy) -> None:
    vote = make_round(policy)
    for answers in list_ballot_sets(7):
        ballots = cast_all(answers)
        for hours in (2, 71.99, 72):
            tally = tally_round(vote, ballots, OPENED_AT + timedelta(hours=hours))
            assert (tally.passes, tally.overdue, tally.needs_rm) == ask_oracle(policy, answers, hours)
            assert tally.passes == (not tally.unmet)
            assert tally.binding.total + tally.community.total == len(ballots)


def test_nothing_passes_a_moment_before_the_shortest_time_is_over() -> None:
    ballots = [make_ballot(member) for member in PMC]
    early = tally_round(make_round(), ballots, AT_DEADLINE - timedelta(microseconds=1))
    assert early.unmet == ("The vote is open until 2026-03-05 09:00 UTC.",)
    assert not early.overdue
    assert tally_round(make_round(), ballots, AT_DEADLINE).passes


def test_each_missing_condition_has_its_own_sentence() -> None:
    ballots = [make_ballot("pmc0", "+1"), make_ballot("pmc1", "-1")]
    assert tally_round(make_round(), ballots, OPENED_AT).unmet == (
        "The vote is open until 2026-03-05 09:00 UTC.",
        "1 of 3 required binding +1 votes were cast.",
        "More binding +1 than -1 votes are needed; there are 1 and 1.",
    )


def test_zero_hours_pass_as_soon_as_the_count_does() -> None:
    vote = make_round(replace(PLAIN, min_hours=0))
    ballots = [make_ballot(member, hours=0) for member in PMC[:3]]
    assert vote.deadline_at is None
    assert not tally_round(vote, ballots[:2], OPENED_AT).passes
    assert not tally_round(vote, ballots[:2], OPENED_AT + timedelta(days=99)).overdue
    assert tally_round(vote, ballots, OPENED_AT).passes


def test_somebody_who_left_the_pmc_counts_with_the_community() -> None:
    ballots = [make_ballot(member) for member in PMC[:3]]
    tally = tally_round(make_round(), ballots, AT_DEADLINE, left=frozenset({PMC[0]}))
    assert (tally.binding, tally.community) == (Counts(2), Counts(1))
    assert tally.overdue


def test_somebody_who_joined_the_pmc_later_is_not_binding() -> None:
    assert not is_binding(make_ballot("newcomer"), make_round(), frozenset())


@pytest.mark.parametrize("text", ["+0.5", "-0", "+0", "-0.9"])
def test_an_opinion_counts_for_the_community_and_keeps_its_text(text: str) -> None:
    choice, written = parse_choice(f" {text} ")
    assert (choice, written) == (Choice.ABSTAIN, text)
    tally = tally_round(make_round(), [make_ballot("pmc0", text)], AT_DEADLINE)
    assert (tally.binding, tally.community) == (Counts(), Counts(0, 1, 0))


@pytest.mark.parametrize(("text", "choice"), [("+1", "+1"), ("1", "+1"), ("0", "0"), ("-1", "-1")])
def test_a_whole_vote_is_read_as_such(text: str, choice: str) -> None:
    assert parse_choice(text) == (Choice(choice), choice)


@pytest.mark.parametrize("text", ["", "+2", "yes", "+1 (binding)", "--1", "\N{MINUS SIGN}1"])
def test_what_is_no_vote_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="say"):
        parse_choice(text)


def test_the_latest_ballot_of_a_person_wins() -> None:
    ballots = [make_ballot("pmc0", "-1", 1), make_ballot("pmc1", "+1", 2), make_ballot("pmc0", "+1", 3)]
    assert pick_current(ballots) == (ballots[1], ballots[2])
    assert pick_current(reversed(ballots)) == (ballots[1], ballots[2])


def test_at_the_same_instant_the_ballot_cast_later_wins() -> None:
    first, second = make_ballot("pmc0", "-1"), make_ballot("pmc0", "+1")
    assert pick_current([first, second]) == (second,)


def test_a_withdrawn_minus_one_no_longer_asks_for_the_release_manager() -> None:
    vote = make_round(replace(PLAIN, pause_for_rm=True))
    objected = make_ballot("guest", "-1", 1)
    assert tally_round(vote, [objected], AT_DEADLINE).needs_rm
    assert not tally_round(vote, [objected, make_ballot("guest", "0", 2)], AT_DEADLINE).needs_rm


def test_a_vote_held_elsewhere_counts_what_was_recorded_and_no_ballot() -> None:
    vote = make_round(replace(PLAIN, manual_vote=True, min_hours=0))
    ballots = [make_ballot(member) for member in PMC]
    waiting = tally_round(vote, ballots, AT_DEADLINE)
    assert (waiting.passes, waiting.binding.total) == (False, 0)
    assert "records the result" in waiting.unmet[0]
    result = ManualResult(True, "fine", "https://lists.example.org/1", (4, 0, 1), (2, 0, 0))
    tally = tally_round(replace(vote, manual_result=result), (), AT_DEADLINE)
    assert (tally.passes, tally.binding, tally.community) == (True, Counts(4, 0, 1), Counts(2))
    failed = tally_round(replace(vote, manual_result=replace(result, passed=False)), (), AT_DEADLINE)
    assert failed.unmet == ("The vote held elsewhere did not pass.",)


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "https://", "https://x y", "ftp://x"])
def test_a_recorded_result_names_a_thread_that_can_be_read(url: str) -> None:
    with pytest.raises(Invalid, match="http"):
        ManualResult(True, "", url, (3, 0, 0), (0, 0, 0))


def test_a_recorded_count_is_never_below_zero() -> None:
    with pytest.raises(Invalid, match="0 times"):
        ManualResult(True, "", "https://lists.example.org/1", (3, 0, 0), (0, -1, 0))


def test_a_ballot_keeps_within_its_limits() -> None:
    make_ballot("pmc0", comment="x" * LONGEST_COMMENT, evidence={"built": "x" * (LONGEST_EVIDENCE - 5)})
    with pytest.raises(Invalid, match="comment"):
        make_ballot("pmc0", comment="x" * (LONGEST_COMMENT + 1))
    with pytest.raises(Invalid, match="at most"):
        make_ballot("pmc0", evidence={"built": "x" * LONGEST_EVIDENCE})
    with pytest.raises(Invalid, match="at most"):
        make_ballot("pmc0", evidence={str(item): "done" for item in range(MOST_EVIDENCE + 1)})


def test_the_deadline_is_the_shortest_time_after_opening() -> None:
    assert find_deadline(OPENED_AT, PLAIN) == AT_DEADLINE
    assert find_deadline(OPENED_AT, replace(PLAIN, min_hours=0)) is None


def test_the_roster_hash_names_who_is_binding() -> None:
    vote = make_round(roster=frozenset({UserId("zoe"), UserId("amy")}))
    assert vote.roster_hash.hex == hashlib.sha512(b"amy\nzoe\n").hexdigest()


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (RoundState.OPEN, VoteStanding.OPEN),
        (RoundState.WAITING_FOR_RM, VoteStanding.WAITING_FOR_RM),
        (RoundState.PASSED, VoteStanding.PASSED),
        (RoundState.FAILED, VoteStanding.FAILED),
        (RoundState.CANCELLED, VoteStanding.CANCELLED),
    ],
)
def test_the_newest_round_decides_how_the_vote_stands(state: RoundState, standing: VoteStanding) -> None:
    earlier = make_round(state=RoundState.CANCELLED)
    assert find_standing([make_round(number=2, state=state), earlier], VOTED) is standing


def test_a_vote_on_other_bytes_counts_for_nothing() -> None:
    passed = make_round(state=RoundState.PASSED)
    assert find_standing([passed], OTHER) is VoteStanding.NONE
    assert find_standing([passed], None) is VoteStanding.NONE
    assert find_standing([], VOTED) is VoteStanding.NONE


def test_a_podling_has_not_passed_before_its_sponsor_agreed() -> None:
    first = make_round(kind=RoundKind.PODLING, state=RoundState.PASSED)
    assert not first.is_final
    assert find_standing([first], VOTED) is VoteStanding.OPEN
    second = make_round(kind=RoundKind.SPONSOR, number=2, state=RoundState.PASSED)
    assert second.is_final
    assert find_standing([first, second], VOTED) is VoteStanding.PASSED


@pytest.mark.parametrize("state", RoundState)
def test_three_states_are_the_end(state: RoundState) -> None:
    assert state.is_over == (state not in {RoundState.OPEN, RoundState.WAITING_FOR_RM})
