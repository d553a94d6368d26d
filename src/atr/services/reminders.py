# SPDX-License-Identifier: Apache-2.0
"""Reminding those whose vote is awaited, once in a round; whoever wants none is left in peace."""

from dataclasses import dataclass, replace
from typing import ClassVar

from atr.domain.event import Subject
from atr.domain.mail import MailKind, OutgoingMail
from atr.domain.people import Person
from atr.domain.permissions import Permission, Standing
from atr.domain.reminder import list_silent
from atr.domain.vote import RoundState
from atr.services.accounts import require_user
from atr.services.door import Command, Done, Query, Work
from atr.services.mail_texts import write_reminder
from atr.services.mails import queue_mail
from atr.services.people import find_person
from atr.services.rounds import count_round, find_round, parse_round_name
from atr.services.thread_ids import make_round_id, make_start_id
from atr.services.vote_mails import gather_facts, make_settings_url


def remind_voters(work: Work, round_name: str) -> int:
    """Queue a mail to everybody on the roster who has not voted and wants it; return how many were new."""
    vote = find_round(work, *parse_round_name(round_name))
    if vote.state is not RoundState.OPEN:
        return 0
    facts, count = gather_facts(work, vote), count_round(work, vote)
    silent = (work.unit.people.find(user) for user in list_silent(vote, count.ballots, count.left))
    letters = (
        (person, write_reminder(facts, person.name, make_settings_url(work)))
        for person in silent
        if person is not None and person.addresses and person.wants_reminders
    )
    mails = [
        OutgoingMail(
            message_id=make_round_id(work, vote, MailKind.REMINDER, person.id),
            kind=MailKind.REMINDER,
            release=vote.release,
            to=(),
            receiver=person.id,
            reply_to=vote.policy.mail_to,
            subject=letter.subject,
            body=letter.body,
            queued_at=work.now,
            in_reply_to=make_start_id(work, vote),
        )
        for person, letter in letters
    ]
    return sum(queue_mail(work, mail) for mail in mails)


@dataclass(frozen=True, slots=True)
class SetReminders(Command[Person]):
    """Switch one's own reminders on or off."""

    wanted: bool
    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def carry_out(self, work: Work) -> Done[Person]:
        """Save it; reminders that wait already obey it too."""
        person = replace(find_person(work, require_user(work)), wants_reminders=self.wanted)
        work.unit.people.save(person)
        return Done(person, "reminders.set", Subject("person", person.id), {"wanted": self.wanted})


@dataclass(frozen=True, slots=True)
class ShowReminders(Query[bool]):
    """Whether one wants to be reminded."""

    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def answer(self, work: Work) -> bool:
        """Return it."""
        return find_person(work, require_user(work)).wants_reminders
