# SPDX-License-Identifier: Apache-2.0
"""The outbox: mail is queued with the change it tells of, and leaves by job, once."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from atr.domain.announcement import AnnouncementState
from atr.domain.errors import Denied, NotFound, NotSignedIn, Refused
from atr.domain.event import EventDetail, Subject
from atr.domain.lifecycle import Phase
from atr.domain.mail import MailKind, MailState, OutgoingMail
from atr.domain.names import ReleaseKey
from atr.domain.people import SERVICE, ActorKind, Role
from atr.domain.permissions import Activity, Permission
from atr.domain.release import Release
from atr.ports.jobs import Job, JobKind
from atr.ports.mail import MailFailed, MailRefused
from atr.ports.repositories.mails import MailFilter
from atr.ports.repositories.paging import Page, PageRequest
from atr.services.door import Bookkeeping, Command, Done, Place, Query, Work
from atr.services.errand import Errand, Tools, TryLater
from atr.services.ledger import run_once
from atr.services.release_phases import enter_phase
from atr.services.releases import find_release
from atr.services.reminder_delivery import address_reminder

_DELIVERED = "delivered"


def queue_mail(work: Work, mail: OutgoingMail) -> bool:
    """Add the mail and the job that sends it; return False when the same occasion's mail is there already."""
    added = work.unit.mails.add(mail)
    if added:
        _enqueue_mail(work, mail)
    return added


def _enqueue_mail(work: Work, mail: OutgoingMail) -> None:
    # One lock a release: a reply never overtakes what it answers.
    lock = f"mail {mail.release.storage_key}"
    work.unit.jobs.enqueue(Job(JobKind.SEND_MAIL, mail.message_id, lock=lock))


@dataclass(frozen=True, slots=True)
class ShowMail(Query[OutgoingMail]):
    """One mail by its message id."""

    message_id: str

    def answer(self, work: Work) -> OutgoingMail:
        """Return the mail; raise NotFound, also for one to somebody else."""
        mail = _find_mail(work, self.message_id)
        if not _may_see(work, mail):
            raise NotFound("mail", self.message_id)
        return mail


@dataclass(frozen=True, slots=True)
class ListMails(Query[tuple[OutgoingMail, ...]]):
    """The mails about a release, which everybody may see.

    Mails to one person are seen by that person and by those who run the release.
    """

    release: ReleaseKey
    state: MailState | None = None

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> tuple[OutgoingMail, ...]:
        """Return the mails in order of queueing; raise NotFound."""
        mails = work.unit.mails.list(find_release(work, self.release).key)
        wanted = (mail for mail in mails if self.state in {None, mail.state})
        return tuple(mail for mail in wanted if _may_see(work, mail))


@dataclass(frozen=True, slots=True)
class SearchOutbox(Query[Page[OutgoingMail]]):
    """The mails of all releases, newest first; for sysadmins."""

    which: MailFilter = field(default_factory=MailFilter)
    page: PageRequest = field(default_factory=PageRequest)

    def answer(self, work: Work) -> Page[OutgoingMail]:
        """Return one page of them; raise NotSignedIn or Denied."""
        if work.actor.kind is ActorKind.ANONYMOUS:
            raise NotSignedIn
        if Role.SYSADMIN not in work.roles:
            raise Denied("Only sysadmins see the whole outbox: ask for the mails of a release.")
        return work.unit.mails.search(self.which, self.page)


@dataclass(frozen=True, slots=True)
class MayRetryMails(Query[bool]):
    """Whether whoever asks may have mails of a release tried again."""

    release: ReleaseKey

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> bool:
        """Return whether they run the release."""
        return Activity.RUN_PHASE in work.permitted


def _may_see(work: Work, mail: OutgoingMail) -> bool:
    is_own = mail.receiver is None or mail.receiver == work.actor.user
    return is_own or Role.SYSADMIN in work.roles or Activity.RUN_PHASE in work.permitted


def _find_mail(work: Work, message_id: str) -> OutgoingMail:
    mail = work.unit.mails.find(message_id)
    if mail is None:
        raise NotFound("mail", message_id)
    return mail


@dataclass(frozen=True, slots=True)
class Delivery:
    """A mail on its way; `obstacle` is why it must not leave any more, unless it has left already."""

    mail: OutgoingMail
    obstacle: str | None


@dataclass(frozen=True, slots=True)
class PrepareDelivery(Query[Delivery]):
    """What a worker has to know before it sends a mail."""

    message_id: str

    def answer(self, work: Work) -> Delivery:
        """Return the mail with what stands against sending it; raise NotFound."""
        mail = _find_mail(work, self.message_id)
        phase = find_release(work, mail.release).phase
        if mail.receiver is not None:
            return Delivery(*address_reminder(work, mail, mail.receiver))
        outdated = mail.kind is MailKind.ANNOUNCEMENT and phase is not Phase.ANNOUNCE
        return Delivery(mail, f"Not sent: the release is in phase {phase} by now." if outdated else None)


