# SPDX-License-Identifier: Apache-2.0
"""The timeline ends where the tally is, and shows every step to it."""

from hypothesis import given, strategies

from atr.domain.names import UserId
from atr.domain.vote import Counts, tally_round
from atr.domain.vote_timeline import trace_tally
from tests.unit.domain.vote_samples import OPENED_AT, PMC, make_ballot, make_round

BALLOTS = strategies.lists(
    strategies.builds(
        make_ballot,
        strategies.sampled_from([*PMC[:4], "guest0", "guest1"]),
        strategies.sampled_from(["+1", "0", "-1", "+0.5"]),
        strategies.integers(0, 9),
    ),
    max_size=12,
)


def test_each_ballot_is_a_point_with_the_count_after_it() -> None:
    ballots = [make_ballot("pmc0", "-1", 1), make_ballot("guest", "+1", 2), make_ballot("pmc0", "+1", 3)]
    first, second, third = trace_tally(make_round(), ballots)
    assert (first.binding, first.community, first.is_binding) == (Counts(0, 0, 1), Counts(), True)
    assert (second.binding, second.community, second.changed) == (Counts(0, 0, 1), Counts(1), False)
    assert (third.binding, third.changed, third.text) == (Counts(1), True, "+1")


@given(BALLOTS)
def test_the_last_point_is_the_tally(ballots: list) -> None:  # type: ignore[type-arg]
    vote, left = make_round(), frozenset({UserId("pmc1")})
    points = trace_tally(vote, ballots, left)
    assert len(points) == len(ballots)
    if points:
        tally = tally_round(vote, ballots, OPENED_AT, left)
        assert (points[-1].binding, points[-1].community) == (tally.binding, tally.community)


def test_a_vote_without_ballots_has_no_points() -> None:
    assert trace_tally(make_round(), ()) == ()
