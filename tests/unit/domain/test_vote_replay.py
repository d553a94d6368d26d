# SPDX-License-Identifier: Apache-2.0
"""A past vote counted under another policy: only what the policy changes, changes."""

from dataclasses import replace
from datetime import timedelta

from atr.domain.names import UserId
from atr.domain.policy import VotePolicy
from atr.domain.vote import Ballot, Round, RoundState, WithdrawnBallot
from atr.domain.vote_replay import Comparison, Course, Outcome, apply_difference, compare_policies
from tests.unit.domain.vote_samples import OPENED_AT, PLAIN, PMC, make_ballot, make_round

END = OPENED_AT + timedelta(hours=72)
VOTE = make_round(state=RoundState.PASSED, closed_at=END)
THREE = [make_ballot(member, "+1", hours) for hours, member in enumerate(PMC[:3], 1)]


def compare(policy: VotePolicy, ballots: list[Ballot] = THREE, vote: Round = VOTE) -> Comparison:
    return compare_policies(vote, Course(ballots), policy, END + timedelta(days=9))


def test_the_same_policy_changes_nothing() -> None:
    same = compare(PLAIN)
    assert (same.before, same.why, same.is_other_outcome) == (same.after, (), False)
    assert (same.before.outcome, same.before.decided_at) == (Outcome.PASSES, END)


def test_a_higher_minimum_names_what_is_missing() -> None:
    raised = compare(replace(PLAIN, min_binding=4))
    assert (raised.after.outcome, raised.is_other_outcome) == (Outcome.STAYS_OPEN, True)
    assert raised.why == (
        "It does not pass instead of: passes.",
        "3 of 4 required binding +1 votes were cast.",
    )


def test_a_shorter_time_decides_earlier_and_leaves_late_ballots_out() -> None:
    ballots = [*THREE, make_ballot("pmc4", "-1", 60), make_ballot("pmc5", "-1", 61)]
    shorter = compare(replace(PLAIN, min_hours=48), ballots)
    assert not shorter.is_other_outcome
    assert shorter.after.unheard == 2
    assert shorter.why == (
        "It is decided 24.0 hours earlier, on 2026-03-04 09:00 UTC.",
        "2 more ballots come too late to count.",
    )
    one = compare(replace(PLAIN, min_hours=48), ballots[:4])
    assert one.why[-1] == "1 more ballot comes too late to count."


def test_ballots_that_turned_a_vote_do_not_turn_a_shorter_one() -> None:
    ballots = [*THREE, *(make_ballot(member, "-1", 60) for member in PMC[3:6])]
    lost = replace(VOTE, state=RoundState.FAILED)
    shorter = compare(replace(PLAIN, min_hours=48), ballots, lost)
    assert (shorter.before.outcome, shorter.after.outcome) == (Outcome.STAYS_OPEN, Outcome.PASSES)
    assert shorter.why[0] == "It passes instead of: does not pass."


def test_a_longer_time_decides_later() -> None:
    longer = compare(replace(PLAIN, min_hours=96))
    assert longer.why == ("It is decided 24.0 hours later, on 2026-03-06 09:00 UTC.",)


def test_an_expedited_vote_is_decided_by_the_third_ballot() -> None:
    expedited = compare(replace(PLAIN, min_hours=0))
    assert expedited.after.decided_at == OPENED_AT + timedelta(hours=3)


def test_an_overdue_vote_is_decided_by_the_ballot_that_makes_it_pass() -> None:
    late = [*THREE[:2], make_ballot("pmc2", "+1", 100)]
    vote = replace(VOTE, closed_at=OPENED_AT + timedelta(hours=100))
    assert compare(PLAIN, late, vote).before.decided_at == OPENED_AT + timedelta(hours=100)


def test_a_minus_one_waits_for_the_release_manager_only_where_the_policy_says_so() -> None:
    ballots = [*THREE, make_ballot("guest", "-1", 5)]
    assert compare(replace(PLAIN, pause_for_rm=True), ballots).after.outcome is Outcome.WAITS
    assert compare(replace(PLAIN, pause_for_rm=True)).after.outcome is Outcome.PASSES


def test_without_automatic_resolution_every_ballot_until_the_end_is_heard() -> None:
    ballots = [*THREE, *(make_ballot(member, "-1", 80) for member in PMC[3:6])]
    vote = replace(VOTE, closed_at=OPENED_AT + timedelta(hours=90))
    by_hand = compare(replace(PLAIN, auto_resolve=False), ballots, vote)
    assert (by_hand.before.outcome, by_hand.after.outcome) == (Outcome.PASSES, Outcome.STAYS_OPEN)


def test_a_vote_held_elsewhere_cannot_be_replayed() -> None:
    elsewhere = compare(replace(PLAIN, manual_vote=True))
    assert elsewhere.why == ("It is held elsewhere instead of: passes.",)
    manual = replace(VOTE, policy=replace(PLAIN, manual_vote=True), deadline_at=None)
    assert compare(PLAIN, [], manual).before.outcome is Outcome.ELSEWHERE


def test_time_that_was_added_is_added_again() -> None:
    extended = replace(VOTE, deadline_at=END + timedelta(hours=24), closed_at=END + timedelta(hours=24))
    assert compare(replace(PLAIN, min_hours=96), vote=extended).after.decided_at == END + timedelta(hours=48)


def test_who_left_stays_away() -> None:
    vote = replace(VOTE, departed=frozenset({UserId("pmc0")}))
    assert compare(PLAIN, vote=vote).before.outcome is Outcome.STAYS_OPEN


def test_a_vote_without_ballots_says_what_it_lacks() -> None:
    empty = compare(replace(PLAIN, min_hours=0), [], replace(VOTE, closed_at=None))
    assert empty.after.outcome is Outcome.STAYS_OPEN
    assert len(empty.after.unmet) == 2


def test_only_the_fields_that_differ_are_changed() -> None:
    own = replace(PLAIN, min_hours=100, min_binding=5)
    assert apply_difference(own, PLAIN, replace(PLAIN, min_hours=24)) == replace(own, min_hours=24)


def test_what_was_taken_back_counted_until_then() -> None:
    taken = WithdrawnBallot(make_ballot(PMC[2], "+1", 3), OPENED_AT + timedelta(hours=60))
    course = Course(THREE[:2], (taken,))
    told = compare_policies(VOTE, course, replace(PLAIN, min_hours=48), END)
    assert (told.before.outcome, told.after.outcome) == (Outcome.STAYS_OPEN, Outcome.PASSES)
