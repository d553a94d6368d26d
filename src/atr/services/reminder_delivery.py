# SPDX-License-Identifier: Apache-2.0
"""The last look before a reminder leaves: only now it gets an address, and only if it is still of use."""

from dataclasses import replace

from atr.domain.mail import OutgoingMail
from atr.domain.names import UserId
from atr.domain.reminder import list_silent
from atr.domain.vote import RoundState
from atr.services.door import Work
from atr.services.rounds import find_left
from atr.services.thread_ids import make_start_id


def address_reminder(work: Work, mail: OutgoingMail, user: UserId) -> tuple[OutgoingMail, str | None]:
    """Return the mail with the person's address, or as it is with the reason why it must not leave."""
    person = work.unit.people.find(user)
    if person is None or not person.addresses:
        return mail, "Not sent: there is no address of this person any more."
    if not person.wants_reminders:
        return mail, "Not sent: this person wants no reminders."
    if not _is_awaited(work, mail, user):
        return mail, "Not sent: the vote is over, or this person has voted."
    return replace(mail, to=person.addresses[:1]), None


def _is_awaited(work: Work, mail: OutgoingMail, user: UserId) -> bool:
    for vote in work.unit.votes.list_rounds(mail.release):
        if vote.state is RoundState.OPEN and make_start_id(work, vote) == mail.in_reply_to:
            ballots = work.unit.votes.list_ballots(vote.release, vote.number)
            return user in list_silent(vote, ballots, find_left(work, vote))
    return False
