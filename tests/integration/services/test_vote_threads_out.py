# SPDX-License-Identifier: Apache-2.0
"""What a thread hears: receipts of ballots, and reminders that reach whoever is awaited and wants them."""

from dataclasses import replace

import pytest

from atr.domain.errors import Denied, NotFound, NotSignedIn, Refused
from atr.domain.mail import MailKind, MailState, OutgoingMail
from atr.domain.names import ReleaseKey, UserId
from atr.domain.people import ANONYMOUS, OPERATOR
from atr.domain.vote import BallotDoor
from atr.mail.memory import MemoryMail
from atr.ports.jobs import JobKind
from atr.ports.unit_of_work import OpenUnit
from atr.services.ballots import CastBallot
from atr.services.deadlines import CollectDue
from atr.services.door import Bookkeeping, Door, Work
from atr.services.errand import TryLater
from atr.services.mails import ListMails, RetryMail, SendMail, ShowMail
from atr.services.people import CreatePerson
from atr.services.reminders import SetReminders, ShowReminders, remind_voters
from atr.services.surroundings import Surroundings
from atr.services.votes import CancelRound, ExtendRound
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.voting import (
    KEY,
    Bench,
    cast_vote,
    change_project,
    list_mails,
    make_bench,
    seal_release,
    set_policy,
    show_round,
    start_vote,
)

ROUND = "demo/main/1.0#1"


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    seal_release(door)
    queue.forget()
    return make_bench(door, surroundings, queue)


def list_receipts(door: Door) -> list[OutgoingMail]:
    return list(list_mails(door, MailKind.BALLOT_RECEIPT))


def list_reminders(door: Door) -> list[OutgoingMail]:
    mails = door.ask(act_as(door, "rm"), ListMails(KEY))
    return [mail for mail in mails if mail.kind is MailKind.REMINDER]


def let_two_thirds_pass(door: Door, clock: SettableClock) -> None:
    clock.advance(hours=48)
    door.keep(CollectDue())


def test_each_ballot_is_told_in_the_thread_once(door: Door, bench: Bench) -> None:
    vote = start_vote(door)
    for choice, comment in (("-1", "No.\n+1 is not what I say"), ("+1", "")):
        command = CastBallot(KEY, 1, choice, vote.manifest_digest, comment, door=BallotDoor.WEB)
        door.perform(act_as(door, "alice"), command)
    cast_vote(door, "dave", "+0.5")
    bench.work_off(JobKind.SEND_MAIL)
    (start,) = list_mails(door)
    first, second, third = list_receipts(door)
    assert {mail.in_reply_to for mail in (first, second, third)} == {start.message_id}
    assert first.subject == "Re: [VOTE] Release Sample Demo 1.0"
    assert first.body.startswith("Alice votes -1 (binding) on the web.\n\n> No.\n> +1 is not what I say\n")
    assert "Alice votes +1 (binding) on the web.\n\nIt replaces the earlier -1.\n\nThis vote" in second.body
    assert third.body.startswith("Dave votes +0.5 (non-binding) by the API.")
    assert "http://atr.example.org/releases/demo/main/1.0/votes/1" in first.body
    assert first.to == first.reply_to == start.to
    assert len(bench.mail.sent) == 4


def test_a_ballot_by_mail_stands_in_the_thread_already(door: Door, bench: Bench) -> None:
    vote = start_vote(door)
    command = CastBallot(KEY, 1, "+1", vote.manifest_digest, door=BallotDoor.MAIL)
    door.perform(act_as(door, "alice"), command)
    assert list_receipts(door) == []


def test_whoever_has_not_voted_is_reminded_once(door: Door, bench: Bench, clock: SettableClock) -> None:
    start_vote(door)
    cast_vote(door, "alice")
    bench.work_off(JobKind.SEND_MAIL)
    bench.mail.sent.clear()
    clock.advance(hours=47)
    door.keep(CollectDue())
    assert list_reminders(door) == []
    let_two_thirds_pass(door, clock)
    assert [mail.receiver for mail in list_reminders(door)] == ["bob", "carol"]
    assert [mail.to for mail in list_reminders(door)] == [(), ()]
    bench.work_off(JobKind.SEND_MAIL)
    assert [mail.to for mail in bench.mail.sent.values()] == [("bob@example.org",), ("carol@example.org",)]
    reminder = next(iter(bench.mail.sent.values()))
    assert reminder.subject == "Reminder: [VOTE] Release Sample Demo 1.0"
    assert "Hello Bob," in reminder.body
    assert "http://atr.example.org/me/reminders" in reminder.body
    assert reminder.reply_to == ("dev@demo.example.org",)
    door.perform(act_as(door, "rm"), ExtendRound(KEY, 1, hours=300))
    clock.advance(hours=250)
    door.keep(CollectDue())
    bench.work_off(JobKind.SEND_MAIL)
    assert len(list_reminders(door)) == 2
    assert len([mail for mail in bench.mail.sent.values() if mail.kind is MailKind.REMINDER]) == 2


