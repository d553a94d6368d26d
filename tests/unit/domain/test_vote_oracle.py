# SPDX-License-Identifier: Apache-2.0
"""The program and an independent reading of the rules agree on every small vote and on random ones."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations_with_replacement, permutations

import pytest
from hypothesis import given, strategies

from atr.domain.names import UserId
from atr.domain.vote import Counts, RoundKind, find_standing, tally_round
from atr.domain.vote_timeline import trace_tally
from tests.unit.domain.vote_course import run_course
from tests.unit.domain.vote_oracle import Rules, Said, Voter, tell_course
from tests.unit.domain.vote_samples import OPENED_AT, PLAIN, VOTED, make_ballot, make_round

# Member, left since, and what was said when: answers, changes, silence, lateness.
KINDS: tuple[tuple[bool, bool, tuple[Said, ...]], ...] = (
    (True, False, ((1, "+1"),)),
    (True, False, ((2, "-1"),)),
    (True, False, ((1, "-1"), (3, "+1"))),
    (True, False, ((1, "+1"), (80, "-1"))),
    (True, False, ((90, "+1"),)),
    (True, True, ((1, "+1"),)),
    (False, False, ((1, "-1"), (72, "+0.9"))),
    (False, False, ()),
)
RULES = (Rules(), Rules(min_hours=0), Rules(min_binding=4, pause_for_rm=True))


def make_voters(kinds: tuple[tuple[bool, bool, tuple[Said, ...]], ...]) -> list[Voter]:
    return [Voter(f"voter{place}", *kind) for place, kind in enumerate(kinds)]


def compare(rules: Rules, voters: list[Voter]) -> None:
    policy = replace(
        PLAIN,
        min_hours=rules.min_hours,
        min_binding=rules.min_binding,
        pause_for_rm=rules.pause_for_rm,
        auto_resolve=rules.auto_resolve,
    )
    course, ballots = run_course(policy, voters)
    assert course == tell_course(rules, voters), voters
    assert course.passed_at is None or course.passed_at >= rules.min_hours
    vote = make_round(policy, roster=frozenset(UserId(each.name) for each in voters if each.is_member))
    left = frozenset(UserId(each.name) for each in voters if each.has_left)
    for point in trace_tally(vote, ballots, left)[-1:]:
        assert (point.binding, point.community) == (Counts(*course.binding), Counts(*course.community))


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_every_vote_of_seven_people_takes_the_course_that_the_rules_tell(rules: Rules) -> None:
    for kinds in combinations_with_replacement(KINDS, 7):
        compare(rules, make_voters(kinds))


def test_the_order_in_which_four_people_answer_decides_an_expedited_vote_as_told() -> None:
    texts = ("+1", "+1", "+1", "-1", "-1")
    for order in set(permutations(texts)):
        voters = [Voter(f"voter{n}", True, False, ((n, text),)) for n, text in enumerate(order)]
        compare(Rules(min_hours=0), voters)


def list_electorates() -> Iterator[tuple[tuple[bool, bool, str | None], ...]]:
    """Yield what seven people may be to podling and sponsor, and what they say."""
    kinds = [
        (first, second, text) for first in (True, False) for second in (True, False) for text in ("+1", "-1")
    ]
    yield from combinations_with_replacement((*kinds, (False, False, None)), 7)


def test_both_rounds_of_a_podling_count_with_their_own_rosters() -> None:
    due = OPENED_AT + timedelta(hours=72)
    for people in list_electorates():
        passed = []
        for round_number, kind in enumerate((RoundKind.PODLING, RoundKind.SPONSOR)):
            roster = frozenset(UserId(f"p{n}") for n, each in enumerate(people) if each[round_number])
            vote = make_round(kind=kind, number=round_number + 1, roster=roster)
            ballots = [make_ballot(f"p{n}", each[2]) for n, each in enumerate(people) if each[2] is not None]
            tally = tally_round(vote, ballots, due)
            yes = sum(1 for each in people if each[round_number] and each[2] == "+1")
            no = sum(1 for each in people if each[round_number] and each[2] == "-1")
            assert tally.passes == (yes >= 3 and yes > no)
            assert tally.binding == Counts(yes, 0, no)
            passed.append(tally.passes)
        assert len(passed) == 2


def test_only_both_rounds_together_are_a_result() -> None:
    first = make_round(kind=RoundKind.PODLING)
    assert str(find_standing([first], VOTED)) == "open"


SAYINGS = strategies.tuples(
    strategies.integers(0, 400).map(lambda half: half / 2),
    strategies.sampled_from(("+1", "+1", "+1", "0", "-1", "+0.5", "-0", "+0")),
)
VOTERS = strategies.lists(
    strategies.tuples(
        strategies.booleans(), strategies.booleans(), strategies.lists(SAYINGS, max_size=4).map(tuple)
    ),
    max_size=9,
)


@given(
    voters=VOTERS,
    rules=strategies.builds(
        Rules,
        min_hours=strategies.sampled_from((0, 1, 72, 150)),
        min_binding=strategies.integers(3, 5),
        pause_for_rm=strategies.booleans(),
        auto_resolve=strategies.booleans(),
    ),
)
def test_any_vote_takes_the_course_that_the_rules_tell(
    voters: list[tuple[bool, bool, tuple[Said, ...]]], rules: Rules
) -> None:
    compare(rules, make_voters(tuple(voters)))
