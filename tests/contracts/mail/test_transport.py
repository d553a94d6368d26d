# SPDX-License-Identifier: Apache-2.0
"""What every way for mail to leave keeps to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from atr.domain.mail import MailKind, OutgoingMail
from atr.domain.names import MailAddress, ReleaseKey
from atr.formats.mail_message import Letterhead
from atr.mail.maildir import Maildir
from atr.mail.memory import MemoryMail
from atr.mail.stationery import Stationery
from atr.ports.mail import MailTransport

MAIL = OutgoingMail(
    message_id="<1@example.org>",
    kind=MailKind.VOTE_START,
    release=ReleaseKey.parse("tika/3.1.0"),
    to=(MailAddress("dev@tika.example.org"),),
    subject="[VOTE] Release Tika 3.1.0",
    body="Please vote.\n",
    queued_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
)


def make_maildir(folder: Path) -> MailTransport:
    return Maildir(folder / "mail", Stationery(Letterhead(MailAddress("atr@example.org"))))


def make_memory(_folder: Path) -> MailTransport:
    return MemoryMail()


@pytest.fixture(params=[make_maildir, make_memory])
def transport(request: pytest.FixtureRequest, tmp_path: Path) -> MailTransport:
    make: Callable[[Path], MailTransport] = request.param
    return make(tmp_path)


def test_nothing_was_delivered_before_it_was(transport: MailTransport) -> None:
    assert not transport.was_delivered(MAIL.message_id)


def test_a_delivered_mail_is_known(transport: MailTransport) -> None:
    transport.deliver(MAIL)
    assert transport.was_delivered(MAIL.message_id)
    assert not transport.was_delivered("<2@example.org>")


def test_a_forgotten_mail_leaves_nothing(transport: MailTransport) -> None:
    transport.forget(MAIL.message_id)
    transport.deliver(MAIL)
    transport.forget(MAIL.message_id)
    assert not transport.was_delivered(MAIL.message_id)


def test_delivering_again_is_harmless(transport: MailTransport) -> None:
    transport.deliver(MAIL)
    transport.deliver(replace(MAIL, failure="it seemed to fail"))
    assert transport.was_delivered(MAIL.message_id)