def test_who_wants_none_left_or_has_no_address_is_left_in_peace(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    door.perform(OPERATOR, CreatePerson(UserId("zoe"), "Zoe"))
    roster = change_project(door).roster
    change_project(door, roster=replace(roster, pmc_members=roster.pmc_members | {UserId("zoe")}))
    start_vote(door)
    change_project(door, roster=replace(roster, pmc_members=roster.pmc_members - {UserId("carol")}))
    bob = act_as(door, "bob")
    assert door.ask(bob, ShowReminders())
    assert not door.perform(bob, SetReminders(wanted=False)).wants_reminders
    assert not door.ask(bob, ShowReminders())
    with pytest.raises(NotSignedIn):
        door.perform(ANONYMOUS, SetReminders(wanted=False))
    let_two_thirds_pass(door, clock)
    assert [mail.receiver for mail in list_reminders(door)] == ["alice"]


def test_a_reminder_that_came_too_late_does_not_leave(door: Door, bench: Bench, clock: SettableClock) -> None:
    start_vote(door)
    let_two_thirds_pass(door, clock)
    cast_vote(door, "alice")
    door.perform(act_as(door, "bob"), SetReminders(wanted=False))
    bench.queue.jobs.sort(key=lambda job: job.argument)
    bench.work_off(JobKind.SEND_MAIL)
    states = {str(mail.receiver): (mail.state, mail.failure) for mail in list_reminders(door)}
    assert states["alice"] == (MailState.FAILED, "Not sent: the vote is over, or this person has voted.")
    assert states["bob"] == (MailState.FAILED, "Not sent: this person wants no reminders.")
    assert states["carol"] == (MailState.SENT, None)


def test_after_the_vote_nobody_is_reminded(door: Door, bench: Bench, clock: SettableClock) -> None:
    start_vote(door)
    let_two_thirds_pass(door, clock)
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "Another try."))
    bench.work_off(JobKind.SEND_MAIL)
    assert {mail.state for mail in list_reminders(door)} == {MailState.FAILED}
    assert door.keep(RemindVoters()) == 0


class RemindVoters(Bookkeeping[int]):
    """Remind as the upkeep does."""

    def note(self, work: Work) -> int:
        """Return how many mails were new."""
        return remind_voters(work, ROUND)


class LoseAddress(Bookkeeping[None]):
    """Take Alice's address away."""

    def note(self, work: Work) -> None:
        """Save her without."""
        person = work.unit.people.find(UserId("alice"))
        assert person is not None
        work.unit.people.save(replace(person, addresses=()))


def test_an_address_that_is_gone_is_told(door: Door, bench: Bench, clock: SettableClock) -> None:
    start_vote(door)
    let_two_thirds_pass(door, clock)
    door.keep(LoseAddress())
    bench.work_off(JobKind.SEND_MAIL)
    alice = next(mail for mail in list_reminders(door) if mail.receiver == "alice")
    assert alice.failure == "Not sent: there is no address of this person any more."


def test_a_vote_that_closes_by_count_reminds_nobody(door: Door, bench: Bench, open_unit: OpenUnit) -> None:
    set_policy(door, min_hours=0)
    start_vote(door)
    assert show_round(door).vote.deadline_at is None
    assert list_reminders(door) == []


