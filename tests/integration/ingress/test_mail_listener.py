# SPDX-License-Identifier: Apache-2.0
"""Mail by LMTP and SMTP: stored before it is confirmed, never lost, within limits."""

import smtplib
import socket
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from atr.domain.errors import OutOfSpace, Unavailable
from atr.domain.mail import OutgoingMail
from atr.domain.names import MailAddress
from atr.ports.unit_of_work import OpenUnit, UnitOfWork
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.door import NOON
from tests.support.mail_listener import USUAL, run_exim, run_listener
from tests.support.playground import make_project
from tests.support.vote_mail import KEYS, find_call, write_signed
from tests.support.voting import seal_release, show_round, start_vote

TO = "votes@atr.example.org"


@pytest.fixture
def surroundings(surroundings: Surroundings) -> Surroundings:
    return replace(surroundings, mail_prover=KEYS.prover)


@pytest.fixture
def call(door: Door) -> OutgoingMail:
    make_project(door)
    seal_release(door)
    start_vote(door)
    return find_call(door)


def count_votes(door: Door) -> int:
    return show_round(door).tally.binding.in_favour


def test_a_mail_is_counted_before_it_is_confirmed(door: Door, call: OutgoingMail) -> None:
    with run_listener(door) as port, smtplib.LMTP("127.0.0.1", port) as client:
        client.sendmail("alice@example.org", [TO], write_signed(call))
        assert count_votes(door) == 1
        client.sendmail("bob@example.org", [TO], write_signed(call, "bob"))
    assert count_votes(door) == 2


def test_mail_comes_in_by_smtp_too(door: Door, call: OutgoingMail) -> None:
    with run_listener(door, replace(USUAL, is_lmtp=False)) as port, smtplib.SMTP("127.0.0.1", port) as client:
        assert client.sendmail("a@example.org", [TO, "other@x.org"], write_signed(call)) == {}
    assert count_votes(door) == 1


def test_lmtp_takes_one_receiver_at_a_time(door: Door, call: OutgoingMail) -> None:
    with run_listener(door) as port, smtplib.LMTP("127.0.0.1", port) as client:
        refused = client.sendmail("a@example.org", [TO, "other@x.org"], write_signed(call))
    assert refused == {"other@x.org": (452, b"4.5.3 One receiver at a time")}


def test_mail_for_other_addresses_is_refused(door: Door, call: OutgoingMail) -> None:
    narrow = replace(USUAL, receivers=(MailAddress(TO),))
    with run_listener(door, narrow) as port, smtplib.LMTP("127.0.0.1", port) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("a@example.org", ["other@x.org"], write_signed(call))
        client.sendmail("a@example.org", [TO.upper()], write_signed(call))


def test_mail_from_elsewhere_is_refused(door: Door, call: OutgoingMail) -> None:
    narrow = replace(USUAL, peers=(ip_network("10.0.0.0/8"),))
    with (
        run_listener(door, narrow) as port,
        smtplib.LMTP("127.0.0.1", port) as client,
        pytest.raises(smtplib.SMTPSenderRefused, match="not taken from there"),
    ):
        client.sendmail("a@example.org", [TO], write_signed(call))


def test_a_mail_that_is_too_large_is_refused_before_and_while_it_arrives(
    door: Door, call: OutgoingMail
) -> None:
    small = replace(USUAL, largest=20_000)
    huge = write_signed(call) + b"x" * 70 + b"\r\n" * 100_000
    with run_listener(door, small) as port, smtplib.LMTP("127.0.0.1", port) as client:
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail("a@example.org", [TO], huge)
        client.esmtp_features.pop("size")
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            client.sendmail("a@example.org", [TO], huge)
        assert refusal.value.smtp_code == 552
        client.sendmail("a@example.org", [TO], write_signed(call))
    assert count_votes(door) == 1


def test_a_mail_of_100_mb_is_refused_and_takes_no_memory(door: Door, call: OutgoingMail) -> None:
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from now on
    before = read_memory("VmRSS")
    with (
        run_listener(door, replace(USUAL, largest=4 * 1024 * 1024)) as port,
        socket.create_connection(("127.0.0.1", port)) as client,
    ):
        client.sendall(b"LHLO x\r\nMAIL FROM:<a@x.org>\r\nRCPT TO:<b@x.org>\r\nDATA\r\n")
        line = b"x" * 50_000 + b"\r\n"
        for _ in range(2_000):
            client.sendall(line)
        client.sendall(b".\r\nQUIT\r\n")
        said = b"".join(iter(lambda: client.recv(4096), b""))
    assert b"\r\n552 " in said
    assert read_memory("VmHWM") - before < 40 * 1024
    assert show_round(door).messages == ()


def read_memory(name: str) -> int:
    """Return how much memory this process holds, or held at most, in KiB."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(f"{name}:")))


def test_a_line_without_an_end_is_cut_off(door: Door, call: OutgoingMail) -> None:
    with run_listener(door) as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"LHLO x\r\nMAIL FROM:<a@x.org>\r\nRCPT TO:<b@x.org>\r\nDATA\r\n")
        with pytest.raises(OSError, match=r"reset|pipe"):
            client.sendall(b"x" * 100_000_000)


def fail_with(error: Exception) -> OpenUnit:
    def open_unit() -> UnitOfWork:
        raise error

    return open_unit


@pytest.mark.parametrize(
    ("error", "code"),
    [(OutOfSpace("full"), 452), (Unavailable("down"), 451), (RuntimeError("a fault"), 451)],
)
def test_what_cannot_be_stored_is_to_be_brought_again(
    surroundings: Surroundings, error: Exception, code: int
) -> None:
    broken = Door(fail_with(error), lambda: NOON, surroundings)
    with (
        run_listener(broken) as port,
        smtplib.LMTP("127.0.0.1", port) as client,
        pytest.raises(smtplib.SMTPDataError) as refusal,
    ):
        client.sendmail("a@example.org", [TO], b"Subject: +1\r\n\r\n+1\r\n")
    assert refusal.value.smtp_code == code


def test_exim_delivers_and_keeps_what_we_do_not_take(
    door: Door, call: OutgoingMail, surroundings: Surroundings
) -> None:
    broken = Door(fail_with(Unavailable("down")), lambda: NOON, surroundings)
    with run_listener(door) as good, run_listener(broken) as bad, run_exim(bad) as exim:
        exim.deliver(write_signed(call), "alice@example.org", TO)
        assert exim.waiting == 1, exim.log
        exim.port = good
        exim.rewrite()
        exim.retry()
        exim.deliver(write_signed(call, "bob"), "bob@example.org", TO)
        assert exim.waiting == 0, exim.log
    assert count_votes(door) == 2
