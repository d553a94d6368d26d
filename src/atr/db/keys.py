# SPDX-License-Identifier: Apache-2.0
"""Signing keys in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection, RowMapping, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from atr.db.tables.keys import key_challenges, project_keys, signing_keys
from atr.domain.key import KeyChallenge, KeyProof, PublicKey, SigningKey, Subkey
from atr.domain.names import Fingerprint, ProjectKey, UserId

_COLUMNS = tuple(signing_keys.c)
# What is decided here once stays decided.
_KEPT = ("owner", "revoked_at", "revocation_reason", "proof", "proven_at")
_BATCH = 1_000  # a statement takes 65535 values at most


class StoredPart(TypedDict):
    """A primary key or subkey as it is stored."""

    fingerprint: str
    algorithm: str
    bits: int | None
    created_at: str
    expires_at: str | None
    revoked: bool
    can_sign: bool


class StoredKey(StoredPart):
    """A whole key as it is stored, without its armored text."""

    user_ids: list[str]
    subkeys: list[StoredPart]


class KeyRows:
    """Signing keys and the projects they are attached to."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, fingerprint: Fingerprint) -> SigningKey | None:
        """Return the key, if it is there."""
        wanted = select(*_COLUMNS).where(signing_keys.c.fingerprint == fingerprint)
        row = self._connection.execute(wanted).mappings().one_or_none()
        return _read_key(row) if row is not None else None

    def find_many(self, fingerprints: Sequence[Fingerprint]) -> dict[Fingerprint, SigningKey]:
        """Return those keys that are there, in one query; nobody else changes them until the end."""
        wanted = select(*_COLUMNS).where(signing_keys.c.fingerprint.in_(fingerprints))
        wanted = wanted.order_by(signing_keys.c.fingerprint).with_for_update()
        return {key.fingerprint: key for key in map(_read_key, self._connection.execute(wanted).mappings())}

    def read_many(self, fingerprints: Sequence[Fingerprint]) -> dict[Fingerprint, SigningKey]:
        """Return those keys that are there, in one query, without holding them."""
        wanted = select(*_COLUMNS).where(signing_keys.c.fingerprint.in_(fingerprints))
        return {key.fingerprint: key for key in map(_read_key, self._connection.execute(wanted).mappings())}

    def list_owned(self, owner: UserId) -> tuple[SigningKey, ...]:
        """Return somebody's keys, newest first."""
        wanted = (
            select(*_COLUMNS)
            .where(signing_keys.c.owner == owner)
            .order_by(signing_keys.c.added_at.desc(), signing_keys.c.fingerprint)
        )
        return tuple(map(_read_key, self._connection.execute(wanted).mappings()))

    def list_attached(self, project: ProjectKey) -> tuple[SigningKey, ...]:
        """Return the project's keys in order of fingerprint."""
        wanted = (
            select(*_COLUMNS)
            .join(project_keys, project_keys.c.fingerprint == signing_keys.c.fingerprint)
            .where(project_keys.c.project == project)
            .order_by(signing_keys.c.fingerprint)
        )
        return tuple(map(_read_key, self._connection.execute(wanted).mappings()))

    def count_attached(self, project: ProjectKey) -> int:
        """Return how many keys the project has."""
        wanted = select(func.count()).select_from(project_keys).where(project_keys.c.project == project)
        return self._connection.scalar(wanted) or 0

    def list_projects(self, fingerprint: Fingerprint) -> tuple[ProjectKey, ...]:
        """Return the projects the key is attached to."""
        wanted = select(project_keys.c.project).where(project_keys.c.fingerprint == fingerprint)
        return tuple(map(ProjectKey, self._connection.scalars(wanted.order_by(project_keys.c.project))))

    def list_places(self, fingerprints: Sequence[Fingerprint]) -> dict[Fingerprint, tuple[ProjectKey, ...]]:
        """Return the projects of many keys in one query; keys of no project are left out."""
        wanted = select(project_keys.c.fingerprint, project_keys.c.project)
        wanted = wanted.where(project_keys.c.fingerprint.in_(fingerprints)).order_by(project_keys.c.project)
        places: dict[Fingerprint, tuple[ProjectKey, ...]] = {}
        for fingerprint, project in self._connection.execute(wanted):
            key = Fingerprint(fingerprint)
            places[key] = (*places.get(key, ()), ProjectKey(project))
        return places

    def save_many(self, keys: Sequence[SigningKey]) -> dict[Fingerprint, SigningKey]:
        """Add or replace the keys; return them as they are now.

        Whatever was read before, and whoever else writes: an owner stays, and so does a revocation.
        """
        saved: dict[Fingerprint, SigningKey] = {}
        ordered = sorted(keys, key=lambda key: key.fingerprint)  # so that no two writers wait for each other
        for batch in (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH)):
            statement = insert(signing_keys).values([_write_key(key) for key in batch])
            fresh = statement.excluded
            changed = {name: fresh[name] for name in ("armored", "details")}
            kept = {name: func.coalesce(signing_keys.c[name], fresh[name]) for name in _KEPT}
            upsert = statement.on_conflict_do_update(index_elements=["fingerprint"], set_=changed | kept)
            rows = self._connection.execute(upsert.returning(*_COLUMNS)).mappings()
            saved |= {key.fingerprint: key for key in map(_read_key, rows)}
        return saved

    def save_proof(self, signing: SigningKey) -> None:
        """Write down whose the key is proven to be, whoever was named before; its challenges are over."""
        values = {"owner": signing.owner, "proof": signing.proof, "proven_at": signing.proven_at}
        this = signing_keys.c.fingerprint == signing.fingerprint
        self._connection.execute(update(signing_keys).where(this).values(**values))
        self._forget_challenges(signing.fingerprint)

    def save_challenge(self, challenge: KeyChallenge) -> None:
        """Keep the text, instead of an earlier one for the same person and key."""
        values = {"text": challenge.text, "expires_at": challenge.expires_at}
        place = {"fingerprint": challenge.fingerprint, "user_id": challenge.user}
        added = insert(key_challenges).values(**place, **values)
        upsert = added.on_conflict_do_update(index_elements=["fingerprint", "user_id"], set_=values)
        self._connection.execute(upsert)

    def find_challenge(self, user: UserId, fingerprint: Fingerprint) -> KeyChallenge | None:
        """Return the text that the person was given to sign with the key, if there is one."""
        this = (key_challenges.c.fingerprint == fingerprint) & (key_challenges.c.user_id == user)
        row = self._connection.execute(select(key_challenges).where(this)).mappings().one_or_none()
        return None if row is None else KeyChallenge(user, fingerprint, row["text"], row["expires_at"])

    def _forget_challenges(self, fingerprint: Fingerprint) -> None:
        this = key_challenges.c.fingerprint == fingerprint
        self._connection.execute(delete(key_challenges).where(this))

    def delete(self, fingerprint: Fingerprint) -> None:
        """Remove the key and its attachments."""
        self._forget_challenges(fingerprint)
        self._connection.execute(delete(project_keys).where(project_keys.c.fingerprint == fingerprint))
        self._connection.execute(delete(signing_keys).where(signing_keys.c.fingerprint == fingerprint))

    def attach(self, project: ProjectKey, fingerprints: Sequence[Fingerprint], at: datetime) -> None:
        """Attach the keys to the project; attaching again changes nothing."""
        rows = [{"project": project, "fingerprint": each, "attached_at": at} for each in fingerprints]
        if rows:
            self._connection.execute(insert(project_keys).values(rows).on_conflict_do_nothing())

    def detach(self, project: ProjectKey, fingerprint: Fingerprint) -> bool:
        """Take the key off the project; return False when it was not attached."""
        this = (project_keys.c.project == project) & (project_keys.c.fingerprint == fingerprint)
        return self._connection.execute(delete(project_keys).where(this)).rowcount == 1