def test_reminders_are_seen_by_their_receiver_and_who_runs_the_release(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    start_vote(door)
    let_two_thirds_pass(door, clock)
    reminder = next(mail for mail in list_reminders(door) if mail.receiver == "alice")
    assert door.ask(act_as(door, "alice"), ShowMail(reminder.message_id)) == reminder
    assert door.ask(add_person(door, "root", sysadmin=True), ShowMail(reminder.message_id)) == reminder
    for actor in (ANONYMOUS, act_as(door, "dave")):
        with pytest.raises(NotFound):
            door.ask(actor, ShowMail(reminder.message_id))
        assert MailKind.REMINDER not in {mail.kind for mail in door.ask(actor, ListMails(KEY))}
    assert reminder not in show_round(door).thread


def test_what_a_server_says_of_an_address_is_not_kept(door: Door, bench: Bench, clock: SettableClock) -> None:
    start_vote(door)
    bench.work_off(JobKind.SEND_MAIL)
    let_two_thirds_pass(door, clock)
    reminder = next(mail for mail in list_reminders(door) if mail.receiver == "bob")
    bench.mail.failure = "bob@example.org is greylisted."
    with pytest.raises(TryLater, match=r"^bob is greylisted"):
        SendMail(reminder.message_id).run(bench.tools)


def test_a_mail_that_was_refused_waits_for_a_person(door: Door, bench: Bench) -> None:
    start_vote(door)
    (mail,) = list_mails(door)
    bench.mail.refusal = "550 No such list."
    bench.work_off(JobKind.SEND_MAIL)
    assert door.ask(ANONYMOUS, ListMails(KEY, MailState.FAILED))[0].failure == "550 No such list."
    assert door.ask(ANONYMOUS, ListMails(KEY, MailState.SENT)) == ()
    bench.mail.refusal = None
    bench.mail.remark = "extra@example.org was refused: 550 No."
    with pytest.raises(Denied):
        door.perform(act_as(door, "dave"), RetryMail(mail.message_id, KEY))
    assert door.perform(act_as(door, "rm"), RetryMail(mail.message_id, KEY)).state is MailState.QUEUED
    bench.work_off(JobKind.SEND_MAIL)
    (sent,) = list_mails(door)
    assert (sent.state, sent.failure) == (MailState.SENT, bench.mail.remark)
    with pytest.raises(Refused, match="left already"):
        door.perform(act_as(door, "rm"), RetryMail(mail.message_id, KEY))


def test_a_mail_is_retried_at_its_own_release_only(door: Door, bench: Bench) -> None:
    start_vote(door)
    (mail,) = list_mails(door)
    other = seal_release(door, ReleaseKey.parse("demo/2.0")).key
    with pytest.raises(NotFound):
        door.perform(act_as(door, "rm"), RetryMail(mail.message_id, other))


class DyingServer(MemoryMail):
    """Takes every mail, and is killed before it can say so, as often as it is told."""

    def __init__(self, deaths: int) -> None:
        super().__init__()
        self.deaths = deaths
        self.taken: list[str] = []

    def was_delivered(self, message_id: str) -> bool:  # noqa: ARG002
        """Return False: nobody can ask an SMTP server."""
        return False

    def deliver(self, mail: OutgoingMail) -> str:
        """Take it, then die."""
        self.taken.append(mail.message_id)
        if self.deaths > 0:
            self.deaths -= 1
            raise KeyboardInterrupt
        return super().deliver(mail)


def test_only_a_crash_between_answer_and_ledger_repeats_a_message_id(door: Door, bench: Bench) -> None:
    start_vote(door)
    (mail,) = list_mails(door)
    server = DyingServer(deaths=1)
    tools = replace(bench.tools, transport=server)
    with pytest.raises(KeyboardInterrupt):
        SendMail(mail.message_id).run(tools)
    for _ in range(3):
        SendMail(mail.message_id).run(tools)
    assert server.taken == [mail.message_id] * 2


def test_a_crash_after_the_ledger_knows_repeats_nothing(door: Door, bench: Bench) -> None:
    start_vote(door)
    (mail,) = list_mails(door)
    server = DyingServer(deaths=0)
    tools = replace(bench.tools, transport=server)
    SendMail(mail.message_id).run(tools)
    door.keep(ForgetSent(mail.message_id))
    SendMail(mail.message_id).run(tools)
    assert server.taken == [mail.message_id]
    assert list_mails(door)[0].state is MailState.SENT


class ForgetSent(Bookkeeping[None]):
    """Leave the mail as a crash right after the ledger's row does."""

    def __init__(self, message_id: str) -> None:
        self.message_id = message_id

    def note(self, work: Work) -> None:
        """Set it back to queued."""
        mail = work.unit.mails.find(self.message_id)
        assert mail is not None
        work.unit.mails.save(replace(mail, state=MailState.QUEUED, sent_at=None))
