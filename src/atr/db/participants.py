# SPDX-License-Identifier: Apache-2.0
"""Visitors who vote, in the database: apart from ballots, and with their contacts sealed."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Join,
    RowMapping,
    ScalarSelect,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from atr.db.releases import find_release_id
from atr.db.tables.participants import confirmations, participants
from atr.db.tables.releases import releases
from atr.db.tables.votes import rounds
from atr.domain.artifact import Digest
from atr.domain.errors import Conflict
from atr.domain.names import ParticipantId, ProductKey, ProjectKey, ReleaseKey, Version
from atr.domain.privacy import ContactKind, Participant
from atr.domain.visitor_ballot import Confirmation, VisitorAnswer
from atr.domain.vote import BallotDoor
from atr.ports.vault import Sealed

_HIDDEN = frozenset({"round_id", "contact_hash", "sealed_contact", "sealed_key"})
_PARTICIPANT = (
    *(column for column in participants.c if column.name not in _HIDDEN),
    releases.c.project,
    releases.c.product,
    releases.c.version,
    rounds.c.number.label("round"),
)
_NO_CONTACT: Mapping[str, None] = {"sealed_contact": None, "sealed_key": None}


class ParticipantRows:
    """Visitors by round; what reads them in passing never selects a contact."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, participant: Participant, contact_hash: str, sealed: Sealed | None) -> Participant:
        """Add the visitor; return it with its number. Raise Conflict when the contact is there already."""
        this = _find_round_id(participant.release, participant.round)
        known = select(func.coalesce(func.max(participants.c.number), 0) + 1)
        values = {
            "id": participant.id,
            "round_id": this,
            "number": known.where(participants.c.round_id == this).scalar_subquery(),
            "contact_kind": participant.contact_kind,
            "contact_hash": contact_hash,
            "sealed_contact": sealed.text if sealed else None,
            "sealed_key": sealed.key if sealed else None,
            "created_at": participant.created_at,
        }
        try:
            self._connection.execute(insert(participants).values(values | _write_participant(participant)))
        except IntegrityError as error:
            raise Conflict("Somebody asked with the same contact just now: look again.") from error
        added = self.find(participant.id)
        assert added is not None  # inserted above, in the same transaction
        return added

    def find(self, participant: ParticipantId) -> Participant | None:
        """Return the visitor, if there is one."""
        return self.find_many(frozenset({participant})).get(participant)

    def find_by_contact(self, release: ReleaseKey, number: int, contact_hash: str) -> Participant | None:
        """Return the visitor of the round with this contact."""
        of_round = participants.c.round_id == _find_round_id(release, number)
        wanted = _select_participants().where(of_round, participants.c.contact_hash == contact_hash)
        row = self._connection.execute(wanted).mappings().one_or_none()
        return _read_participant(row) if row else None

    def find_many(self, ids: frozenset[ParticipantId]) -> dict[ParticipantId, Participant]:
        """Return those that are known, in one query."""
        if not ids:
            return {}
        rows = self._connection.execute(_select_participants().where(participants.c.id.in_(ids))).mappings()
        return {found.id: found for found in map(_read_participant, rows)}

    def find_contact(self, participant: ParticipantId) -> Sealed | None:
        """Return the sealed contact; None once its key was destroyed."""
        wanted = select(participants.c.sealed_contact, participants.c.sealed_key)
        row = self._connection.execute(wanted.where(participants.c.id == participant)).one_or_none()
        whole = row is not None and row.sealed_contact is not None and row.sealed_key is not None
        return Sealed(row.sealed_contact, row.sealed_key) if row is not None and whole else None

    def save(self, participant: Participant) -> None:
        """Replace name, remark, notice and the moments of confirmation and erasure."""
        this = update(participants).where(participants.c.id == participant.id)
        self._connection.execute(this.values(_write_participant(participant)))

    def destroy_contact(self, participant: ParticipantId) -> None:
        """Destroy contact and key; what keeps one ballot a person stays until the retention ends it."""
        this = update(participants).where(participants.c.id == participant)
        self._connection.execute(this.values(_NO_CONTACT))

    def destroy_contacts(self, ended_until: datetime) -> int:
        """Destroy what is left of contacts in rounds that ended by then; return how many there were."""
        ended = select(rounds.c.id).where(rounds.c.closed_at <= ended_until)
        left = or_(participants.c.contact_hash.is_not(None), participants.c.sealed_key.is_not(None))
        due = update(participants).where(participants.c.round_id.in_(ended), left)
        return self._connection.execute(due.values({**_NO_CONTACT, "contact_hash": None})).rowcount

    def delete_unconfirmed(self, now: datetime) -> int:
        """Remove confirmations whose time is over, and visitors who never confirmed; return how many."""
        over = delete(confirmations).where(confirmations.c.expires_at <= now)
        removed = self._connection.execute(over).rowcount
        waits = select(confirmations.c.id).where(confirmations.c.participant_id == participants.c.id)
        never = delete(participants).where(
            participants.c.confirmed_at.is_(None), participants.c.erased_at.is_(None), ~waits.exists()
        )
        return removed + self._connection.execute(never).rowcount

    def list_rounds(self) -> tuple[tuple[ReleaseKey, int], ...]:
        """Return the rounds in which contacts of visitors are still kept."""
        columns = (releases.c.project, releases.c.product, releases.c.version, rounds.c.number)
        wanted = select(*columns).distinct().select_from(_join_places())
        rows = self._connection.execute(wanted.where(participants.c.contact_hash.is_not(None)))
        return tuple(
            (ReleaseKey(ProjectKey(row[0]), ProductKey(row[1]), Version(row[2])), row[3]) for row in rows
        )

    def add_confirmation(self, confirmation: Confirmation) -> None:
        """Keep what waits for a click."""
        answer = confirmation.answer
        values = {
            "id": confirmation.id,
            "participant_id": confirmation.participant,
            "token_hash": confirmation.token_hash,
            "display_name": answer.display_name,
            "remark": answer.remark,
            "choice": answer.text,
            "manifest_digest": str(answer.manifest_digest),
            "door": answer.door,
            "done": list(answer.done),
            "notice": confirmation.notice,
            "created_at": confirmation.created_at,
            "expires_at": confirmation.expires_at,
        }
        self._connection.execute(insert(confirmations).values(values))

    def find_confirmation(self, confirmation: str) -> Confirmation | None:
        """Return what waits for a click, used up or over included."""
        wanted = select(confirmations).where(confirmations.c.id == confirmation)
        row = self._connection.execute(wanted).mappings().one_or_none()
        return _read_confirmation(row) if row else None

    def use_confirmation(self, confirmation: str, now: datetime) -> bool:
        """Mark it as used, and forget what it held; return False when it was used before."""
        unused = and_(confirmations.c.id == confirmation, confirmations.c.used_at.is_(None))
        used = update(confirmations).where(unused).values(used_at=now, display_name="", remark="", done=[])
        return self._connection.execute(used).rowcount == 1

    def drop_confirmations(self, participant: ParticipantId) -> None:
        """Remove everything of the visitor's that waits for a click."""
        self._connection.execute(delete(confirmations).where(confirmations.c.participant_id == participant))


