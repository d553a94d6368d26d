# SPDX-License-Identifier: Apache-2.0
"""Mail by SMTP to a real server: protected, as somebody, once, and with a reason when it does not leave."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import quote

import pytest

from atr.config.mail_server import read_mail_server
from atr.domain.mail import MailKind, MailState, OutgoingMail
from atr.domain.names import MailAddress, ReleaseKey
from atr.formats.mail_message import Letterhead
from atr.mail.smtp import SmtpLink, SmtpTransport
from atr.mail.stationery import Stationery
from atr.ports.mail import MailFailed, MailRefused
from atr.services.door import Door
from atr.services.errand import TryLater
from atr.services.mails import SendMail
from atr.services.surroundings import Surroundings
from tests.support.door import RecordedQueue
from tests.support.mail_server import (
    PASSWORD,
    USER,
    Certificate,
    Mailbox,
    Offer,
    make_certificate,
    run_mail_server,
)
from tests.support.playground import make_project
from tests.support.voting import list_mails, make_bench, seal_release, start_vote

DEV, TESTERS = MailAddress("dev@tika.example.org"), MailAddress("testers@example.org")
MAIL = OutgoingMail(
    message_id="<1@example.org>",
    kind=MailKind.VOTE_START,
    release=ReleaseKey.parse("tika/3.1.0"),
    to=(DEV, TESTERS),
    subject="[VOTE] Release Tika 3.1.0 für alle",
    body="Please vote.\n.\n..two dots\nFrom me\nGrüße\n",
    queued_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
)
STATIONERY = Stationery(Letterhead(MailAddress("atr@example.org"), "The Foundation"))
LOGIN = f"{USER}:{quote(PASSWORD, safe='')}@"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@contextmanager
def open_way(
    mailbox: Mailbox, offer: Offer, scheme: str = "smtp", login: str = "", ca_file: Path | None = None
) -> Iterator[SmtpTransport]:
    with run_mail_server(mailbox, offer) as port:
        server = read_mail_server(f"{scheme}://{login}localhost:{port}")
        yield SmtpTransport(SmtpLink(server, timedelta(seconds=5), ca_file), STATIONERY)


@pytest.fixture
def plain(mailbox: Mailbox) -> Iterator[SmtpTransport]:
    with open_way(mailbox, Offer()) as transport:
        yield transport


def test_a_mail_arrives_as_it_was_written(plain: SmtpTransport, mailbox: Mailbox) -> None:
    assert plain.deliver(MAIL) == ""
    (received,) = mailbox.received
    assert (received.sender, received.receivers) == ("atr@example.org", (DEV, TESTERS))
    message = message_from_bytes(received.data, policy=default)
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == MAIL.message_id
    assert message.get_content().replace("\r\n", "\n") == MAIL.body
    assert not plain.was_delivered(MAIL.message_id)


@pytest.mark.parametrize(("scheme", "starttls"), [("smtps", False), ("smtp+starttls", True)])
def test_over_tls_it_logs_in_and_checks_the_certificate(
    mailbox: Mailbox, certificate: Certificate, scheme: str, starttls: bool
) -> None:
    offer = Offer(certificate, starttls=starttls, login=True)
    with open_way(mailbox, offer, scheme, LOGIN, certificate.ca_file) as transport:
        assert transport.deliver(MAIL) == ""
        assert "answers" in transport.probe()
    (received,) = mailbox.received
    assert (received.encrypted, received.user) == (True, USER)


@pytest.mark.parametrize(("scheme", "starttls"), [("smtps", False), ("smtp+starttls", True)])
@pytest.mark.parametrize("name", [None, "mail.example.org"])
def test_an_unknown_or_foreign_certificate_gets_neither_mail_nor_password(
    mailbox: Mailbox, tmp_path: Path, scheme: str, starttls: bool, name: str | None
) -> None:
    shown = make_certificate(tmp_path, name or "localhost")
    offer = Offer(shown, starttls=starttls, login=True)
    with (
        open_way(mailbox, offer, scheme, LOGIN, shown.ca_file if name else None) as transport,
        pytest.raises(MailFailed, match="cannot be used") as failed,
    ):
        transport.deliver(MAIL)
    assert not isinstance(failed.value, MailRefused)
    assert (mailbox.received, mailbox.logins) == ([], [])


def test_a_server_without_starttls_gets_nothing(mailbox: Mailbox) -> None:
    with (
        open_way(mailbox, Offer(), "smtp+starttls", LOGIN) as transport,
        pytest.raises(MailFailed, match="STARTTLS"),
    ):
        transport.deliver(MAIL)
    assert (mailbox.received, mailbox.logins) == ([], [])


def test_a_wrong_password_waits_for_the_operator_and_is_never_told(
    mailbox: Mailbox, certificate: Certificate
) -> None:
    with (
        open_way(
            mailbox, Offer(certificate, login=True), "smtps", f"{USER}:hunter2@", certificate.ca_file
        ) as way,
        pytest.raises(MailFailed, match="refuses the login: 535") as failed,
    ):
        way.deliver(MAIL)
    assert not isinstance(failed.value, MailRefused)
    assert "hunter2" not in f"{failed.value!r} {way!r} {way._link!r}"


@pytest.mark.parametrize(
    ("answer", "for_good"), [("451 Greylisted, try again", False), ("554 No\x07 spam", True)]
)
def test_what_the_server_says_of_the_message_decides(
    plain: SmtpTransport, mailbox: Mailbox, answer: str, for_good: bool
) -> None:
    mailbox.data_answer = answer
    with pytest.raises(MailFailed, match=answer[:3]) as failed:
        plain.deliver(MAIL)
    assert isinstance(failed.value, MailRefused) is for_good
    assert str(failed.value).isprintable()


def test_a_receiver_who_waits_has_everybody_wait(plain: SmtpTransport, mailbox: Mailbox) -> None:
    mailbox.refused = {TESTERS: "450 Mailbox busy"}
    with pytest.raises(MailFailed, match="450 Mailbox busy") as failed:
        plain.deliver(MAIL)
    assert not isinstance(failed.value, MailRefused)
    assert mailbox.received == []
    mailbox.refused.clear()
    plain.deliver(MAIL)
    assert [received.receivers for received in mailbox.received] == [(DEV, TESTERS)]


def test_a_receiver_who_is_not_there_keeps_nobody_else_from_it(
    plain: SmtpTransport, mailbox: Mailbox
) -> None:
    mailbox.refused = {TESTERS: "550 No such user"}
    assert plain.deliver(MAIL) == "testers@example.org was refused: 550 No such user."
    assert [received.receivers for received in mailbox.received] == [(DEV,)]


def test_when_nobody_is_there_it_is_over(plain: SmtpTransport, mailbox: Mailbox) -> None:
    mailbox.refused = {DEV: "550 No", TESTERS: "553 Never"}
    with pytest.raises(MailRefused, match=r"dev@.* refused: 550 No\. testers@.* refused: 553 Never\."):
        plain.deliver(MAIL)


def test_a_connection_lost_in_the_middle_is_a_failure_for_now(plain: SmtpTransport, mailbox: Mailbox) -> None:
    mailbox.hang_up_at_data = True
    with pytest.raises(MailFailed, match="cannot be used") as failed:
        plain.deliver(MAIL)
    assert not isinstance(failed.value, MailRefused)
    mailbox.hang_up_at_data = False
    plain.deliver(MAIL)
    assert len(mailbox.received) == 1


def test_a_lost_answer_has_the_same_message_leave_again(plain: SmtpTransport, mailbox: Mailbox) -> None:
    mailbox.hang_up_after_data = True
    with pytest.raises(MailFailed):
        plain.deliver(MAIL)
    mailbox.hang_up_after_data = False
    plain.deliver(MAIL)
    first, second = mailbox.received
    assert first.data == second.data


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    server = read_mail_server("smtp://127.0.0.1:1")
    link = SmtpLink(server, timedelta(seconds=1))
    with pytest.raises(MailFailed, match="cannot be used"):
        SmtpTransport(link, STATIONERY).probe()


def test_a_slow_server_is_waited_for(mailbox: Mailbox) -> None:
    mailbox.pause = 1.2
    with run_mail_server(mailbox, Offer()) as port:
        link = SmtpLink(read_mail_server(f"smtp://localhost:{port}"), timedelta(seconds=1))
        SmtpTransport(link, STATIONERY).deliver(replace(MAIL, to=(DEV,)))
    assert len(mailbox.received) == 1


@contextmanager
def run_silent_server(answers: list[bytes]) -> Iterator[int]:
    """Take connections, give so many answers, and say nothing more until the other side is gone."""
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        while not over.is_set():
            with suppress(TimeoutError, OSError), listener.accept()[0] as connection:
                connection.settimeout(5)
                for answer in answers:
                    connection.sendall(answer)
                    connection.recv(4096)
                while connection.recv(4096):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join()


def reach(port: int, seconds: float = 0.2) -> SmtpTransport:
    """Return the way to a server whose answers are waited for so long."""
    return SmtpTransport(
        SmtpLink(read_mail_server(f"smtp://127.0.0.1:{port}"), timedelta(seconds=seconds)), STATIONERY
    )


@pytest.mark.parametrize(
    "answers",
    [[], [b"220 here\r\n"], [b"220 here\r\n", b"250 hello\r\n"]],
    ids=["at once", "after its greeting", "after the hello"],
)
def test_a_server_that_accepts_and_stays_silent_is_given_up_and_tried_again_once(
    door: Door, surroundings: Surroundings, queue: RecordedQueue, mailbox: Mailbox, answers: list[bytes]
) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)
    bench = make_bench(door, surroundings, queue)
    (call,) = list_mails(door)
    with run_silent_server(answers) as port:
        tools = replace(bench.tools, transport=reach(port))
        for _ in range(2):
            with pytest.raises(TryLater, match="cannot be used"):
                SendMail(call.message_id).run(tools)
    (waiting,) = list_mails(door)
    assert (waiting.state, "cannot be used" in (waiting.failure or "")) == (MailState.QUEUED, True)
    with run_mail_server(mailbox, Offer()) as port:
        for _ in range(2):
            SendMail(call.message_id).run(replace(bench.tools, transport=reach(port, 5)))
    assert len(mailbox.received) == 1
    assert list_mails(door)[0].state is MailState.SENT
