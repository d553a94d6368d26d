# SPDX-License-Identifier: Apache-2.0
"""Mail as a value: no header can break out of its line."""

from dataclasses import replace

import pytest

from atr.domain.errors import Invalid
from atr.domain.mail import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    MailKind,
    MailState,
    OutgoingMail,
    is_one_line,
    make_message_id,
)
from atr.domain.names import MailAddress
from tests.unit.domain.vote_samples import OPENED_AT, RELEASE

MAIL = OutgoingMail(
    message_id="<1@example.org>",
    kind=MailKind.VOTE_START,
    release=RELEASE,
    to=(MailAddress("dev@example.org"),),
    subject="[VOTE] Release",
    body="Hello",
    queued_at=OPENED_AT,
)


def test_a_mail_begins_in_the_queue() -> None:
    assert MAIL.state is MailState.QUEUED


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "  ",
        "a\nBcc: x@y",
        "a\rb",
        "a\0b",
        "a\x0bb",
        "a\x0cb",
        "a\x1cb",
        "a\x85b",
        "a\u2028b",
        "a\u2029b",
        "a\ud800b",
    ],
)
def test_a_subject_of_more_or_less_than_one_line_is_refused(subject: str) -> None:
    assert not is_one_line(subject)
    with pytest.raises(Invalid, match="one line"):
        replace(MAIL, subject=subject)


def test_subject_and_body_keep_within_their_limits() -> None:
    replace(MAIL, subject="x" * LONGEST_SUBJECT, body="x" * LONGEST_BODY)
    with pytest.raises(Invalid, match="within"):
        replace(MAIL, subject="x" * (LONGEST_SUBJECT + 1))
    with pytest.raises(Invalid, match="within"):
        replace(MAIL, body="x" * (LONGEST_BODY + 1))


def test_a_mail_to_nobody_is_refused() -> None:
    with pytest.raises(Invalid, match="no address"):
        replace(MAIL, to=())


@pytest.mark.parametrize("text", ["", "1@example.org", "<1@example.org>\r\nBcc: x@y", "<a b@c>", "<@>"])
def test_a_message_id_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="message id"):
        replace(MAIL, in_reply_to=text or "<>")
    with pytest.raises(Invalid, match="message id"):
        replace(MAIL, message_id=text or "<>")


def test_the_same_occasion_always_gets_the_same_message_id() -> None:
    first = make_message_id("example.org", "vote start", "tika/main/3.1.0", "1")
    assert first == make_message_id("example.org", "vote start", "tika/main/3.1.0", "1")
    assert first != make_message_id("example.org", "vote start", "tika/main/3.1.0", "2")
    assert make_message_id("h", "ab", "c") != make_message_id("h", "a", "bc")
    replace(MAIL, message_id=first)