def _find_round_id(release: ReleaseKey, number: int) -> ScalarSelect[int]:
    is_round: ColumnElement[bool] = and_(
        rounds.c.release_id == find_release_id(release), rounds.c.number == number
    )
    return select(rounds.c.id).where(is_round).scalar_subquery()


def _join_places() -> Join:
    return participants.join(rounds, participants.c.round_id == rounds.c.id).join(releases)


def _select_participants() -> Select[tuple[object, ...]]:
    return select(*_PARTICIPANT).select_from(_join_places())


def _write_participant(participant: Participant) -> dict[str, object]:
    return {
        "display_name": participant.display_name,
        "remark": participant.remark,
        "consented_notice": participant.consented_notice,
        "confirmed_at": participant.confirmed_at,
        "erased_at": participant.erased_at,
    }


def _read_participant(row: RowMapping) -> Participant:
    return Participant(
        id=ParticipantId(row["id"]),
        release=ReleaseKey(ProjectKey(row["project"]), ProductKey(row["product"]), Version(row["version"])),
        round=row["round"],
        number=row["number"],
        contact_kind=ContactKind(row["contact_kind"]),
        consented_notice=row["consented_notice"],
        created_at=row["created_at"],
        display_name=row["display_name"],
        remark=row["remark"],
        confirmed_at=row["confirmed_at"],
        erased_at=row["erased_at"],
    )


def _read_confirmation(row: RowMapping) -> Confirmation:
    answer = VisitorAnswer(
        display_name=row["display_name"],
        text=row["choice"],
        manifest_digest=Digest.parse(row["manifest_digest"]),
        remark=row["remark"],
        door=BallotDoor(row["door"]),
        done=tuple(row["done"]),
    )
    return Confirmation(
        id=row["id"],
        participant=ParticipantId(row["participant_id"]),
        answer=answer,
        notice=row["notice"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        token_hash=row["token_hash"],
    )
