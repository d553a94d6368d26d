# SPDX-License-Identifier: Apache-2.0
"""Mails that came in for votes, in the database."""

import zlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Row, Select, func, select, update
from sqlalchemy.dialects import postgresql

from atr.db.releases import find_release_id, read_release_key
from atr.db.tables.releases import releases
from atr.db.tables.vote_messages import vote_messages
from atr.db.tables.votes import rounds
from atr.domain.names import MailAddress, ProjectKey, ReleaseKey, Voter, parse_voter
from atr.domain.vote import Choice, RoundState
from atr.domain.vote_message import MessageSource, MessageState, VoteMessage

_KEPT = [column for column in vote_messages.c if column.name != "raw"]
_FORGOTTEN = {"sender": None, "sender_name": "", "subject": "", "comment": "", "raw": None}


class VoteMessageRows:
    """Every mail of a thread, once, as it came."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, message: VoteMessage, raw: bytes) -> VoteMessage | None:
        """Keep the mail; return it with its id, or None when one with its message id is there already."""
        values = _write(message) | _write_origin(message, raw)
        added = postgresql.insert(vote_messages).values(values).on_conflict_do_nothing()
        row = self._connection.execute(added.returning(vote_messages.c.id)).one_or_none()
        return None if row is None else self.find(row.id)

    def replace(self, message: VoteMessage, raw: bytes) -> None:
        """Put what came later in the place of what came first with the same message id."""
        values = _write(message) | _write_origin(message, raw)
        self._connection.execute(update(vote_messages).where(vote_messages.c.id == message.id).values(values))

    def save(self, message: VoteMessage) -> None:
        """Replace what became of it."""
        this = update(vote_messages).where(vote_messages.c.id == message.id)
        self._connection.execute(this.values(_write(message)))

    def find(self, message: int, *, lock: bool = False) -> VoteMessage | None:
        """Return the mail; `lock` holds it until the transaction ends."""
        wanted = _select().where(vote_messages.c.id == message)
        return self._read_one(wanted.with_for_update(of=vote_messages) if lock else wanted)

    def find_by_message_id(self, message_id: str) -> VoteMessage | None:
        """Return the mail with this message id, held until the transaction ends."""
        wanted = _select().where(vote_messages.c.message_id == message_id)
        return self._read_one(wanted.with_for_update(of=vote_messages))

    def find_round(self, message_ids: Iterable[str]) -> tuple[ReleaseKey, int] | None:
        """Return the round in whose thread one of these mails stands, the first that is known."""
        ids = list(message_ids)
        found = {
            row.message_id: (read_release_key(row), row.number)
            for row in self._connection.execute(_select().where(vote_messages.c.message_id.in_(ids)))
        }
        return next((found[each] for each in ids if each in found), None)

    def list(self, release: ReleaseKey, number: int) -> tuple[VoteMessage, ...]:
        """Return the mails of a round in the order in which they came."""
        this = _select().where(rounds.c.release_id == find_release_id(release), rounds.c.number == number)
        return tuple(map(_read, self._connection.execute(this.order_by(vote_messages.c.id))))

    def count_undecided(self, projects: Iterable[ProjectKey]) -> dict[tuple[ReleaseKey, int], int]:
        """Return how many mails wait for a decision in each open round of the projects, in one query."""
        round_of = (releases.c.project, releases.c.product, releases.c.version, rounds.c.number)
        wanted = (
            select(*round_of, func.count().label("undecided"))
            .select_from(vote_messages.join(rounds).join(releases))
            .where(
                releases.c.project.in_(list(projects)),
                rounds.c.state.in_([RoundState.OPEN, RoundState.WAITING_FOR_RM]),
                vote_messages.c.state == MessageState.UNCONFIRMED,
            )
            .group_by(*round_of)
        )
        found = self._connection.execute(wanted)
        return {(read_release_key(row), row.number): row.undecided for row in found}

    def read_raw(self, message: int) -> bytes | None:
        """Return the mail as it came; None when it is not kept any more."""
        wanted = select(vote_messages.c.raw).where(vote_messages.c.id == message)
        raw = self._connection.execute(wanted).scalar_one_or_none()
        return None if raw is None else zlib.decompress(raw)

    def was_asked(self, release: ReleaseKey, number: int, sender: MailAddress) -> bool:
        """Tell whether the address was asked to confirm a mail of this round."""
        return any(
            each.asked_at is not None and each.sender is not None and each.sender.lower() == sender.lower()
            for each in self.list(release, number)
        )

    def forget_voter(self, voter: Voter) -> int:
        """Remove names, words and addresses from the mails of a voter; return how many there were."""
        forgotten = update(vote_messages).where(vote_messages.c.voter == voter).values(_FORGOTTEN)
        return self._connection.execute(forgotten).rowcount

    def forget_contacts(self, before: datetime) -> int:
        """Remove addresses and raw mails of rounds that were closed before; return how many there were."""
        over = select(rounds.c.id).where(rounds.c.closed_at <= before)
        kept = vote_messages.c.raw.is_not(None) | vote_messages.c.sender.is_not(None)
        forgotten = update(vote_messages).where(vote_messages.c.round_id.in_(over), kept)
        return self._connection.execute(forgotten.values(sender=None, raw=None)).rowcount

    def _read_one(self, wanted: Select[tuple[object, ...]]) -> VoteMessage | None:
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else _read(row)


def _select() -> Select[tuple[object, ...]]:
    key = (releases.c.project, releases.c.product, releases.c.version, rounds.c.number)
    joined = vote_messages.join(rounds).join(releases)
    return select(*_KEPT, *key).select_from(joined)


def _write_origin(message: VoteMessage, raw: bytes) -> dict[str, object]:
    this = select(rounds.c.id).where(
        rounds.c.release_id == find_release_id(message.release), rounds.c.number == message.round
    )
    return {
        "round_id": this.scalar_subquery(),
        "message_id": message.message_id,
        "source": message.source,
        "sender": message.sender,
        "sender_name": message.sender_name,
        "subject": message.subject,
        "sent_at": message.sent_at,
        "received_at": message.received_at,
        "choice": message.choice,
        "text": message.text,
        "comment": message.comment,
        "explanation": message.explanation,
        "raw": zlib.compress(raw),
    }


def _write(message: VoteMessage) -> dict[str, object]:
    return {
        "is_proven": message.is_proven,
        "identity": message.identity,
        "state": message.state,
        "reasons": list(message.reasons),
        "voter": message.voter,
        "asked_at": message.asked_at,
        "decided_by": message.decided_by,
        "decided_at": message.decided_at,
        "decided_reason": message.decided_reason,
    }


def _read(row: Row[tuple[object, ...]]) -> VoteMessage:
    return VoteMessage(
        release=read_release_key(row),
        round=row.number,
        message_id=row.message_id,
        source=MessageSource(row.source),
        sender=MailAddress(row.sender) if row.sender else None,
        sender_name=row.sender_name,
        subject=row.subject,
        sent_at=row.sent_at,
        received_at=row.received_at,
        choice=Choice(row.choice) if row.choice else None,
        text=row.text,
        comment=row.comment,
        explanation=row.explanation,
        is_proven=row.is_proven,
        identity=row.identity,
        state=MessageState(row.state),
        reasons=tuple(row.reasons),
        id=row.id,
        voter=parse_voter(row.voter) if row.voter else None,
        asked_at=row.asked_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decided_reason=row.decided_reason,
    )
