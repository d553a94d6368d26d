# SPDX-License-Identifier: Apache-2.0
"""Votes by mail are looked for in the archives of the lists that were asked, while a vote is open."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from atr.domain.errors import Denied, Unavailable
from atr.domain.names import MailAddress, ReleaseKey
from atr.domain.people import SERVICE, ActorKind
from atr.domain.vote import RoundState
from atr.domain.vote_message import ArchivedMail, MessageSource, simplify_subject
from atr.ports.jobs import Deadline, DeadlineKind, Job, JobKind
from atr.ports.mail_archive import MailArchive
from atr.services.door import Query, Work
from atr.services.errand import Errand, Tools, TryLater
from atr.services.rounds import find_round, name_round, parse_round_name
from atr.services.thread_ids import make_start_id
from atr.services.vote_messages import receive_message

_MOST_OPEN = 1_000
_CLOCKS_DIFFER = timedelta(days=1)
log = logging.getLogger("atr.archives")


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """What is looked for: answers to a call in some lists, but for the mails that are known."""

    lists: tuple[MailAddress, ...]
    start_id: str
    subject: str
    opened_at: datetime
    until: datetime
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlanReading(Query[ReadingPlan | None]):
    """Where and what to look for in a round; None when no mail would count any more."""

    release: ReleaseKey
    number: int

    def answer(self, work: Work) -> ReadingPlan | None:
        """Return the plan; raise Denied or NotFound."""
        if work.actor.kind is not ActorKind.SERVICE:
            raise Denied("Only ATR itself reads archives.")
        vote = find_round(work, self.release, self.number)
        call = work.unit.mails.find(make_start_id(work, vote))
        if vote.state is not RoundState.OPEN or vote.policy.manual_vote or call is None:
            return None
        received = work.unit.vote_messages.list(vote.release, vote.number)
        sent = work.unit.mails.list(vote.release)
        return ReadingPlan(
            lists=vote.policy.mail_to,
            start_id=call.message_id,
            subject=call.subject,
            opened_at=vote.opened_at,
            until=work.now,
            known=frozenset({each.message_id for each in received} | {each.message_id for each in sent}),
        )


@dataclass(frozen=True, slots=True)
class ReadArchive(Errand):
    """Take the answers in that the archives have and ATR has not; those that count, count once."""

    release: ReleaseKey
    number: int

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read `PROJECT/PRODUCT/VERSION#ROUND`; raise Invalid."""
        return cls(*parse_round_name(argument))

    def run(self, tools: Tools) -> None:
        """Look through every list; raise TryLater when an archive does not answer."""
        plan = tools.door.ask(SERVICE, PlanReading(self.release, self.number))
        if plan is None:
            return
        for address in plan.lists:
            try:
                self._read_list(tools, plan, address)
            except Unavailable as failure:
                raise TryLater(str(failure)) from None

    def _read_list(self, tools: Tools, plan: ReadingPlan, address: MailAddress) -> None:
        for mail in _find_answers(tools.archive, plan, address):
            raw = tools.archive.read_mail(mail.name)
            if raw is None:
                continue
            round_ = (self.release, self.number)
            message = receive_message(tools.door, raw, MessageSource.ARCHIVE, round_)
            state = "of another thread" if message is None else message.state
            log.info("a mail was read from an archive for %s: %s", name_round(*round_), state)


def _find_answers(archive: MailArchive, plan: ReadingPlan, address: MailAddress) -> tuple[ArchivedMail, ...]:
    """Return the mails of the thread, and those of its subject that name nothing they answer."""
    thread = archive.list_thread(address, plan.start_id)
    since = archive.list_since(address, plan.opened_at - _CLOCKS_DIFFER, plan.until + _CLOCKS_DIFFER)
    wanted = simplify_subject(plan.subject)
    alike = (each for each in since if simplify_subject(each.subject) == wanted)
    found = {each.name: each for each in (*thread, *alike)}
    return tuple(each for each in found.values() if each.message_id not in plan.known)


def look_into_archives(work: Work) -> None:
    """Have the archives read for every open vote, and again after the configured time."""
    pause = work.around.foundation.read_archives_every
    if pause is None:
        return
    for vote in work.unit.votes.list_open(_MOST_OPEN):
        if not vote.policy.manual_vote:
            name = name_round(vote.release, vote.number)
            work.unit.jobs.enqueue(Job(JobKind.READ_ARCHIVE, name, lock=f"archive {name}"))
    schedule_archives(work)


def schedule_archives(work: Work) -> None:
    """Set when the archives are read next; where none is configured, never."""
    pause = work.around.foundation.read_archives_every
    if pause is not None:
        work.unit.deadlines.set(Deadline(DeadlineKind.ARCHIVES, "all", work.now + pause))
