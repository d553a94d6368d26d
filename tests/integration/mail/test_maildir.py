# SPDX-License-Identifier: Apache-2.0
"""The maildir is one that other programs read, and holds each mail once whatever happens."""

import mailbox
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_binary_file
from pathlib import Path

import pytest

from atr.domain.mail import MailKind, OutgoingMail
from atr.domain.names import MailAddress, ReleaseKey
from atr.formats.mail_message import Letterhead
from atr.mail.maildir import Maildir
from atr.mail.stationery import Stationery
from atr.ports.mail import MailFailed

MAIL = OutgoingMail(
    message_id="<1@example.org>",
    kind=MailKind.VOTE_START,
    release=ReleaseKey.parse("tika/3.1.0"),
    to=(MailAddress("dev@tika.example.org"),),
    subject="[VOTE] Release Tika 3.1.0",
    body="Please vote.\n",
    queued_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "mail"


@pytest.fixture
def maildir(root: Path) -> Maildir:
    return Maildir(root, Stationery(Letterhead(MailAddress("atr@example.org"))))


@pytest.fixture
def reader(root: Path) -> Iterator[mailbox.Maildir]:
    box = mailbox.Maildir(root, factory=None)
    yield box
    box.close()


def list_subjects(reader: mailbox.Maildir) -> list[str]:
    return [message["Subject"] for message in reader]


def test_a_standard_program_reads_what_was_delivered(maildir: Maildir, reader: mailbox.Maildir) -> None:
    maildir.deliver(MAIL)
    maildir.deliver(replace(MAIL, message_id="<2@example.org>", subject="Second"))
    assert sorted(list_subjects(reader)) == ["Second", "[VOTE] Release Tika 3.1.0"]


def test_a_mail_that_somebody_read_is_not_delivered_again(
    maildir: Maildir, root: Path, reader: mailbox.Maildir
) -> None:
    maildir.deliver(MAIL)
    ((key, message),) = reader.items()
    message.set_subdir("cur")
    message.set_flags("S")
    reader[key] = message
    assert [path.name.partition(":")[2] for path in (root / "cur").iterdir()] == ["2,S"]
    assert maildir.was_delivered(MAIL.message_id)
    maildir.deliver(MAIL)
    assert list((root / "new").iterdir()) == []


def test_a_crash_while_writing_leaves_nothing_that_counts(maildir: Maildir, root: Path) -> None:
    maildir.deliver(MAIL)
    (delivered,) = (root / "new").iterdir()
    half = root / "tmp" / f"{delivered.name}.half"
    delivered.rename(half)
    assert not maildir.was_delivered(MAIL.message_id)
    maildir.deliver(MAIL)
    (again,) = (root / "new").iterdir()
    assert again.name == delivered.name
    with again.open("rb") as file:
        assert message_from_binary_file(file)["Message-ID"] == MAIL.message_id


def test_many_workers_at_once_deliver_one_mail(maildir: Maildir, root: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(maildir.deliver, [MAIL] * 40))
    assert len(list((root / "new").iterdir())) == 1
    assert list((root / "tmp").iterdir()) == []


def test_a_maildir_that_cannot_be_written_says_why(maildir: Maildir, root: Path) -> None:
    root.write_text("in the way")
    with pytest.raises(MailFailed, match=r"cannot be written: (File exists|Not a directory)"):
        maildir.deliver(MAIL)
