# SPDX-License-Identifier: Apache-2.0
"""Receipts: signed when the ballot is taken, the same whenever asked for, and part of the result's root."""

import base64
import json
from dataclasses import replace

import pytest

from atr.domain.ballot_hash import hash_ballot, hash_ballots
from atr.domain.errors import NotFound, NotSignedIn
from atr.domain.people import ANONYMOUS
from atr.domain.vote import Round, RoundState
from atr.formats.ed25519 import SigningKey
from atr.formats.receipt import read_receipt
from atr.ports.unit_of_work import OpenUnit
from atr.services.ballots import CastBallot
from atr.services.door import Door
from atr.services.receipts import ListServiceKeys, NoteServiceKey, ShowReceipt, then_give_receipt
from atr.services.surroundings import Surroundings
from atr.services.vote_resolution import ResolveRound
from atr.services.votes import CancelRound
from tests.support.door import SettableClock
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY, cast_vote, seal_release, set_policy, show_round, start_vote


@pytest.fixture
def opened(door: Door) -> Round:
    make_project(door)
    seal_release(door)
    return start_vote(door)


def test_a_ballot_is_answered_with_a_receipt_of_exactly_it(
    door: Door, opened: Round, surroundings: Surroundings
) -> None:
    ballot = CastBallot(KEY, 1, "+1", opened.manifest_digest, "fine", {"built": "JDK 21"})
    given = door.perform(act_as(door, "alice"), then_give_receipt(ballot))
    signer = surroundings.signer
    said = read_receipt(given.receipt, {signer.key_id: base64.b64decode(signer.public_key)})
    (view,) = show_round(door).ballots
    assert said.ballot == str(hash_ballot(opened, view.ballot))
    assert (said.voter, said.choice, said.round, said.release) == ("alice", "+1", 1, "demo/main/1.0")
    assert (said.server, said.cast_at) == ("http://atr.example.org", "2026-11-21T12:00:00Z")
    assert said.manifest_digest == str(opened.manifest_digest)


def test_the_receipt_can_be_fetched_again_by_its_voter_alone(door: Door, opened: Round) -> None:
    ballot = CastBallot(KEY, 1, "+1", opened.manifest_digest)
    alice = act_as(door, "alice")
    given = door.perform(alice, then_give_receipt(ballot))
    assert door.ask(alice, ShowReceipt(KEY, 1)) == given.receipt
    with pytest.raises(NotFound, match="bob"):
        door.ask(act_as(door, "bob"), ShowReceipt(KEY, 1))
    with pytest.raises(NotSignedIn):
        door.ask(ANONYMOUS, ShowReceipt(KEY, 1))


def test_after_a_change_the_receipt_is_of_the_current_ballot(
    door: Door, opened: Round, clock: SettableClock
) -> None:
    cast_vote(door, "alice", "-1")
    first = door.ask(act_as(door, "alice"), ShowReceipt(KEY, 1))
    clock.advance(minutes=1)
    cast_vote(door, "alice", "+1")
    second = door.ask(act_as(door, "alice"), ShowReceipt(KEY, 1))
    assert [json.loads(each.payload)["choice"] for each in (first, second)] == ["-1", "+1"]


def test_the_result_keeps_the_root_over_all_ballots_even_changed_ones(
    door: Door, opened: Round, clock: SettableClock
) -> None:
    cast_vote(door, "dave", "-1")
    for voter in ("alice", "bob", "carol", "dave"):
        cast_vote(door, voter)
    assert show_round(door).vote.ballots_root is None
    clock.advance(hours=72)
    passed = door.perform(act_as(door, "rm"), ResolveRound(KEY, 1))
    views = show_round(door).ballots
    every = [each for view in views for each in (view.ballot, *view.earlier)]
    assert len(every) == 5
    assert passed.state is RoundState.PASSED
    assert passed.ballots_root == hash_ballots(passed, every)


def test_a_cancelled_vote_has_a_root_too(door: Door, opened: Round) -> None:
    assert door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "typo")).ballots_root is not None


def test_keys_that_were_replaced_stay_known(
    door: Door, open_unit: OpenUnit, clock: SettableClock, surroundings: Surroundings
) -> None:
    view = door.ask(ANONYMOUS, ListServiceKeys())
    assert [key.key_id for key in view.keys] == [surroundings.signer.key_id]
    door.keep(NoteServiceKey())
    door.keep(NoteServiceKey())
    clock.advance(days=1)
    newer = Door(open_unit, clock, replace(surroundings, signer=SigningKey(bytes(32))))
    newer.keep(NoteServiceKey())
    view = newer.ask(ANONYMOUS, ListServiceKeys())
    assert [key.key_id for key in view.keys] == [view.current, surroundings.signer.key_id]


def test_a_vote_held_elsewhere_has_no_ballots_to_prove(door: Door) -> None:
    make_project(door)
    set_policy(door, manual_vote=True)
    seal_release(door)
    start_vote(door)
    cancelled = door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "typo"))
    assert cancelled.ballots_root is None
