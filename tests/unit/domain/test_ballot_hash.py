# SPDX-License-Identifier: Apache-2.0
"""A hash names exactly one ballot, and a root exactly one set of ballots."""

import hashlib
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from atr.domain.artifact import Digest
from atr.domain.ballot_hash import combine_hashes, hash_ballot, hash_ballots
from atr.domain.names import UserId
from atr.domain.vote import BallotDoor, Choice
from tests.unit.domain.vote_samples import OTHER, make_ballot, make_round

VOTE = make_round()
BALLOT = make_ballot("pmc0", comment="fine — “really”", evidence={"built": "JDK 21", "tests": "all"})


def test_a_ballot_is_hashed_in_the_documented_form() -> None:
    text = (
        '{"cast_at":"2026-03-02T10:00:00Z","choice":"+1","comment":"fine — “really”","door":"api",'
        '"evidence":{"built":"JDK 21","tests":"all"},'
        f'"manifest_digest":"sha512:{"a" * 128}","release":"tika/main/3.1.0","round":1,"voter":"pmc0"}}'
    )
    assert str(hash_ballot(VOTE, BALLOT)) == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@pytest.mark.parametrize(
    "change",
    [
        {"voter": UserId("pmc1")},
        {"choice": Choice.AGAINST, "text": "-1"},
        {"text": "+0.9"},
        {"manifest_digest": OTHER},
        {"cast_at": BALLOT.cast_at + timedelta(microseconds=1)},
        {"door": BallotDoor.MAIL},
        {"comment": "fine"},
        {"evidence": {}},
    ],
    ids=",".join,
)
def test_whatever_is_changed_changes_the_hash(change: dict[str, object]) -> None:
    assert hash_ballot(VOTE, replace(BALLOT, **change)) != hash_ballot(VOTE, BALLOT)  # type: ignore[arg-type]


def test_another_round_makes_another_hash() -> None:
    assert hash_ballot(replace(VOTE, number=2), BALLOT) != hash_ballot(VOTE, BALLOT)


def test_the_zone_a_time_is_written_in_makes_no_difference() -> None:
    elsewhere = replace(BALLOT, cast_at=BALLOT.cast_at.astimezone(timezone(timedelta(hours=9))))
    assert hash_ballot(VOTE, elsewhere) == hash_ballot(VOTE, BALLOT)


def test_the_root_is_of_the_set_and_not_of_its_order() -> None:
    ballots = [BALLOT, make_ballot("pmc1", "-1"), make_ballot("pmc0", "-1", 2)]
    assert hash_ballots(VOTE, ballots) == hash_ballots(VOTE, reversed(ballots))
    assert hash_ballots(VOTE, ballots[1:]) != hash_ballots(VOTE, ballots)
    assert hash_ballots(VOTE, [*ballots, BALLOT]) != hash_ballots(VOTE, ballots)
    assert combine_hashes([]) == Digest("sha256", hashlib.sha256(b"").hexdigest())
