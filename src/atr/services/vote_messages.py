# SPDX-License-Identifier: Apache-2.0
"""Mail comes in for votes, by whichever door: kept once, read, and counted if its sender is proven.

First the mail is kept, then its ballot is cast in a transaction of its own: whoever hands the same mail in
again after a crash has it counted then, and never twice.
"""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from atr.domain.artifact import Digest
from atr.domain.errors import Conflict, Denied, Invalid, NotFound, Refused
from atr.domain.mail_identity import Letter, MailProof, Verdict, judge_sender
from atr.domain.names import ReleaseKey, UserId
from atr.domain.people import SERVICE, Person, as_actor
from atr.domain.permissions import Activity, Permission
from atr.domain.vote import BallotDoor, Round
from atr.domain.vote_message import MessageSource, MessageState, VoteMessage, find_digests, make_storable
from atr.domain.vote_steps import explain_ballot
from atr.formats.mail_vote import BallotRead, VoteMail, read_vote_mail
from atr.services.ballots import CastBallot, take_ballot
from atr.services.door import Bookkeeping, Command, Done, Door, Place, Query, Work
from atr.services.rounds import count_round, find_round, hold_round
from atr.services.sender_questions import ask_sender
from atr.services.stray_mails import NoteStray
from atr.services.vote_threads import FindThread, Thread

_OVERTAKEN = "Its sender voted again after writing it."
_TAKEN_BACK = "Its sender took their vote back after writing it."


@dataclass(frozen=True, slots=True)
class ProveMail(Query[MailProof]):
    """What can be proven of a mail's sender; takes a while, and no part in any transaction."""

    raw: bytes = field(repr=False)

    def answer(self, work: Work) -> MailProof:
        """Return it."""
        return work.around.mail_prover.examine(self.raw)


def receive_message(
    door: Door, raw: bytes, source: MessageSource, only: tuple[ReleaseKey, int] | None = None
) -> VoteMessage | None:
    """Take a mail in; return what became of it, or None when it belongs to no vote, or not to `only`.

    What returns is stored: a door may then tell whoever brought the mail that it need not keep it. What
    belongs to no vote but looks like one is noted for sysadmins, unless whoever handed it in is told.
    """
    mail = read_vote_mail(raw)
    thread = door.ask(SERVICE, FindThread(mail))
    if thread is None and only is None:
        door.keep(NoteStray(mail, source))
    if thread is None or (only is not None and only != (thread.release, thread.round)):
        return None
    mail = read_vote_mail(raw, thread.template)
    proof = door.ask(SERVICE, ProveMail(raw))
    kept, voter = door.keep(KeepMessage(mail, thread, proof, source, raw))
    if kept.state is not MessageState.RECEIVED or voter is None:
        return kept
    try:
        return door.perform(as_actor(voter), CountMessage(kept.release, kept.id))
    except Conflict:  # another door was faster
        return door.keep(ReadMessage(kept.id))
    except (Refused, Denied, Invalid) as refusal:
        return door.keep(RejectMessage(kept.id, refusal.reasons))


@dataclass(frozen=True, slots=True)
class KeepMessage(Bookkeeping[tuple[VoteMessage, Person | None]]):
    """Keep a mail as it was read, once; one whose sender is proven takes the place of an unproven copy."""

    mail: VoteMail
    thread: Thread
    proof: MailProof
    source: MessageSource
    raw: bytes = field(repr=False)

    def note(self, work: Work) -> tuple[VoteMessage, Person | None]:
        """Return the mail as it is kept, and whose ballot it is if it is to be counted."""
        vote = find_round(work, self.thread.release, self.thread.round)
        voter = work.unit.people.find_by_address(self.mail.sender) if self.mail.sender else None
        fresh = self._judge(work, vote, voter)
        kept = work.unit.vote_messages.add(fresh, self.raw)
        work.unit.stray_mails.remove(fresh.message_id)
        if kept is None:
            kept = self._meet_copy(work, fresh)
        if kept.state is MessageState.UNCONFIRMED and kept.asked_at is None:
            kept = ask_sender(work, kept)
        return kept, voter

    def _meet_copy(self, work: Work, fresh: VoteMessage) -> VoteMessage:
        known = work.unit.vote_messages.find_by_message_id(fresh.message_id)
        assert known is not None  # it was there a moment ago, and mails are never removed
        is_settled = known.is_proven or known.state is MessageState.COUNTED or known.decided_at is not None
        if is_settled or not fresh.is_proven:
            return known
        better = replace(fresh, id=known.id, asked_at=known.asked_at)
        work.unit.vote_messages.replace(better, self.raw)
        return better

    def _judge(self, work: Work, vote: Round, voter: Person | None) -> VoteMessage:
        mail, reading = self.mail, self.mail.reading
        verdict = self._identify(work)
        ballot = reading if isinstance(reading, BallotRead) else None
        reasons = self.thread.reasons or _explain_round(work, vote, mail.authored_text)
        return VoteMessage(
            release=vote.release,
            round=vote.number,
            message_id=make_storable(mail.message_id),
            source=self.source,
            sender=mail.sender,
            sender_name=make_storable(mail.sender_name),
            subject=make_storable(mail.subject),
            sent_at=mail.sent_at,
            received_at=work.now,
            choice=ballot.choice if ballot else None,
            text=ballot.text if ballot else "",
            comment=make_storable(ballot.comment) if ballot else "",
            explanation=reading.explanation,
            is_proven=verdict.is_proven,
            identity=_say_identity(verdict, voter),
            state=_choose_state(ballot, reasons, is_certain=verdict.is_proven and voter is not None),
            reasons=reasons if ballot else (),
        )

    def _identify(self, work: Work) -> Verdict:
        letter = Letter(self.mail.sender, self.mail.from_address, self.thread.header)
        return judge_sender(letter, self.proof, work.around.foundation.list_hosts)


