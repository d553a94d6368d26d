# SPDX-License-Identifier: Apache-2.0
"""Mails that came in, as they are stored: each once, with what it said, until its time is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from atr.domain.mail import OutgoingMail
from atr.domain.names import MailAddress
from atr.domain.people import ANONYMOUS
from atr.domain.vote_message import MessageState
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Door
from atr.services.vote_message_views import ListMessages
from atr.services.votes import CancelRound
from tests.support.door import NOON
from tests.support.playground import act_as, make_project
from tests.support.vote_mail import find_call, receive, write_reply
from tests.support.voting import KEY, seal_release, start_vote


@pytest.fixture
def call(door: Door) -> OutgoingMail:
    make_project(door)
    seal_release(door)
    start_vote(door)
    return find_call(door)


def test_a_mail_is_stored_once_and_as_it_came(door: Door, call: OutgoingMail, open_unit: OpenUnit) -> None:
    raw = write_reply(call)
    message = receive(door, raw)
    with open_unit() as unit:
        mails = unit.vote_messages
        assert mails.find(message.id) == mails.find_by_message_id(message.message_id) == message
        assert mails.list(KEY, 1) == (message,)
        assert mails.read_raw(message.id) == raw
        assert mails.read_raw(999) is None
        assert mails.find(999) is None
        assert mails.add(replace(message, text="-1"), b"other") is None
        assert mails.find_round(["<unknown@x.org>", message.message_id]) == (KEY, 1)
        assert mails.find_round([]) is None
        assert mails.was_asked(KEY, 1, MailAddress("ALICE@example.org"))
        assert not mails.was_asked(KEY, 1, MailAddress("bob@example.org"))


def test_what_became_of_a_mail_changes_and_what_it_said_does_not(
    door: Door, call: OutgoingMail, open_unit: OpenUnit
) -> None:
    message = receive(door, write_reply(call))
    rejected = replace(message, state=MessageState.REJECTED, reasons=("late",))
    with open_unit() as unit:
        unit.vote_messages.save(replace(rejected, text="-1"))
        unit.commit()
    with open_unit() as unit:
        assert unit.vote_messages.find(message.id) == rejected


def test_addresses_and_raw_mails_end_some_time_after_the_round(
    door: Door, call: OutgoingMail, open_unit: OpenUnit
) -> None:
    message = receive(door, write_reply(call))
    with open_unit() as unit:
        assert unit.vote_messages.forget_contacts(NOON + timedelta(days=99)) == 0
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "wrong files"))
    with open_unit() as unit:
        assert unit.vote_messages.forget_contacts(NOON - timedelta(days=1)) == 0
        assert unit.vote_messages.forget_contacts(NOON) == 1
        assert unit.vote_messages.forget_contacts(NOON) == 0
        assert unit.vote_messages.read_raw(message.id) is None
        unit.commit()
    (view,) = door.ask(ANONYMOUS, ListMessages(KEY, 1))
    assert (view.message.text, view.message.sender) == ("+1", None)
