# SPDX-License-Identifier: Apache-2.0
"""Mail leaves once, whatever fails on the way, and says what became of it."""

from dataclasses import dataclass, replace

import pytest

from atr.domain.errors import Denied, NotFound, NotSignedIn, Refused
from atr.domain.lifecycle import Phase
from atr.domain.mail import MailKind, MailState, OutgoingMail
from atr.domain.names import MailAddress, ReleaseKey
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE
from atr.mail.memory import MemoryMail
from atr.ports.jobs import JobKind
from atr.ports.mail import MailFailed
from atr.services.door import Bookkeeping, Door, Work
from atr.services.errand import TryLater
from atr.services.mails import (
    ListMails,
    NoteMailSent,
    RecordAnnounced,
    SearchOutbox,
    SendMail,
    ShowMail,
    queue_mail,
)
from atr.services.surroundings import Surroundings
from tests.support.door import NOON, RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.voting import KEY, Bench, make_bench, read_release, seal_release

MAIL = OutgoingMail(
    message_id="<1@example.org>",
    kind=MailKind.VOTE_NOTICE,
    release=KEY,
    to=(MailAddress("dev@demo.example.org"),),
    subject="News",
    body="Nothing new.\n",
    queued_at=NOON,
)


@dataclass(frozen=True, slots=True)
class QueueMail(Bookkeeping[bool]):
    """Queue a mail."""

    mail: OutgoingMail

    def note(self, work: Work) -> bool:
        """Return whether it was new."""
        return queue_mail(work, self.mail)


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    seal_release(door)
    queue.forget()
    return make_bench(door, surroundings, queue)


def show_mail(door: Door) -> OutgoingMail:
    return door.ask(ANONYMOUS, ShowMail(MAIL.message_id))


def test_a_queued_mail_has_its_job(door: Door, bench: Bench) -> None:
    assert door.keep(QueueMail(MAIL))
    assert show_mail(door) == MAIL
    (job,) = bench.queue.jobs
    assert (job.kind, job.argument, job.lock) == (JobKind.SEND_MAIL, "<1@example.org>", "mail demo/main/1.0")


def test_the_same_occasion_queues_no_second_mail(door: Door, bench: Bench) -> None:
    door.keep(QueueMail(MAIL))
    assert not door.keep(QueueMail(replace(MAIL, subject="Other news")))
    assert show_mail(door).subject == "News"
    assert len(bench.queue.jobs) == 1


def test_a_sent_mail_says_when(door: Door, bench: Bench, clock: SettableClock) -> None:
    door.keep(QueueMail(MAIL))
    clock.advance(minutes=1)
    bench.work_off()
    assert bench.list_subjects() == ["News"]
    mail = show_mail(door)
    assert (mail.state, mail.sent_at) == (MailState.SENT, clock.now)


def test_sending_again_sends_nothing(door: Door, bench: Bench) -> None:
    door.keep(QueueMail(MAIL))
    bench.work_off()
    bench.mail.sent.clear()
    SendMail.parse(MAIL.message_id).run(bench.tools)
    assert bench.list_subjects() == []


def test_a_failure_is_kept_with_its_reason_until_a_later_attempt(door: Door, bench: Bench) -> None:
    door.keep(QueueMail(MAIL))
    bench.mail.failure = "The disk is full."
    with pytest.raises(TryLater, match="disk is full"):
        SendMail(MAIL.message_id).run(bench.tools)
    failed = show_mail(door)
    assert (failed.state, failed.failure) == (MailState.QUEUED, "The disk is full.")
    bench.mail.failure = None
    SendMail(MAIL.message_id).run(bench.tools)
    sent = show_mail(door)
    assert (sent.state, sent.failure) == (MailState.SENT, None)


class DyingMail(MemoryMail):
    """Delivers, and dies before it can say so."""

    def deliver(self, mail: OutgoingMail) -> str:
        """Deliver, then fail in a way that nobody foresaw."""
        super().deliver(mail)
        raise KeyboardInterrupt


def test_a_crash_after_delivery_does_not_send_it_twice(door: Door, bench: Bench) -> None:
    door.keep(QueueMail(MAIL))
    dying = DyingMail()
    tools = replace(bench.tools, transport=dying)
    with pytest.raises(KeyboardInterrupt):
        SendMail(MAIL.message_id).run(tools)
    assert show_mail(door).state is MailState.QUEUED
    SendMail(MAIL.message_id).run(tools)
    assert show_mail(door).state is MailState.SENT
    assert list(dying.sent) == [MAIL.message_id]


def test_a_mail_nobody_queued_is_not_found(door: Door, bench: Bench) -> None:
    with pytest.raises(NotFound):
        SendMail("<2@x>").run(bench.tools)
    with pytest.raises(NotFound):
        door.keep(NoteMailSent("<2@x>"))


def test_an_announcement_of_a_release_that_was_withdrawn_does_not_leave(door: Door, bench: Bench) -> None:
    door.keep(QueueMail(replace(MAIL, kind=MailKind.ANNOUNCEMENT)))
    bench.work_off()
    assert bench.list_subjects() == []
    mail = show_mail(door)
    assert mail.state is MailState.FAILED
    assert mail.failure == "Not sent: the release is in phase evaluate by now."


def test_only_an_announcement_records_a_release_as_announced(door: Door, bench: Bench) -> None:
    door.keep(QueueMail(MAIL))
    with pytest.raises(Refused, match="does not announce"):
        door.perform(SERVICE, RecordAnnounced(MAIL.message_id, KEY))
    assert read_release(door).phase is Phase.EVALUATE


def test_everybody_sees_the_mails_about_a_release(door: Door, bench: Bench) -> None:
    door.keep(QueueMail(MAIL))
    assert door.ask(ANONYMOUS, ListMails(KEY)) == (MAIL,)
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ListMails(ReleaseKey.parse("demo/9")))


def test_only_sysadmins_see_the_whole_outbox(door: Door, bench: Bench) -> None:
    door.keep(QueueMail(MAIL))
    door.keep(QueueMail(replace(MAIL, message_id="<2@example.org>")))
    sysadmin = add_person(door, "root", sysadmin=True)
    mails = door.ask(sysadmin, SearchOutbox()).items
    assert [mail.message_id for mail in mails] == ["<2@example.org>", "<1@example.org>"]
    with pytest.raises(NotSignedIn):
        door.ask(ANONYMOUS, SearchOutbox())
    for other in (act_as(door, "alice"), OPERATOR):
        with pytest.raises(Denied):
            door.ask(other, SearchOutbox())


def test_a_refusing_transport_says_so() -> None:
    transport = MemoryMail()
    transport.failure = "no"
    with pytest.raises(MailFailed):
        transport.deliver(MAIL)