@dataclass(frozen=True, slots=True)
class NoteMailSent(Bookkeeping[None]):
    """Write down that a mail left; a remark names those who did not take it."""

    message_id: str
    remark: str = ""

    def note(self, work: Work) -> None:
        """Mark it as sent."""
        _mark_sent(work, _find_mail(work, self.message_id), self.remark)


@dataclass(frozen=True, slots=True)
class NoteMailFailure(Bookkeeping[None]):
    """Write down why a mail did not leave: for good, or so far."""

    message_id: str
    reason: str
    for_good: bool = True

    def note(self, work: Work) -> None:
        """Keep the reason; a mail that is tried again stays queued."""
        mail = _find_mail(work, self.message_id)
        state = MailState.FAILED if self.for_good else MailState.QUEUED
        work.unit.mails.save(replace(mail, state=state, failure=self.reason))


def _mark_sent(work: Work, mail: OutgoingMail, remark: str) -> None:
    sent = replace(mail, state=MailState.SENT, sent_at=work.now, failure=remark or None)
    work.unit.mails.save(sent)


@dataclass(frozen=True, slots=True)
class RetryMail(Command[OutgoingMail]):
    """Have a mail that did not leave tried again now."""

    message_id: str
    release: ReleaseKey

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[OutgoingMail]:
        """Queue it again; raise NotFound, or Refused for a mail that has left."""
        mail = _find_mail(work, self.message_id)
        if mail.release != self.release:
            raise NotFound("mail", self.message_id)
        if mail.state is MailState.SENT:
            raise Refused("This mail has left already.")
        queued = replace(mail, state=MailState.QUEUED)
        work.unit.mails.save(queued)
        _enqueue_mail(work, queued)
        details: dict[str, EventDetail] = {"message_id": mail.message_id, "kind": str(mail.kind)}
        return Done(queued, "mail.retried", Subject.of_release(self.release, "mail"), details)


@dataclass(frozen=True, slots=True)
class RecordAnnounced(Command[Release]):
    """Record that the announcement left: the release is released, in the same transaction."""

    message_id: str
    release: ReleaseKey
    remark: str = ""

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Release]:
        """Mark mail and announcement as sent and move on; a release put aside meanwhile stays where it is."""
        mail = _find_mail(work, self.message_id)
        announcement = work.unit.announcements.find(self.release)
        if mail.release != self.release or announcement is None or mail.state is MailState.SENT:
            raise Refused("This mail does not announce the release for the first time.")
        _mark_sent(work, mail, self.remark)
        work.unit.announcements.save(
            replace(announcement, state=AnnouncementState.SENT, sent_at=work.now, last_problem=None)
        )
        release = find_release(work, self.release)
        if release.phase is Phase.ANNOUNCE:
            release = enter_phase(work, release, Phase.RELEASED)
        details: dict[str, EventDetail] = {"message_id": self.message_id, "phase": str(release.phase)}
        return Done(release, "release.announced", Subject.of_release(self.release), details)


@dataclass(frozen=True, slots=True)
class SendMail(Errand):
    """Send one mail once, however often this runs."""

    message_id: str

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read the message id."""
        return cls(argument)

    def run(self, tools: Tools) -> None:
        """Let the mail leave unless it has left, and write down that it did; raise TryLater."""
        delivery = tools.door.ask(SERVICE, PrepareDelivery(self.message_id))
        mail, obstacle = delivery.mail, delivery.obstacle
        if mail.state is MailState.SENT:
            return
        if obstacle is not None and not tools.transport.was_delivered(mail.message_id):
            tools.door.keep(NoteMailFailure(mail.message_id, obstacle))
            return
        try:
            remark = _send_once(tools, mail)
        except MailFailed as failure:
            _note_failure(tools, mail, failure)
            return
        if mail.kind is MailKind.ANNOUNCEMENT:
            tools.door.perform(SERVICE, RecordAnnounced(mail.message_id, mail.release, remark))
        else:
            tools.door.keep(NoteMailSent(mail.message_id, remark))


def _send_once(tools: Tools, mail: OutgoingMail) -> str:
    """Return who did not take it, if anybody; raise MailFailed."""

    def ask() -> str | None:
        return _DELIVERED if tools.transport.was_delivered(mail.message_id) else None

    def act() -> str:
        return tools.transport.deliver(mail) or _DELIVERED

    result = run_once(tools.door, f"mail {mail.message_id}", ask, act)
    return "" if result == _DELIVERED else result


def _note_failure(tools: Tools, mail: OutgoingMail, failure: MailFailed) -> None:
    """Keep the reason; raise TryLater unless it is for good."""
    reason = str(failure)
    if mail.receiver is not None:  # what a server says may repeat the address, and reasons are logged
        reason = reason.replace(mail.to[0], mail.receiver)
    for_good = isinstance(failure, MailRefused)
    tools.door.keep(NoteMailFailure(mail.message_id, reason, for_good))
    if not for_good:
        raise TryLater(reason) from None
