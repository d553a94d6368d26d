# SPDX-License-Identifier: Apache-2.0
"""Unconfirmed mails: confirmed by the link that went to their sender, or accepted for a reason."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from atr.domain.errors import Denied, Invalid, NotFound, Refused
from atr.domain.mail import OutgoingMail
from atr.domain.names import MailAddress, ParticipantId
from atr.domain.people import ANONYMOUS, SERVICE
from atr.domain.vote import Counts
from atr.domain.vote_message import MessageState, VoteMessage
from atr.formats.mail_message import Letterhead
from atr.mail.maildir import Maildir
from atr.mail.stationery import Stationery
from atr.ports.jobs import JobKind
from atr.ports.mail import MailRefused
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Bookkeeping, Door, Work
from atr.services.errand import TryLater
from atr.services.participants import EraseParticipant
from atr.services.sender_questions import AskSender, ForgetQuestion, WriteQuestion
from atr.services.surroundings import Surroundings
from atr.services.visitor_links import link_participant
from atr.services.vote_message_decisions import AcceptMessage, ConfirmMessage, ShowPendingMessage
from atr.services.vote_message_views import ListMessages
from atr.services.votes import CancelRound
from tests.support.door import NOON, RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.vote_mail import KEYS, find_call, receive, write_reply, write_signed
from tests.support.voting import KEY, Bench, cast_vote, make_bench, seal_release, show_round, start_vote


@pytest.fixture
def surroundings(surroundings: Surroundings) -> Surroundings:
    return replace(surroundings, mail_prover=KEYS.prover)


@pytest.fixture
def call(door: Door) -> OutgoingMail:
    make_project(door)
    seal_release(door)
    start_vote(door)
    return find_call(door)


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    return make_bench(door, surroundings, queue)


def ask(bench: Bench, message: VoteMessage) -> str:
    """Return the end of the link that was sent to the sender."""
    AskSender.parse(str(message.id)).run(bench.tools)
    mail = list(bench.mail.sent.values())[-1]
    assert mail.to == (message.sender,)
    return next(line for line in mail.body.splitlines() if "/confirm-mail/" in line).rpartition("/")[2]


def accept(door: Door, message: VoteMessage, reason: str = "I know her", number: int = 1) -> VoteMessage:
    return door.perform(act_as(door, "rm"), AcceptMessage(KEY, number, message.id, reason))


def list_names(door: Door) -> list[str]:
    return [view.name for view in show_round(door).ballots]


def test_a_member_confirms_by_the_link(door: Door, call: OutgoingMail, bench: Bench) -> None:
    token = ask(bench, receive(door, write_reply(call)))
    pending = door.ask(ANONYMOUS, ShowPendingMessage(token))
    assert (pending.voter and pending.voter.id, pending.reasons) == ("alice", ())
    assert show_round(door).ballots == ()
    confirmed = door.perform(ANONYMOUS, ConfirmMessage(token))
    assert (confirmed.state, confirmed.voter) == (MessageState.COUNTED, "alice")
    assert show_round(door).tally.binding == Counts(1)
    with pytest.raises(Refused, match="dealt with already"):
        door.perform(ANONYMOUS, ConfirmMessage(token))


def test_a_stranger_confirms_with_a_name_and_consent(door: Door, call: OutgoingMail, bench: Bench) -> None:
    token = ask(bench, receive(door, write_reply(call, "stranger")))
    notice = door.ask(ANONYMOUS, ShowPendingMessage(token)).notice.version
    with pytest.raises(Refused, match="notice changed"):
        door.perform(ANONYMOUS, ConfirmMessage(token, "Kim", "other"))
    with pytest.raises(Invalid, match="Choose the name"):
        door.perform(ANONYMOUS, ConfirmMessage(token, "", notice))
    door.perform(ANONYMOUS, ConfirmMessage(token, "Kim", notice))
    assert (list_names(door), show_round(door).tally.community) == (["Kim"], Counts(1))


def test_a_link_that_is_too_old_confirms_nothing(
    door: Door, call: OutgoingMail, bench: Bench, clock: SettableClock
) -> None:
    token = ask(bench, receive(door, write_reply(call)))
    clock.advance(hours=24)
    with pytest.raises(Refused, match="too old"):
        door.perform(ANONYMOUS, ConfirmMessage(token))


def test_a_made_up_link_opens_nothing(door: Door, call: OutgoingMail) -> None:
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ShowPendingMessage(f"{'0' * 32}-{'0' * 32}"))


def test_the_release_manager_accepts_with_a_reason(
    door: Door, call: OutgoingMail, open_unit: OpenUnit
) -> None:
    message = receive(door, write_reply(call))
    with pytest.raises(Invalid, match="Say why"):
        accept(door, message, " ")
    accepted = accept(door, message)
    assert (accepted.state, accepted.decided_by, accepted.decided_reason) == (
        MessageState.COUNTED,
        "rm",
        "I know her",
    )
    assert show_round(door).tally.binding == Counts(1)
    with open_unit() as unit:
        event = unit.events.list(EventFilter(project=KEY.project), PageRequest()).items[0]
    assert (event.name, event.actor) == ("ballot.accepted", "rm")
    assert (event.details["voter"], event.details["reason"]) == ("alice", "I know her")
    with pytest.raises(Refused, match="unconfirmed"):
        accept(door, message)


def test_only_mails_of_the_round_are_accepted_and_only_by_those_who_run_it(
    door: Door, call: OutgoingMail
) -> None:
    message = receive(door, write_reply(call))
    with pytest.raises(Refused, match="of this round"):
        accept(door, message, number=2)
    with pytest.raises(Denied):
        door.perform(act_as(door, "dave"), AcceptMessage(KEY, 1, message.id, "why not"))


@pytest.mark.parametrize(("name", "shown"), [("Kim Lee", "Kim Lee"), ("kim@x.org", "Somebody on the list")])
def test_a_stranger_who_is_accepted_is_shown_by_the_name_in_the_mail(
    door: Door, call: OutgoingMail, name: str, shown: str
) -> None:
    message = receive(door, write_reply(call, "stranger", From=f'"{name}" <kim@elsewhere.org>'))
    accept(door, message)
    assert list_names(door) == [shown]


def test_a_mail_without_a_sender_cannot_be_accepted(door: Door, call: OutgoingMail) -> None:
    with pytest.raises(Refused, match="does not say who wrote it"):
        accept(door, receive(door, write_reply(call, From="")))


def test_a_mail_cannot_be_accepted_after_the_end(door: Door, call: OutgoingMail) -> None:
    known, stranger = receive(door, write_reply(call)), receive(door, write_reply(call, "stranger"))
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "wrong files"))
    for message in (known, stranger):
        with pytest.raises(Refused, match="The vote is over"):
            accept(door, message)


def test_who_voted_since_is_not_overruled_by_an_older_mail(
    door: Door, call: OutgoingMail, clock: SettableClock
) -> None:
    message = receive(door, write_reply(call))
    clock.advance(minutes=1)
    cast_vote(door, "alice", "-1")
    with pytest.raises(Refused, match="voted again"):
        accept(door, message)


def test_who_erased_their_data_is_not_brought_back(
    door: Door, call: OutgoingMail, open_unit: OpenUnit
) -> None:
    accepted = accept(door, receive(door, write_reply(call, "stranger")))
    second = receive(door, write_reply(call, "stranger", number=2))
    with open_unit() as unit:
        visitor = unit.participants.find(accepted.voter)  # type: ignore[arg-type]
        assert visitor is not None
    erase_participant(door, visitor.id)
    with pytest.raises(Refused, match="erased"):
        accept(door, second)
    with open_unit() as unit:
        message = unit.vote_messages.find(accepted.id)
    assert message is not None
    assert (message.sender, message.sender_name, message.comment) == (None, "", "")


@dataclass(frozen=True, slots=True)
class FindLink(Bookkeeping[str]):
    """The link to what is kept of a visitor."""

    participant: ParticipantId

    def note(self, work: Work) -> str:
        return str(link_participant(work, self.participant))


def erase_participant(door: Door, participant: ParticipantId) -> None:
    door.perform(ANONYMOUS, EraseParticipant(door.keep(FindLink(participant))))


def test_nobody_is_asked_about_what_is_settled(door: Door, call: OutgoingMail, bench: Bench) -> None:
    message = receive(door, write_reply(call))
    accept(door, message)
    AskSender.parse(str(message.id)).run(bench.tools)
    assert bench.mail.sent == {}
    with pytest.raises(Invalid):
        AskSender.parse("x")
    with pytest.raises(Denied):
        door.ask(act_as(door, "rm"), WriteQuestion(message.id))
    assert door.ask(SERVICE, WriteQuestion(999)) is None


def test_a_question_that_does_not_leave_is_tried_again(door: Door, call: OutgoingMail, bench: Bench) -> None:
    message = receive(door, write_reply(call))
    bench.mail.failure = "no answer from alice@example.org"
    with pytest.raises(TryLater) as later:
        AskSender(message.id).run(bench.tools)
    assert "alice" not in str(later.value)
    bench.mail.failure = None
    AskSender(message.id).run(bench.tools)
    AskSender(message.id).run(bench.tools)
    assert len(bench.mail.sent) == 1


class RefusingMail:
    """A mail server that does not know the receiver."""

    def was_delivered(self, message_id: str) -> bool:
        return not message_id

    def forget(self, message_id: str) -> None:
        raise AssertionError(message_id)

    def deliver(self, mail: OutgoingMail) -> str:
        raise MailRefused(f"nobody at {len(mail.to)} addresses")


def test_a_question_nobody_takes_is_given_up(door: Door, call: OutgoingMail, bench: Bench) -> None:
    message = receive(door, write_reply(call))
    AskSender(message.id).run(replace(bench.tools, transport=RefusingMail()))
    assert show_round(door).messages[0].message.state is MessageState.UNCONFIRMED


def test_every_mail_is_listed_and_addresses_for_those_who_run_the_vote(
    door: Door, call: OutgoingMail
) -> None:
    receive(door, write_signed(call))
    receive(door, write_reply(call, "stranger"))
    mails = door.ask(ANONYMOUS, ListMessages(KEY, 1))
    assert [(each.name, each.message.sender, each.may_accept) for each in mails] == [
        ("Alice", None, False),
        ("Stranger Sample", None, False),
    ]
    mails = door.ask(act_as(door, "rm"), ListMessages(KEY, 1))
    assert [(each.message.sender, each.may_accept) for each in mails] == [
        ("alice@example.org", False),
        ("stranger@example.org", True),
    ]


def test_the_copy_of_a_question_goes_with_its_link(
    door: Door, call: OutgoingMail, bench: Bench, tmp_path: Path, clock: SettableClock
) -> None:
    message = receive(door, write_reply(call))
    forget = next(job for job in bench.queue.jobs if job.kind is JobKind.FORGET_QUESTION)
    assert (forget.argument, forget.run_at) == (str(message.id), NOON + timedelta(hours=24))
    ask(bench, message)
    clock.advance(hours=24)
    ForgetQuestion.parse(forget.argument).run(bench.tools)
    assert bench.mail.sent == {}
    AskSender.parse(forget.argument).run(bench.tools)  # one that was late has nothing to say any more
    assert bench.mail.sent == {}
    ForgetQuestion.parse("999").run(bench.tools)
    blocked = tmp_path / "mail"
    blocked.mkdir()
    blocked.joinpath("new").write_text("no folder")
    maildir = Maildir(blocked, Stationery(Letterhead(MailAddress("atr@example.org"))))
    with pytest.raises(TryLater):
        ForgetQuestion.parse(forget.argument).run(replace(bench.tools, transport=maildir))
