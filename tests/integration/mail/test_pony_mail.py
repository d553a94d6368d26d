# SPDX-License-Identifier: Apache-2.0
"""An archive that runs Pony Mail is read within limits of time and size, and on its own host alone."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from atr.bootstrap.mail import build_archive
from atr.config import Settings
from atr.domain.errors import Unavailable
from atr.domain.names import MailAddress
from atr.formats.mail_vote import LONGEST_MAIL
from atr.formats.pony_mail import MOST_MAILS, read_listing
from atr.mail.pony_mail import LARGEST_LISTING, PonyMail
from atr.ports.mail_archive import NoArchive
from tests.simulators.pony_mail import Answer, PonyMailSimulator, run_pony_mail

LIST = MailAddress("dev@demo.example.org")
DAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def archive() -> Iterator[PonyMailSimulator]:
    with run_pony_mail() as simulator:
        yield simulator


@pytest.fixture
def reader(archive: PonyMailSimulator) -> PonyMail:
    return PonyMail(f"{archive.url}/", timedelta(seconds=0.3), pause_seconds=0)


def write(number: int, answers: str = "", date: str = "Sat, 21 Nov 2026 12:00:00 +0000") -> bytes:
    reply = f"In-Reply-To: {answers}\r\n" if answers else ""
    head = f"From: a@x.example\r\nMessage-ID: <{number}@x.example>\r\nSubject: S {number}\r\nDate: {date}\r\n"
    return f"{head}{reply}\r\n+1 caf\xe9\r\n".encode("latin-1")


def test_a_thread_is_listed_with_answers_to_answers(archive: PonyMailSimulator, reader: PonyMail) -> None:
    for number, answers in ((1, ""), (2, "<1@x.example>"), (3, "<2@x.example>"), (4, "<9@x.example>")):
        archive.add(write(number, answers))
    found = reader.list_thread(LIST, "<1@x.example>")
    assert [(each.message_id, each.subject) for each in found] == [
        (f"<{number}@x.example>", f"S {number}") for number in (1, 2, 3)
    ]
    assert reader.list_thread(LIST, "<8@x.example>") == ()
    assert reader.list_thread(MailAddress("other@demo.example.org"), "<1@x.example>") == ()


def test_the_mails_of_some_days_are_listed(archive: PonyMailSimulator, reader: PonyMail) -> None:
    archive.add(write(1))
    archive.add(write(2, date="Wed, 18 Nov 2026 12:00:00 +0000"))
    archive.add(write(3), "dev@elsewhere.example.org")
    (found,) = reader.list_since(LIST, DAY - timedelta(days=1), DAY)
    assert found.message_id == "<1@x.example>"
    assert reader.list_since(LIST, DAY + timedelta(days=1), DAY + timedelta(days=2)) == ()


def test_a_mail_is_read_as_it_came(archive: PonyMailSimulator, reader: PonyMail) -> None:
    name = archive.add(write(1))
    assert reader.read_mail(name) == write(1)
    assert reader.read_mail("gone") is None


def test_of_a_huge_mail_no_more_is_taken_than_is_read(archive: PonyMailSimulator, reader: PonyMail) -> None:
    archive.next_answers.append(lambda: (200, b"x" * (LONGEST_MAIL + 1_000_000)))
    raw = reader.read_mail("huge")
    assert raw is not None
    assert len(raw) == LONGEST_MAIL + 1


def test_a_busy_archive_is_asked_again(archive: PonyMailSimulator, reader: PonyMail) -> None:
    name = archive.add(write(1))
    archive.next_answers += [lambda: (503, b""), lambda: (429, b"")]
    assert reader.read_mail(name) == write(1)
    assert len(archive.asked) == 3


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((503, b""), "does not answer: status 503"),
        ((302, b"http://169.254.169.254/"), "answered 302"),
        ((200, b"<html>"), "does not answer as Pony Mail does"),
        ((200, b"[1]"), "does not answer as Pony Mail does"),
        ((200, b"[" * 100_000), "does not answer as Pony Mail does"),
        ((200, b" " * (LARGEST_LISTING + 1)), "more than"),
    ],
    ids=["busy", "redirected", "no JSON", "no object", "nested", "huge"],
)
def test_an_answer_that_is_none_is_told(
    archive: PonyMailSimulator, reader: PonyMail, answer: Answer, told: str
) -> None:
    archive.next_answers += [lambda: answer] * 3
    with pytest.raises(Unavailable, match=told):
        reader.list_thread(LIST, "<1@x.example>")


def test_an_archive_that_says_nothing_is_given_up(archive: PonyMailSimulator, reader: PonyMail) -> None:
    def dawdle() -> Answer:
        time.sleep(0.5)
        return 200, b"null"

    archive.next_answers += [dawdle] * 3
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 does not answer"):
        reader.list_thread(LIST, "<1@x.example>")


def test_nobody_at_the_address_is_told() -> None:
    with pytest.raises(Unavailable):
        PonyMail("http://127.0.0.1:1", timedelta(seconds=1), pause_seconds=0).read_mail("x")


def test_odd_rows_are_passed_over() -> None:
    rows = '[1, {}, {"id": 7}, {"mid": "m", "message-id": null}, {"id": ""}, {"id": "a"}, {"id": "a"}]'
    assert [each.name for each in read_listing(f'{{"emails": {rows}}}'.encode())] == ["m", "a"]
    assert read_listing(b'{"emails": "none"}') == ()
    many = ",".join(f'{{"id": "{number}"}}' for number in range(MOST_MAILS + 5))
    assert len(read_listing(f'{{"emails": [{many}]}}'.encode())) == MOST_MAILS


def test_without_an_archive_there_is_nothing() -> None:
    none = NoArchive()
    assert (none.list_thread(LIST, "<1@x>"), none.list_since(LIST, DAY, DAY), none.read_mail("x")) == (
        (),
        (),
        None,
    )


def test_an_archive_is_read_where_the_settings_say_so() -> None:
    assert isinstance(build_archive(Settings()), NoArchive)
    assert isinstance(build_archive(Settings(mail_archive="https://lists.example.org")), PonyMail)