def _choose_state(ballot: BallotRead | None, reasons: tuple[str, ...], *, is_certain: bool) -> MessageState:
    if ballot is None:
        return MessageState.NO_BALLOT
    if reasons:
        return MessageState.REJECTED
    return MessageState.RECEIVED if is_certain else MessageState.UNCONFIRMED


def _say_identity(verdict: Verdict, voter: Person | None) -> str:
    known = "" if voter is not None else " Nobody in the directory has this address."
    return f"{verdict.explanation}{known}"


def _explain_round(work: Work, vote: Round, text: str) -> tuple[str, ...]:
    """Say why no ballot of a mail can be cast now; digests in its text have to be those of the round."""
    return explain_ballot(vote, count_round(work, vote).tally, find_seen(vote, text))


def find_seen(vote: Round, text: str) -> Digest:
    """Return the manifest digest a mail is about: that of its round, unless it names only others."""
    named = find_digests(text)
    return vote.manifest_digest if str(vote.manifest_digest) in named or not named else Digest.parse(named[0])


@dataclass(frozen=True, slots=True)
class CountMessage(Command[VoteMessage]):
    """Cast the ballot in a mail that is proven to be one's own."""

    release: ReleaseKey
    message: int

    permission: ClassVar[Permission] = Activity.VOTE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[VoteMessage]:
        """Cast it, as by every other door; raise Conflict when it was counted in the meantime, or Refused."""
        message = hold_message(work, self.release, self.message)
        if message.state is not MessageState.RECEIVED or work.actor.user is None:
            raise Conflict("This mail was dealt with in the meantime: look again.")
        return cast_message(work, message, work.actor.user)


def hold_message(work: Work, release: ReleaseKey, message: int) -> VoteMessage:
    """Return a mail of the release and keep everybody else from it; raise NotFound."""
    found = work.unit.vote_messages.find(message, lock=True)
    if found is None or found.release != release:
        raise NotFound("mail", f"{message} among those of the votes on {release}")
    return found


def cast_message(work: Work, message: VoteMessage, voter: UserId) -> Done[VoteMessage]:
    """Cast the ballot in the mail for a person, by the same command as every other ballot."""
    vote = hold_round(work, message.release, message.round)
    require_newest(work, message, voter)
    given = CastBallot(
        message.release,
        message.round,
        message.text,
        vote.manifest_digest,
        message.comment,
        door=BallotDoor.MAIL,
    )
    done = take_ballot(work, given, voter)
    counted = replace(message, state=MessageState.COUNTED, voter=voter, reasons=())
    work.unit.vote_messages.save(counted)
    return Done(counted, done.event, done.subject, {**done.details, "mail": message.id})


def require_newest(work: Work, message: VoteMessage, voter: str) -> None:
    """Raise Refused when its sender has acted since: mails come in any order, the latest act wins."""
    ballots = work.unit.votes.list_ballots(message.release, message.round)
    elsewhere = [each.cast_at for each in ballots if each.voter == voter and each.door is not BallotDoor.MAIL]
    mails = work.unit.vote_messages.list(message.release, message.round)
    earlier = [each.written_at for each in mails if each.voter == voter]
    if any(moment > message.written_at for moment in (*elsewhere, *earlier)):
        raise Refused(_OVERTAKEN)
    withdrawn = work.unit.votes.list_withdrawn(message.release, message.round)
    if any(each.ballot.voter == voter and each.withdrawn_at > message.written_at for each in withdrawn):
        raise Refused(_TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class RejectMessage(Bookkeeping[VoteMessage]):
    """Write down why the ballot in a mail does not count."""

    message: int
    reasons: tuple[str, ...]

    def note(self, work: Work) -> VoteMessage:
        """Keep the reasons, unless it was counted after all."""
        found = read_message(work, self.message, lock=True)
        if found.state is not MessageState.RECEIVED:
            return found
        rejected = replace(found, state=MessageState.REJECTED, reasons=self.reasons)
        work.unit.vote_messages.save(rejected)
        return rejected


@dataclass(frozen=True, slots=True)
class ReadMessage(Bookkeeping[VoteMessage]):
    """Look at a mail again."""

    message: int

    def note(self, work: Work) -> VoteMessage:
        """Return it as it is now."""
        return read_message(work, self.message)


def read_message(work: Work, message: int, *, lock: bool = False) -> VoteMessage:
    """Return a mail that is known to be there."""
    found = work.unit.vote_messages.find(message, lock=lock)
    if found is None:
        raise NotFound("mail", message)
    return found