def _write_key(signing: SigningKey) -> dict[str, object]:
    key = signing.key
    details = StoredKey(
        **_write_part(key.primary), user_ids=list(key.user_ids), subkeys=[*map(_write_part, key.subkeys)]
    )
    return {
        "fingerprint": signing.fingerprint,
        "owner": signing.owner,
        "armored": key.armored,
        "details": details,
        "added_at": signing.added_at,
        "revoked_at": signing.revoked_at,
        "revocation_reason": signing.revocation_reason,
        "proof": signing.proof,
        "proven_at": signing.proven_at,
    }


def _write_part(part: Subkey) -> StoredPart:
    return StoredPart(
        fingerprint=part.fingerprint,
        algorithm=part.algorithm,
        bits=part.bits,
        created_at=part.created_at.isoformat(),
        expires_at=part.expires_at.isoformat() if part.expires_at else None,
        revoked=part.revoked,
        can_sign=part.can_sign,
    )


def _read_key(row: RowMapping) -> SigningKey:
    details: StoredKey = row["details"]
    primary = _read_part(details)
    key = PublicKey(
        fingerprint=primary.fingerprint,
        algorithm=primary.algorithm,
        bits=primary.bits,
        created_at=primary.created_at,
        expires_at=primary.expires_at,
        revoked=primary.revoked,
        user_ids=tuple(details["user_ids"]),
        subkeys=tuple(map(_read_part, details["subkeys"])),
        armored=row["armored"],
        can_sign=primary.can_sign,
    )
    owner = UserId(row["owner"]) if row["owner"] is not None else None
    return SigningKey(
        key=key,
        owner=owner,
        added_at=row["added_at"],
        revoked_at=row["revoked_at"],
        revocation_reason=row["revocation_reason"],
        proof=KeyProof(row["proof"]) if row["proof"] is not None else None,
        proven_at=row["proven_at"],
    )


def _read_part(stored: StoredPart) -> Subkey:
    expires_at = stored["expires_at"]
    return Subkey(
        fingerprint=Fingerprint(stored["fingerprint"]),
        algorithm=stored["algorithm"],
        bits=stored["bits"],
        created_at=datetime.fromisoformat(stored["created_at"]),
        expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
        revoked=stored["revoked"],
        can_sign=stored["can_sign"],
    )
