# SPDX-License-Identifier: Apache-2.0
"""Which round a mail that came in belongs to: by what it answers, else by its subject."""

from collections.abc import Iterable
from dataclasses import dataclass

from atr.domain.errors import Denied
from atr.domain.mail import OutgoingMail
from atr.domain.names import ReleaseKey
from atr.domain.people import ActorKind
from atr.domain.vote import Round
from atr.domain.vote_message import names_other_release, simplify_subject
from atr.formats.mail_vote import VoteMail
from atr.services.door import Query, Work
from atr.services.thread_ids import make_start_id

_MOST_OPEN = 1_000


@dataclass(frozen=True, slots=True)
class Thread:
    """The round of a mail, the header that says so, the call for votes, and what speaks against it."""

    release: ReleaseKey
    round: int
    header: str
    template: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindThread(Query[Thread | None]):
    """The round a mail answers, for whoever takes mail in; None for other mail, and for ATR's own."""

    mail: VoteMail

    def answer(self, work: Work) -> Thread | None:
        """Return it; raise Denied."""
        if work.actor.kind is not ActorKind.SERVICE:
            raise Denied("Only ATR itself sorts mail.")
        if work.unit.mails.find(self.mail.message_id) is not None:
            return None
        found = _find_by_headers(work, self.mail) or _find_by_subject(work, self.mail)
        return None if found is None else _describe(work, self.mail, *found)


def _find_by_headers(work: Work, mail: VoteMail) -> tuple[ReleaseKey, int, str] | None:
    answered = (mail.in_reply_to,) if mail.in_reply_to else ()
    for header, ids in (("in-reply-to", answered), ("references", tuple(reversed(mail.references)))):
        found = _find_sent(work, ids) or work.unit.vote_messages.find_round(ids)
        if found is not None:
            return *found, header
    return None


def _find_sent(work: Work, ids: Iterable[str]) -> tuple[ReleaseKey, int] | None:
    """Return the round that a mail of ATR's own called for or told about."""
    for each in ids:
        sent = work.unit.mails.find(each)
        vote = _find_round_of(work, sent) if sent is not None else None
        if vote is not None:
            return vote.release, vote.number
    return None


def _find_round_of(work: Work, sent: OutgoingMail) -> Round | None:
    begun = {sent.message_id, sent.in_reply_to}
    rounds = work.unit.votes.list_rounds(sent.release)
    return next((vote for vote in rounds if make_start_id(work, vote) in begun), None)


def _find_by_subject(work: Work, mail: VoteMail) -> tuple[ReleaseKey, int, str] | None:
    """Return the open round whose call has the same subject: some mail programs name nothing they answer."""
    wanted = simplify_subject(mail.subject)
    if not wanted or wanted == " ".join(mail.subject.split()).casefold():
        return None  # what is no answer begins a thread of its own
    for vote in work.unit.votes.list_open(_MOST_OPEN):
        call = work.unit.mails.find(make_start_id(work, vote))
        if call is not None and simplify_subject(call.subject) == wanted:
            return vote.release, vote.number, "subject"
    return None


def _describe(work: Work, mail: VoteMail, release: ReleaseKey, number: int, header: str) -> Thread:
    vote = work.unit.votes.find_round(release, number)
    call = work.unit.mails.find(make_start_id(work, vote)) if vote is not None else None
    other = names_other_release(mail.subject, release.version)
    reasons = (f"The subject names another release than {release.version}.",) if other else ()
    return Thread(release, number, header, call.body if call is not None else "", reasons)
