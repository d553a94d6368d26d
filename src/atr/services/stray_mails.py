# SPDX-License-Identifier: Apache-2.0
"""Mails that look like votes and answer none: noted, so that no vote is lost without anybody knowing."""

from dataclasses import dataclass

from atr.domain.errors import Denied, NotSignedIn
from atr.domain.people import ActorKind, Role
from atr.domain.vote_message import MessageSource, StrayMail, looks_like_vote, make_storable
from atr.formats.mail_vote import BallotRead, VoteMail
from atr.services.door import Bookkeeping, Query, Work

_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class NoteStray(Bookkeeping[bool]):
    """Note a mail that answers no vote, if it looks like one; other mail of a list is nobody's business."""

    mail: VoteMail
    source: MessageSource

    def note(self, work: Work) -> bool:
        """Tell whether it was noted; ATR's own mails come back from lists and are none."""
        mail, reading = self.mail, self.mail.reading
        text = reading.text if isinstance(reading, BallotRead) else ""
        is_own = work.unit.mails.find(mail.message_id) is not None
        if is_own or not (text or looks_like_vote(mail.subject)):
            return False
        stray = StrayMail(
            message_id=make_storable(mail.message_id),
            source=self.source,
            subject=make_storable(mail.subject),
            text=text,
            received_at=work.now,
        )
        work.unit.stray_mails.add(stray)
        return True


@dataclass(frozen=True, slots=True)
class ListStrays(Query[tuple[StrayMail, ...]]):
    """The newest mails that look like votes and answer none, for sysadmins."""

    def answer(self, work: Work) -> tuple[StrayMail, ...]:
        """Return them; raise NotSignedIn or Denied."""
        if work.actor.kind is ActorKind.ANONYMOUS:
            raise NotSignedIn
        if Role.SYSADMIN not in work.roles:
            raise Denied("Only sysadmins see the mails that answer no vote.")
        return work.unit.stray_mails.list_newest(_MOST_SHOWN)
