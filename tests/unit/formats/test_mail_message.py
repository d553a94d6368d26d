# SPDX-License-Identifier: Apache-2.0
"""A mail as bytes says what the value says, and nothing in it becomes another header."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis.strategies import text

from atr.domain.errors import Invalid
from atr.domain.mail import MailKind, OutgoingMail, make_message_id
from atr.domain.names import MailAddress, ReleaseKey, UserId
from atr.formats.mail_message import Letterhead, encode_mail

SENDER = MailAddress("atr@foundation.example.org")
MAIL = OutgoingMail(
    message_id=make_message_id("lists.foundation.example.org", "vote"),
    kind=MailKind.VOTE_START,
    release=ReleaseKey.parse("tika/3.1.0"),
    to=(MailAddress("dev@tika.example.org"), MailAddress("testers@example.org")),
    subject="[VOTE] Release Tika 3.1.0",
    body="Please vote.\n\n+1 to release\n",
    queued_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
)


def read_back(mail: OutgoingMail, name: str = "") -> EmailMessage:
    message = message_from_bytes(encode_mail(mail, Letterhead(SENDER, name)), policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_every_field_is_a_header_or_the_body() -> None:
    message = read_back(MAIL, "The Foundation")
    assert message["From"] == "The Foundation <atr@foundation.example.org>"
    assert message["To"] == "dev@tika.example.org, testers@example.org"
    assert message["Subject"] == "[VOTE] Release Tika 3.1.0"
    assert message["Message-ID"] == MAIL.message_id
    assert message["Date"].datetime == MAIL.queued_at
    assert message["In-Reply-To"] is None
    assert message.get_content() == MAIL.body


def test_a_reply_names_what_it_answers_so_that_readers_thread_it() -> None:
    for host in ("example.org", "h" * 60 + "." + "g" * 50):
        start = make_message_id(host, "start")
        message = read_back(replace(MAIL, in_reply_to=start))
        assert message["In-Reply-To"] == message["References"] == start


def test_the_same_mail_always_gives_the_same_bytes() -> None:
    assert encode_mail(MAIL, Letterhead(SENDER)) == encode_mail(replace(MAIL), Letterhead(SENDER))


@pytest.mark.parametrize(
    "body", ["Gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n\n", "x" * 2000 + "\n", "From here\n.\n", "=20\n"]
)
def test_any_text_arrives_as_it_was_written(body: str) -> None:
    data = encode_mail(replace(MAIL, body=body), Letterhead(SENDER))
    assert max(map(len, data.split(b"\n"))) <= 998
    assert read_back(replace(MAIL, body=body)).get_content() == body


@given(text(max_size=200))
def test_no_subject_brings_a_header_of_its_own(subject: str) -> None:
    try:
        mail = replace(MAIL, subject=subject)
    except Invalid:
        return
    message = read_back(mail)
    assert sorted(message.keys()) == sorted(read_back(MAIL).keys())
    assert message["To"] == "dev@tika.example.org, testers@example.org"


def test_an_address_of_odd_but_legal_form_stays_one_address() -> None:
    odd = MailAddress("a..b!c@example.org")
    (address,) = read_back(replace(MAIL, to=(odd,)))["To"].addresses
    assert (address.username, address.domain) == ("a..b!c", "example.org")


def test_a_reminder_says_where_it_is_switched_off_and_where_answers_go() -> None:
    mail = replace(MAIL, receiver=UserId("amy"), reply_to=MAIL.to[:1], in_reply_to="<0@example.org>")
    head = Letterhead(SENDER, "The Foundation", "https://atr.example.org")
    data = encode_mail(mail, head)
    assert b"List-Unsubscribe: <https://atr.example.org/me/reminders>\n" in data
    message = message_from_bytes(data, policy=default)
    assert message["List-Id"] == "Reminders to vote <reminders.foundation.example.org>"
    assert message["Reply-To"] == "dev@tika.example.org"
    assert message["References"] == message["In-Reply-To"] == "<0@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "List-Id" not in read_back(MAIL)
