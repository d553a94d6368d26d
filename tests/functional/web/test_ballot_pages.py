# SPDX-License-Identifier: Apache-2.0
"""What a voter did, the receipt of the ballot, and ballots that were refused, on the page of a vote."""

import json

import pytest

from atr.services.door import Door
from tests.support.browsing import walk_in
from tests.support.door import SettableClock
from tests.support.playground import make_project
from tests.support.voting import cast_vote, seal_release, start_vote
from tests.support.website import Client

ROUND = "/releases/demo/main/1.0/votes/1"


@pytest.fixture
def opened(door: Door) -> str:
    make_project(door)
    seal_release(door)
    return str(start_vote(door).manifest_digest)


def test_what_the_voter_did_is_ticked_and_shown_to_everybody(door: Door, api: Client, opened: str) -> None:
    alice = walk_in(api, door, "alice")
    form = {"choice": "+1", "manifest_digest": opened, "done": ["built", "tests"], "platform": "Debian 12"}
    alice.send(f"{ROUND}/ballot", form)
    seen = walk_in(api, door).look(ROUND)
    for words in ("Built it", "Ran the tests", "Debian 12"):
        assert words in seen.text


def test_an_item_that_is_none_is_refused_beside_the_form(door: Door, api: Client, opened: str) -> None:
    form = {"choice": "+1", "manifest_digest": opened, "done": "danced"}
    sent = walk_in(api, door, "alice").send(f"{ROUND}/ballot", form)
    assert (sent.status, "There is no such item" in sent.text) == (422, True)


def test_the_receipt_of_ones_ballot_is_a_file(door: Door, api: Client, opened: str) -> None:
    alice = walk_in(api, door, "alice")
    assert "Receipt" not in alice.look(ROUND).text
    cast_vote(door, "alice")
    assert "Receipt" in alice.look(ROUND).text
    got = alice.look(f"{ROUND}/receipt").answer
    assert got.headers["content-disposition"] == 'attachment; filename="receipt-demo-1.0-round-1.json"'
    assert json.loads(got.text)["payloadType"] == "application/vnd.atr.ballot-receipt+json"


def test_a_refused_ballot_is_shown_to_the_release_manager_alone(door: Door, api: Client, opened: str) -> None:
    form = {"choice": "-1", "manifest_digest": f"sha512:{'0' * 128}"}
    assert walk_in(api, door, "alice").send(f"{ROUND}/ballot", form).status == 409
    assert "Ballots that were not taken" in walk_in(api, door, "rm").look(ROUND).text
    assert "Ballots that were not taken" not in walk_in(api, door).look(ROUND).text


def test_an_overdue_vote_says_so_and_a_closed_one_shows_its_root(
    door: Door, api: Client, opened: str, clock: SettableClock
) -> None:
    clock.advance(hours=73)
    rm = walk_in(api, door, "rm")
    assert "Overdue" in rm.look(ROUND).text
    rm.send(f"{ROUND}/resolve", {"outcome": "failed"})
    seen = rm.look(ROUND)
    assert "Ballots root" in seen.text
    assert "Roster hash" in seen.text


def test_a_ballot_is_taken_back_on_the_page_and_stays_in_sight(
    door: Door, api: Client, opened: str, clock: SettableClock
) -> None:
    alice = walk_in(api, door, "alice")
    assert "Take my vote back" not in alice.look(ROUND).text
    cast_vote(door, "alice")
    assert "Take my vote back" in alice.look(ROUND).text
    alice.send(f"{ROUND}/withdraw")
    seen = alice.look(ROUND).text
    assert "Ballots that were taken back" in seen
    assert "Nobody has voted yet." in seen
    clock.advance(minutes=5)
    refused = alice.send(f"{ROUND}/withdraw")
    assert (refused.status, "There is no ballot of yours to take back." in refused.text) == (409, True)
