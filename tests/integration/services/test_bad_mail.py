# SPDX-License-Identifier: Apache-2.0
"""Bad input by mail, end to end: each case has the outcome that the documentation states."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from atr.domain.errors import Denied, NotSignedIn
from atr.domain.mail import OutgoingMail, is_one_line
from atr.domain.names import UserId
from atr.domain.people import ANONYMOUS, Roster
from atr.domain.vote import Counts
from atr.domain.vote_message import MessageSource, MessageState, VoteMessage
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Door
from atr.services.stray_mails import ListStrays
from atr.services.surroundings import Surroundings
from atr.services.vote_message_decisions import AcceptMessage
from atr.services.vote_messages import receive_message
from tests.support.door import SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.vote_mail import KEYS, find_call, receive, write_reply, write_signed
from tests.support.voting import (
    KEY,
    cast_vote,
    change_project,
    list_mails,
    seal_release,
    show_round,
    start_vote,
)

PAGE = Path(__file__).parents[3] / "docs/explanation/mail-votes.md"
COUNTED, UNCONFIRMED = MessageState.COUNTED, MessageState.UNCONFIRMED
REJECTED, NO_BALLOT = MessageState.REJECTED, MessageState.NO_BALLOT


@pytest.fixture
def surroundings(surroundings: Surroundings) -> Surroundings:
    return replace(surroundings, mail_prover=KEYS.prover)


@pytest.fixture
def call(door: Door) -> OutgoingMail:
    make_project(door)
    seal_release(door)
    start_vote(door)
    return find_call(door)


@dataclass(frozen=True, slots=True)
class Case:
    """A mail, what becomes of it, and a part of the sentence that says why."""

    name: str
    write: Callable[[OutgoingMail], bytes]
    state: MessageState
    why: str


def replace_type(raw: bytes, kind: str) -> bytes:
    """Return the mail with another type of content."""
    line = f"Content-Type: {kind}".encode()
    return re.sub(rb"Content-Type: [^\r]*", lambda _: line, raw, count=1)


def write_parts(call: OutgoingMail) -> bytes:
    """Return a mail of ten thousand parts."""
    part = "--b\r\nContent-Type: text/plain\r\n\r\n+1\r\n"
    return replace_type(write_reply(call), "multipart/mixed; boundary=b") + (part * 10_000).encode()


def write_nest(call: OutgoingMail) -> bytes:
    """Return a mail whose parts are nested 500 deep."""
    nest = "".join(f"--{n}\r\nContent-Type: multipart/mixed; boundary={n + 1}\r\n\r\n" for n in range(500))
    return replace_type(write_reply(call), "multipart/mixed; boundary=0") + nest.encode()


def write_headers(call: OutgoingMail) -> bytes:
    """Return a mail whose headers would begin new lines wherever they are shown or sent on."""
    raw = write_reply(call, Subject="", From="", Message_ID="")
    head = (
        f"Subject: =?utf-8?q?Re=3A_{call.subject.replace(' ', '_')}=0D=0ABcc=3A_all=40x.org?=\r\n"
        "From: =?utf-8?q?Alice=0ASubject=3A_+1?= <alice@example.org>\r\n"
        "Message-ID: <evil\r\n\tid@mail.example.org>\r\n"
    )
    return KEYS.sign(head.encode() + raw)


def write_charset(call: OutgoingMail) -> bytes:
    """Return a mail in a charset that nobody knows, with bytes that are none of any."""
    raw = replace_type(write_reply(call), 'text/plain; charset="x-\\xff-nobody"')
    return KEYS.sign(raw + b"caf\xe9 \xff\xfe\x00 \xed\xa0\x80\r\n")


CASES = (
    Case("header injection", write_headers, COUNTED, "Signed by example.org."),
    Case("10,000 parts", write_parts, NO_BALLOT, "more parts"),
    Case("parts nested 500 deep", write_nest, NO_BALLOT, "nested deeper"),
    Case("malformed charset", write_charset, COUNTED, "Signed by example.org."),
    Case(
        "forged sender",
        lambda call: KEYS.sign(write_reply(call), "attacker.example"),
        UNCONFIRMED,
        "does not speak for the sender",
    ),
    Case("two contradicting votes", lambda call: write_signed(call, text="+1\n\n-1"), NO_BALLOT, "+1, -1"),
    Case(
        "somebody else's vote, quoted",
        lambda call: write_signed(call, text="On Monday Bob wrote:\n> +1 (binding)\n\nThanks, Bob!"),
        NO_BALLOT,
        "quote",
    ),
    Case(
        "automatic answer",
        lambda call: write_signed(call, Auto_Submitted="auto-replied"),
        NO_BALLOT,
        "program",
    ),
    Case(
        "bounce",
        lambda call: replace_type(write_reply(call), "multipart/report; report-type=delivery-status"),
        NO_BALLOT,
        "reports the delivery",
    ),
    Case(
        "another release in the thread",
        lambda call: write_signed(call, Subject="Re: [VOTE] Release Sample Demo 2.0"),
        REJECTED,
        "another release than 1.0",
    ),
    Case(
        "superseded manifest digest",
        lambda call: write_signed(call, text=f"+1\n\nI tested sha512:{'0' * 128}"),
        REJECTED,
        "but you looked at sha512:000",
    ),
)
ELSEWHERE = {
    "100 MB",
    "replayed message",
    "after the deadline of a vote that passes",
    "after the deadline of a vote that is overdue",
    "somebody removed from the roster",
    "twice at the same moment by two doors",
    "mail that answers no vote",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_mail_has_a_stated_outcome_that_the_release_manager_sees(
    door: Door, call: OutgoingMail, case: Case
) -> None:
    receive(door, case.write(call))
    (shown,) = show_round(door, actor=act_as(door, "rm")).messages
    told = " ".join((shown.message.explanation, shown.message.identity, *shown.message.reasons))
    assert (shown.message.state, case.why in told) == (case.state, True), told
    expected = Counts(1) if case.state is COUNTED else Counts()
    assert show_round(door).tally.binding == expected


def test_the_documentation_has_every_case_and_no_other() -> None:
    (table,) = re.findall(r"\| case \| outcome \|.*?\n\n", PAGE.read_text() + "\n\n", re.DOTALL)
    named = {line.split("|")[1].strip() for line in table.strip().split("\n")[2:]}
    assert named == {case.name for case in CASES} | ELSEWHERE


def test_what_headers_say_stays_on_its_line_wherever_it_goes(door: Door, call: OutgoingMail) -> None:
    forged = write_headers(call).replace(b"alice@", b"stranger@")
    message = receive(door, forged)
    for text in (message.subject, message.sender_name, message.message_id):
        assert is_one_line(text), text
    accepted = door.perform(act_as(door, "rm"), AcceptMessage(KEY, 1, message.id, "I called her."))
    names = {each.name for each in show_round(door).ballots}
    assert (accepted.state, names) == (COUNTED, {"Alice Subject: +1"})
    assert all(is_one_line(mail.subject) for mail in list_mails(door))


def test_a_replayed_mail_counts_once_and_into_no_other_thread(door: Door, call: OutgoingMail) -> None:
    raw = write_signed(call)
    first = receive(door, raw)
    assert receive(door, raw) == first
    other = KEYS.sign(write_reply(call, number=2), headers=(b"from", b"message-id", b"date"))
    assert receive(door, other).state is UNCONFIRMED
    assert len(show_round(door).messages) == 2
    assert show_round(door).tally.binding == Counts(1)


def test_after_the_deadline_of_a_vote_that_passes_nothing_counts(
    door: Door, call: OutgoingMail, clock: SettableClock
) -> None:
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    clock.advance(hours=72)
    late = receive(door, write_signed(call, "dave", "-1", Date=format_datetime(clock.now)))
    assert (late.state, "has passed" in late.reasons[0]) == (REJECTED, True)


def test_after_the_deadline_of_an_overdue_vote_mail_counts(
    door: Door, call: OutgoingMail, clock: SettableClock
) -> None:
    clock.advance(hours=73)
    assert receive(door, write_signed(call, Date=format_datetime(clock.now))).state is COUNTED


def test_somebody_removed_from_the_roster_is_counted_beside_it_and_marked(
    door: Door, call: OutgoingMail
) -> None:
    change_project(door, roster=Roster(frozenset(map(UserId, ("bob", "carol")))))
    assert receive(door, write_signed(call)).state is COUNTED
    (view,) = show_round(door).ballots
    assert (view.left, view.binding, show_round(door).tally.community) == (True, False, Counts(1))


def test_the_same_voter_at_the_same_moment_by_two_doors_has_one_vote(door: Door, call: OutgoingMail) -> None:
    raw, ready = write_signed(call, text="-1"), threading.Barrier(2)
    voter = act_as(door, "alice")

    def by_mail() -> VoteMessage:
        ready.wait()
        return receive(door, raw)

    def by_page() -> object:
        ready.wait()
        return cast_vote(door, voter, "+1")

    with ThreadPoolExecutor(2) as pool:
        mail, page = pool.submit(by_mail), pool.submit(by_page)
        assert (mail.result().state, page.exception()) == (COUNTED, None)
    (view,) = show_round(door).ballots
    assert {view.ballot.text, *(each.text for each in view.earlier)} == {"+1", "-1"}
    tally = show_round(door).tally.binding
    assert (tally.total, tally.in_favour) == (1, int(view.ballot.text == "+1"))


def test_a_mail_that_looks_like_a_vote_and_answers_none_is_shown_to_sysadmins(
    door: Door, call: OutgoingMail
) -> None:
    lost = write_signed(call, In_Reply_To="", References="", Subject="[VOTE] Release Lost 1.0")
    lunch = write_signed(call, "bob", "Lunch?", In_Reply_To="", References="", Subject="lunch")
    for raw in (lost, lost, lunch, write_reply(call, Message_ID=call.message_id)):
        assert receive_message(door, raw, MessageSource.LISTENER) is None
    (stray,) = door.ask(add_person(door, "root", sysadmin=True), ListStrays())
    assert (stray.subject, stray.text, stray.source) == (
        "[VOTE] Release Lost 1.0",
        "+1",
        MessageSource.LISTENER,
    )
    assert receive_message(door, lost, MessageSource.IMPORT, (KEY, 1)) is None


def test_a_stray_that_finds_its_vote_is_forgotten(door: Door, call: OutgoingMail) -> None:
    first = write_signed(call)
    answer = write_signed(
        call, "bob", In_Reply_To="<alice-1@mail.example.org>", References="", Subject="Re: x"
    )
    assert receive_message(door, answer, MessageSource.LISTENER) is None
    receive(door, first)
    root = add_person(door, "root", sysadmin=True)
    assert len(door.ask(root, ListStrays())) == 1
    assert receive(door, answer).state is COUNTED
    assert door.ask(root, ListStrays()) == ()


def test_strays_are_forgotten_after_their_time(
    door: Door, call: OutgoingMail, open_unit: OpenUnit, clock: SettableClock
) -> None:
    lost = write_signed(call, In_Reply_To="", References="", Subject="[VOTE] Release Lost 1.0")
    receive_message(door, lost, MessageSource.LISTENER)
    root = add_person(door, "root", sysadmin=True)
    for actor, refusal in ((act_as(door, "rm"), Denied), (ANONYMOUS, NotSignedIn)):
        with pytest.raises(refusal):
            door.ask(actor, ListStrays())
    with open_unit() as unit:
        assert unit.stray_mails.forget(clock.now - timedelta(days=30)) == 0
        assert unit.stray_mails.forget(clock.now) == 1
        unit.commit()
    assert door.ask(root, ListStrays()) == ()
