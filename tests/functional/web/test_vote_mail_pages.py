# SPDX-License-Identifier: Apache-2.0
"""Votes by mail on pages: shown with how they were read, accepted for a reason, confirmed by a link."""

from dataclasses import replace

import pytest

from atr.domain.mail import OutgoingMail
from atr.domain.vote_message import VoteMessage
from atr.services.door import Door
from atr.services.sender_questions import AskSender
from atr.services.surroundings import Surroundings
from tests.support.browsing import walk_in
from tests.support.door import RecordedQueue
from tests.support.playground import make_project
from tests.support.vote_mail import KEYS, find_call, receive, write_reply, write_signed
from tests.support.voting import make_bench, seal_release, show_round, start_vote
from tests.support.website import Client

ROUND = "/releases/demo/main/1.0/votes/1"


@pytest.fixture
def surroundings(surroundings: Surroundings) -> Surroundings:
    return replace(surroundings, mail_prover=KEYS.prover)


@pytest.fixture
def call(door: Door) -> OutgoingMail:
    make_project(door)
    seal_release(door)
    start_vote(door)
    return find_call(door)


def find_link(door: Door, surroundings: Surroundings, queue: RecordedQueue, message: VoteMessage) -> str:
    bench = make_bench(door, surroundings, queue)
    AskSender(message.id).run(bench.tools)
    (mail,) = bench.mail.sent.values()
    line = next(line for line in mail.body.splitlines() if "/confirm-mail/" in line)
    return line.removeprefix("http://atr.example.org")


def test_every_mail_is_shown_with_how_it_was_read(api: Client, door: Door, call: OutgoingMail) -> None:
    receive(door, write_signed(call))
    receive(door, write_signed(call, "bob", "> +1"))
    text = walk_in(api, door).look(ROUND).text
    assert "Signed by example.org." in text
    assert "no vote" in text
    assert "Count it all the same" not in text


def test_an_unconfirmed_mail_is_accepted_for_a_reason(api: Client, door: Door, call: OutgoingMail) -> None:
    message = receive(door, write_reply(call))
    rm = walk_in(api, door, "rm")
    assert "Count it all the same" in rm.look(ROUND).text
    refused = rm.send(f"{ROUND}/messages/{message.id}/accept", {"reason": ""})
    assert "Say why" in refused.text
    accepted = rm.send(f"{ROUND}/messages/{message.id}/accept", {"reason": "I called her"})
    assert accepted.leads_to == f"{ROUND}#messages"
    assert "I called her" in rm.look(ROUND).text


def test_a_member_confirms_a_mail(
    api: Client, door: Door, call: OutgoingMail, surroundings: Surroundings, queue: RecordedQueue
) -> None:
    link = find_link(door, surroundings, queue, receive(door, write_reply(call)))
    somebody = walk_in(api, door)
    assert "+1 as Alice" in somebody.look(link).text
    assert show_round(door).ballots == ()
    assert somebody.send(link).leads_to == ROUND
    assert show_round(door).tally.binding.in_favour == 1
    assert "dealt with already" in somebody.look(link).text


def test_a_stranger_confirms_a_mail_with_a_name(
    api: Client, door: Door, call: OutgoingMail, surroundings: Surroundings, queue: RecordedQueue
) -> None:
    link = find_link(door, surroundings, queue, receive(door, write_reply(call, "stranger")))
    somebody = walk_in(api, door)
    notice = somebody.look(link).values["notice"]
    assert "Choose the name" in somebody.send(link, {"display_name": "", "notice": notice}).text
    somebody.send(link, {"display_name": "Kim", "notice": notice})
    assert show_round(door).ballots[0].name == "Kim"
