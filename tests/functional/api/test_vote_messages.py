# SPDX-License-Identifier: Apache-2.0
"""The mails of a vote over HTTP: listed, handed in, accepted."""

from dataclasses import replace

import pytest

from atr.domain.mail import OutgoingMail
from atr.domain.vote_message import MessageSource
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.services.vote_messages import receive_message
from tests.support.playground import add_person, make_project
from tests.support.vote_mail import KEYS, find_call, write_reply, write_signed
from tests.support.voting import seal_release, start_vote
from tests.support.website import Client, enter_as

MESSAGES = "/api/v1/releases/demo/main/1.0/votes/1/messages"
Headers = dict[str, str]


@pytest.fixture
def surroundings(surroundings: Surroundings) -> Surroundings:
    return replace(surroundings, mail_prover=KEYS.prover)


@pytest.fixture
def call(door: Door) -> OutgoingMail:
    make_project(door)
    seal_release(door)
    start_vote(door)
    return find_call(door)


@pytest.fixture
def rm(door: Door, call: OutgoingMail) -> Headers:
    return enter_as(door, "rm") | {"content-type": "message/rfc822"}


def test_a_mail_is_handed_in_and_shown_with_how_it_was_read(
    api: Client, rm: Headers, call: OutgoingMail
) -> None:
    for _ in range(2):
        answer = api.post(MESSAGES, content=write_signed(call), headers=rm)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["state"], answer.json()["voter"]) == ("counted", "alice")
    (mail,) = api.get(MESSAGES).json()["items"]
    assert (mail["sender"], mail["name"], mail["text"], mail["identity"]) == (
        None,
        "Alice",
        "+1",
        "Signed by example.org.",
    )


def test_a_mail_of_another_thread_is_refused(api: Client, rm: Headers, call: OutgoingMail) -> None:
    other = write_reply(call, In_Reply_To="<x@y.org>", References="", Subject="lunch")
    answer = api.post(MESSAGES, content=other, headers=rm)
    assert (answer.status_code, answer.json()["reasons"]) == (
        409,
        ["This mail does not answer the call for votes of round 1."],
    )


def test_a_mail_that_is_too_large_is_refused(api: Client, rm: Headers) -> None:
    answer = api.post(MESSAGES, content=b"x" * (100 * 1024 * 1024), headers=rm)
    assert answer.status_code == 413
    unannounced = api.post(MESSAGES, content=iter([b"x" * 1024 * 1024] * 6), headers=rm)
    assert unannounced.status_code == 413


def test_only_those_who_run_the_vote_hand_mails_in(api: Client, door: Door, call: OutgoingMail) -> None:
    headers = enter_as(door, "dave") | {"content-type": "message/rfc822"}
    assert api.post(MESSAGES, content=write_signed(call), headers=headers).status_code == 403
    assert api.get(MESSAGES.replace("votes/1", "votes/2")).status_code == 404


def test_an_unconfirmed_mail_is_accepted_for_a_reason(
    api: Client, door: Door, rm: Headers, call: OutgoingMail
) -> None:
    mail = api.post(MESSAGES, content=write_reply(call), headers=rm).json()
    assert (mail["state"], mail["may_accept"], mail["sender"]) == ("unconfirmed", True, "alice@example.org")
    address = f"{MESSAGES}/{mail['id']}/accept"
    rm = enter_as(door, "rm")
    assert api.post(address, json={"reason": ""}, headers=rm).status_code == 422
    accepted = api.post(address, json={"reason": "I called her"}, headers=rm)
    assert (accepted.json()["state"], accepted.json()["decided_reason"]) == ("counted", "I called her")


def test_mails_that_answer_no_vote_are_listed_for_sysadmins(
    api: Client, door: Door, call: OutgoingMail, rm: Headers
) -> None:
    lost = write_signed(call, In_Reply_To="", References="", Subject="[VOTE] Lost")
    receive_message(door, lost, MessageSource.LISTENER)
    root = enter_as(door, add_person(door, "root", sysadmin=True).label)
    (stray,) = api.get("/api/v1/mails/stray", headers=root).json()["items"]
    assert (stray["subject"], stray["text"], stray["message_id"]) == (
        "[VOTE] Lost",
        "+1",
        "<alice-1@mail.example.org>",
    )
    assert api.get("/api/v1/mails/stray", headers=enter_as(door, "rm")).status_code == 403
    assert api.get("/api/v1/mails/stray").status_code == 401
