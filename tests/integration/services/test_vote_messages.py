# SPDX-License-Identifier: Apache-2.0
"""Votes by mail: whose they are, which count, and what is said of those that do not."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import TypeVar

import pytest

from atr.domain.artifact import Digest
from atr.domain.errors import Conflict, Denied, NotFound
from atr.domain.mail import OutgoingMail
from atr.domain.names import UserId
from atr.domain.people import Actor, Roster
from atr.domain.rate_limits import Window
from atr.domain.vote import BallotDoor, Counts
from atr.domain.vote_message import MessageSource, MessageState
from atr.formats.mail_vote import read_vote_mail
from atr.ports.jobs import JobKind
from atr.ports.mail_identity import NoProver
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Command, Door
from atr.services.surroundings import Foundation, Surroundings
from atr.services.vote_messages import CountMessage, ReadMessage, RejectMessage, receive_message
from atr.services.vote_threads import FindThread
from atr.services.votes import CancelRound
from tests.support.door import NOON, RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.vote_mail import KEYS, find_call, receive, write_reply, write_signed
from tests.support.voting import KEY, cast_vote, change_project, seal_release, show_round, start_vote

R = TypeVar("R")


@pytest.fixture
def foundation(foundation: Foundation) -> Foundation:
    return replace(foundation, list_hosts=frozenset({"lists.example.org"}))


@pytest.fixture
def surroundings(surroundings: Surroundings) -> Surroundings:
    return replace(surroundings, mail_prover=KEYS.prover)


@pytest.fixture
def call(door: Door) -> OutgoingMail:
    make_project(door)
    seal_release(door)
    start_vote(door)
    return find_call(door)


def test_a_signed_answer_counts_as_binding(door: Door, call: OutgoingMail) -> None:
    message = receive(door, write_signed(call, "alice", "+1 (binding)\n\nBuilds on Debian."))
    assert (message.state, message.voter, message.identity) == (
        MessageState.COUNTED,
        "alice",
        "Signed by example.org.",
    )
    (view,) = show_round(door).ballots
    assert (view.binding, view.ballot.door, view.ballot.comment) == (
        True,
        BallotDoor.MAIL,
        "Builds on Debian.",
    )


def test_a_claim_to_be_binding_changes_nothing(door: Door, call: OutgoingMail) -> None:
    receive(door, write_signed(call, "dave", "+1 (binding)"))
    assert show_round(door).tally.community == Counts(1)


def test_the_same_mail_counts_once_by_however_many_doors(door: Door, call: OutgoingMail) -> None:
    raw = write_signed(call)
    first = receive(door, raw)
    again = receive_message(door, b"Received: from elsewhere\r\n" + raw, MessageSource.IMPORT)
    assert again == first
    assert len(show_round(door).ballots[0].earlier) == 0


def test_the_same_mail_at_the_same_moment_counts_once(door: Door, call: OutgoingMail) -> None:
    raw = write_signed(call)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: receive(door, raw).state, range(4)))
    assert set(told) == {MessageState.COUNTED}
    (view,) = show_round(door).ballots
    assert view.earlier == ()


def test_a_mail_that_was_kept_but_not_counted_is_counted_when_it_comes_again(
    door: Door, call: OutgoingMail, open_unit: OpenUnit
) -> None:
    raw = write_signed(call)
    message = receive(door, raw)
    with open_unit() as unit:
        unit.vote_messages.save(replace(message, state=MessageState.RECEIVED, voter=None))
        unit.commit()
    assert receive(door, raw).state is MessageState.COUNTED


def test_an_unsigned_answer_is_unconfirmed_and_its_sender_is_asked(
    door: Door, call: OutgoingMail, queue: RecordedQueue
) -> None:
    message = receive(door, write_reply(call))
    assert (message.state, message.identity) == (
        MessageState.UNCONFIRMED,
        "No signature of the sender's domain.",
    )
    assert queue.list_arguments(JobKind.ASK_SENDER) == [str(message.id)]
    assert show_round(door).ballots == ()


def test_an_address_is_asked_once_a_vote(door: Door, call: OutgoingMail, queue: RecordedQueue) -> None:
    first = receive(door, write_reply(call))
    second = receive(door, write_reply(call, number=2))
    assert (first.asked_at, second.asked_at) == (NOON, None)
    assert len(queue.list_arguments(JobKind.ASK_SENDER)) == 1


def test_no_more_is_asked_when_too_much_was(
    door: Door, call: OutgoingMail, open_unit: OpenUnit, surroundings: Surroundings
) -> None:
    tight = replace(surroundings.foundation.visitor_limits, round=Window(1, timedelta(hours=1)))
    foundation = replace(surroundings.foundation, visitor_limits=tight)
    narrow = Door(open_unit, lambda: NOON, replace(surroundings, foundation=foundation))
    assert receive(narrow, write_reply(call, "alice")).asked_at == NOON
    assert receive(narrow, write_reply(call, "bob")).asked_at is None


def test_a_forged_sender_counts_as_nothing(door: Door, call: OutgoingMail) -> None:
    message = receive(door, KEYS.sign(write_reply(call, "alice"), "attacker.example"))
    assert (message.state, message.identity) == (
        MessageState.UNCONFIRMED,
        "Signed by attacker.example, which does not speak for the sender.",
    )


def test_a_changed_mail_counts_as_nothing(door: Door, call: OutgoingMail) -> None:
    raw = write_signed(call).replace(b"+1", b"-1")
    assert receive(door, raw).state is MessageState.UNCONFIRMED


def test_a_mail_replayed_into_another_thread_counts_as_nothing(door: Door, call: OutgoingMail) -> None:
    unbound = KEYS.sign(write_reply(call), headers=(b"from", b"message-id", b"date"))
    assert receive(door, unbound).identity == "The signature of example.org leaves out: in-reply-to."


def test_an_unknown_sender_is_unconfirmed_though_signed(door: Door, call: OutgoingMail) -> None:
    message = receive(door, write_signed(call, "stranger"))
    assert (message.state, message.identity) == (
        MessageState.UNCONFIRMED,
        "Signed by example.org. Nobody in the directory has this address.",
    )


def test_a_mail_without_a_sender_is_unconfirmed_and_nobody_is_asked(door: Door, call: OutgoingMail) -> None:
    message = receive(door, write_reply(call, From=""))
    assert (message.state, message.sender, message.asked_at) == (MessageState.UNCONFIRMED, None, None)


def test_a_list_that_we_trust_vouches_for_what_it_changed(door: Door, call: OutgoingMail) -> None:
    footed = write_signed(call).replace(b"+1\r\n", b"+1\r\n-- \r\nfooter of the list\r\n")
    sealed = KEYS.seal(footed, "lists.example.org", "dkim=pass header.d=example.org")
    message = receive(door, sealed)
    assert (message.state, message.identity) == (
        MessageState.COUNTED,
        "Sealed by lists.example.org, which saw its signature.",
    )


def test_a_list_that_we_do_not_trust_vouches_for_nothing(door: Door, call: OutgoingMail) -> None:
    sealed = KEYS.seal(write_reply(call), "lists.example.com", "dkim=pass header.d=example.org")
    assert receive(door, sealed).state is MessageState.UNCONFIRMED


def test_a_list_that_saw_no_right_signature_vouches_for_nothing(door: Door, call: OutgoingMail) -> None:
    sealed = KEYS.seal(write_reply(call), "lists.example.org", "dkim=fail (dkim=pass header.d=example.org)")
    assert receive(door, sealed).state is MessageState.UNCONFIRMED


def test_a_rewritten_from_is_unconfirmed(door: Door, call: OutgoingMail) -> None:
    raw = write_signed(
        call,
        From="Alice via dev <dev@demo.example.org>",
        Reply_To="alice@example.org",
        List_Post="<mailto:dev@demo.example.org>",
    )
    message = receive(door, raw)
    assert (message.state, message.sender) == (MessageState.UNCONFIRMED, "alice@example.org")
    assert message.identity == "A list has put its own address into From."


def test_a_proven_copy_takes_the_place_of_one_that_is_not(door: Door, call: OutgoingMail) -> None:
    first = receive(door, write_reply(call))
    second = receive(door, write_signed(call))
    assert (second.id, second.state, first.state) == (
        first.id,
        MessageState.COUNTED,
        MessageState.UNCONFIRMED,
    )
    assert receive(door, write_reply(call, text="-1")).text == "+1"


def test_an_unproven_copy_changes_nothing(door: Door, call: OutgoingMail) -> None:
    first = receive(door, write_reply(call))
    assert receive(door, write_reply(call, text="-1")) == first


def test_a_mail_without_a_ballot_says_why(door: Door, call: OutgoingMail) -> None:
    message = receive(door, write_signed(call, text="I would +1 this if it built."))
    assert (message.state, message.explanation) == (
        MessageState.NO_BALLOT,
        "A vote is mentioned, but no line begins with one.",
    )


@pytest.mark.parametrize(
    ("text", "headers", "told"),
    [
        ("+1\n\n-1", {}, "+1, -1"),
        ("> +1", {}, "quote"),
        ("+1", {"Auto_Submitted": "auto-replied"}, "program"),
        (
            "+1",
            {"Content_Type": "multipart/report; report-type=delivery-status"},
            "deliver",
        ),
    ],
)
def test_what_is_no_ballot_is_told(
    door: Door, call: OutgoingMail, text: str, headers: dict[str, str], told: str
) -> None:
    raw = write_reply(call, "alice", text, 1, **{k: v for k, v in headers.items() if k != "Content_Type"})
    if "Content_Type" in headers:
        kind = f"Content-Type: {headers['Content_Type']}\r\n".encode()
        raw = kind + raw.replace(b'Content-Type: text/plain; charset="utf-8"\r\n', b"")
    message = receive(door, raw)
    assert message.state is MessageState.NO_BALLOT
    assert told in message.explanation


def test_a_vote_for_another_release_in_the_thread_is_rejected(door: Door, call: OutgoingMail) -> None:
    message = receive(door, write_signed(call, Subject="Re: [VOTE] Release Sample Demo 2.0"))
    assert (message.state, message.reasons) == (
        MessageState.REJECTED,
        ("The subject names another release than 1.0.",),
    )


def test_other_bytes_than_those_of_the_round_are_rejected(door: Door, call: OutgoingMail) -> None:
    other = Digest("sha512", "0" * 128)
    message = receive(door, write_signed(call, text=f"+1\n\nI looked at {other}"))
    assert message.state is MessageState.REJECTED
    assert f"but you looked at {other}" in message.reasons[0]


def test_the_right_bytes_may_be_named(door: Door, call: OutgoingMail) -> None:
    digest = show_round(door).vote.manifest_digest
    message = receive(door, write_signed(call, text=f"+1\n\nI looked at {digest}"))
    assert message.state is MessageState.COUNTED


def test_a_ballot_after_the_end_is_rejected(door: Door, call: OutgoingMail, clock: SettableClock) -> None:
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    clock.advance(hours=72)
    message = receive(door, write_signed(call, "dave"))
    assert message.reasons == ("The vote has passed and is being closed: no further ballot counts.",)


def test_a_ballot_while_the_vote_is_overdue_counts(
    door: Door, call: OutgoingMail, clock: SettableClock
) -> None:
    clock.advance(hours=73)
    assert receive(door, write_signed(call)).state is MessageState.COUNTED


def test_a_ballot_in_the_thread_of_a_cancelled_round_is_rejected(door: Door, call: OutgoingMail) -> None:
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "wrong files"))
    assert receive(door, write_signed(call)).reasons == ("The vote is over: it was cancelled.",)


def test_a_round_that_closes_between_keeping_and_counting_rejects(
    door: Door, call: OutgoingMail, open_unit: OpenUnit
) -> None:
    message = receive(door, write_signed(call))
    with open_unit() as unit:
        unit.vote_messages.save(replace(message, state=MessageState.RECEIVED, voter=None))
        unit.commit()
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "wrong files"))
    assert receive(door, write_signed(call)).reasons == ("The vote is over: it was cancelled.",)


def test_somebody_who_left_the_roster_is_counted_but_not_binding(door: Door, call: OutgoingMail) -> None:
    change_project(door, roster=Roster(frozenset(map(UserId, ("bob", "carol")))))

    assert receive(door, write_signed(call)).state is MessageState.COUNTED
    assert show_round(door).tally.binding == Counts()


def test_a_later_mail_changes_the_vote(door: Door, call: OutgoingMail, clock: SettableClock) -> None:
    receive(door, write_signed(call, text="-1"))
    clock.advance(hours=1)
    receive(door, write_signed(call, number=2, Date=format_datetime(clock.now)))
    assert show_round(door).tally.binding == Counts(1)


def test_mails_that_arrive_out_of_order_leave_the_latest_answer(
    door: Door, call: OutgoingMail, clock: SettableClock
) -> None:
    clock.advance(hours=1)
    receive(door, write_signed(call, number=2, Date=format_datetime(clock.now)))
    late = receive(door, write_signed(call, text="-1"))
    assert late.reasons == ("Its sender voted again after writing it.",)
    assert show_round(door).tally.binding == Counts(1)


def test_a_mail_from_before_a_vote_on_the_page_is_overtaken(
    door: Door, call: OutgoingMail, clock: SettableClock
) -> None:
    clock.advance(hours=1)
    cast_vote(door, "alice", "-1")
    assert receive(door, write_signed(call)).state is MessageState.REJECTED


def test_mail_of_other_things_and_of_our_own_is_let_go(door: Door, call: OutgoingMail) -> None:
    other = write_reply(call, In_Reply_To="<other@x.org>", References="", Subject="Re: lunch")
    assert receive_message(door, other, MessageSource.LISTENER) is None
    fresh = write_reply(call, In_Reply_To="", References="", Subject="[VOTE] something")
    assert receive_message(door, fresh, MessageSource.LISTENER) is None
    own = write_reply(call, Message_ID=call.message_id)
    assert receive_message(door, own, MessageSource.LISTENER) is None


def test_a_mail_is_taken_for_the_round_that_was_asked_for_alone(door: Door, call: OutgoingMail) -> None:
    raw = write_signed(call)
    assert receive_message(door, raw, MessageSource.IMPORT, (KEY, 2)) is None
    assert receive_message(door, raw, MessageSource.IMPORT, (KEY, 1)) is not None


def test_an_answer_to_an_answer_belongs_to_the_thread(door: Door, call: OutgoingMail) -> None:
    first = receive(door, write_signed(call))
    raw = write_signed(call, "bob", In_Reply_To=first.message_id, References="")
    assert receive(door, raw).state is MessageState.COUNTED


def test_references_lead_to_the_thread(door: Door, call: OutgoingMail) -> None:
    raw = write_signed(call, "bob", In_Reply_To="", References=f"{call.message_id} <unknown@x.org>")
    assert receive(door, raw).state is MessageState.COUNTED


def test_the_subject_leads_to_the_thread(door: Door, call: OutgoingMail) -> None:
    raw = write_signed(call, In_Reply_To="", References="", Subject=f"AW: [demo-dev] Re: {call.subject}")
    assert receive(door, raw).state is MessageState.COUNTED


def test_a_mail_that_names_another_mail_of_ours_is_no_vote(door: Door, call: OutgoingMail) -> None:
    with pytest.raises(Denied, match="Only ATR itself"):
        door.ask(act_as(door, "rm"), FindThread(read_vote_mail(write_reply(call))))


def test_a_mail_is_counted_by_its_own_sender_and_once(door: Door, call: OutgoingMail) -> None:
    message = receive(door, write_signed(call))
    with pytest.raises(Conflict):
        door.perform(act_as(door, "alice"), CountMessage(KEY, message.id))
    with pytest.raises(NotFound):
        door.perform(act_as(door, "alice"), CountMessage(KEY, 999))
    assert door.keep(RejectMessage(message.id, ("no",))) == message
    with pytest.raises(NotFound):
        door.keep(ReadMessage(999))


def test_nobody_looks_at_signatures_unless_told_to(
    door: Door, call: OutgoingMail, surroundings: Surroundings, open_unit: OpenUnit
) -> None:

    blind = Door(open_unit, lambda: NOON, replace(surroundings, mail_prover=NoProver()))
    assert receive(blind, write_signed(call)).identity == "Signatures of mail are not looked at here."


class OvertakenDoor(Door):
    """A door through which another one has counted a mail already when it comes to that."""

    def perform(self, actor: Actor, command: Command[R]) -> R:
        """Carry everything out twice."""
        super().perform(actor, command)
        return super().perform(actor, command)


def test_a_mail_that_another_door_counted_meanwhile_is_shown_as_it_is(
    call: OutgoingMail, surroundings: Surroundings, open_unit: OpenUnit, door: Door
) -> None:
    overtaken = OvertakenDoor(open_unit, lambda: NOON, surroundings)
    assert receive(overtaken, write_signed(call)).state is MessageState.COUNTED
    (view,) = show_round(door).ballots
    assert view.earlier == ()
