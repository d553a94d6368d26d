# SPDX-License-Identifier: Apache-2.0
"""Signing keys: added to a person, attached to a project, imported from a KEYS file, revoked, deleted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from atr.domain.errors import Conflict, Denied, Invalid, NotFound, Problem, Refused
from atr.domain.event import Subject
from atr.domain.key import KeyProof, PublicKey, RejectedKey, SigningKey
from atr.domain.names import Fingerprint, ProjectKey, UserId
from atr.domain.people import find_roles
from atr.domain.permissions import Activity, Permission, Standing, find_permitted
from atr.ports.jobs import Job, JobKind
from atr.services.door import Command, Done, Place, Work

LARGEST_KEYS_FILE = 8 * 1024**2  # bytes
KEPT_FOR_EVER = "The key signed a released artifact, so it stays for ever: revoke it instead."


@dataclass(frozen=True, slots=True)
class KeyImport:
    """What came of reading keys: those that are in now, and those refused with their reasons."""

    accepted: tuple[SigningKey, ...]
    rejected: tuple[RejectedKey, ...]


@dataclass(frozen=True, slots=True)
class AddKeys(Command[KeyImport]):
    """Add public keys to the asker's own, and to a project when one is named."""

    data: bytes = field(repr=False)
    project: ProjectKey | None = None

    is_grave: ClassVar[bool] = True

    @property
    def permission(self) -> Permission:
        """Return what it needs: a project's keys are managed, one's own are one's own."""
        return Standing.OWN_ACCOUNT if self.project is None else Activity.MANAGE_KEY

    @property
    def place(self) -> Place:
        """Return the project, if one is named."""
        return Place(self.project)

    def carry_out(self, work: Work) -> Done[KeyImport]:
        """Store the keys under the asker; raise Invalid when none of them is a usable public key."""
        if work.actor.user is None:
            raise Denied("Keys are added by the person they belong to.")
        good, rejected = _read_keys(work, self.data)
        stored = _store_keys(work, good, owner=work.actor.user)
        if self.project is not None:
            _attach_keys(work, self.project, stored)
        subject = Subject("key", stored[0].fingerprint, self.project)
        details = {"fingerprints": tuple(map(str, (key.fingerprint for key in stored)))}
        return Done(KeyImport(stored, rejected), "key.added", subject, details)


@dataclass(frozen=True, slots=True)
class ImportKeys(Command[KeyImport]):
    """Take a whole KEYS file into a project: good keys come in, each bad one is reported."""

    project: ProjectKey
    data: bytes = field(repr=False)
    permission: ClassVar[Permission] = Activity.MANAGE_KEY
    is_grave: ClassVar[bool] = True

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def carry_out(self, work: Work) -> Done[KeyImport]:
        """Store and attach what is good; raise Invalid when nothing is."""
        good, rejected = _read_keys(work, self.data)
        stored = _store_keys(work, good, owner=None)
        _attach_keys(work, self.project, stored)
        details = {"accepted": len(stored), "rejected": len(rejected)}
        subject = Subject("project", self.project, self.project)
        return Done(KeyImport(stored, rejected), "project.keys_imported", subject, details)


@dataclass(frozen=True, slots=True)
class AttachKey(Command[SigningKey]):
    """Let a known key sign for a project."""

    project: ProjectKey
    fingerprint: Fingerprint
    permission: ClassVar[Permission] = Activity.MANAGE_KEY
    is_grave: ClassVar[bool] = True

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def carry_out(self, work: Work) -> Done[SigningKey]:
        """Attach the key; attaching it again changes nothing."""
        key = find_key(work, self.fingerprint)
        if key.is_revoked():
            raise Refused("The key was revoked: it cannot sign for a project any more.")
        _attach_keys(work, self.project, [key])
        return Done(key, "key.attached", Subject("key", key.fingerprint, self.project))


@dataclass(frozen=True, slots=True)
class DetachKey(Command[None]):
    """Take a key off a project; what it signed before is no longer accepted by the checks."""

    project: ProjectKey
    fingerprint: Fingerprint
    permission: ClassVar[Permission] = Activity.MANAGE_KEY
    is_grave: ClassVar[bool] = True

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def carry_out(self, work: Work) -> Done[None]:
        """Detach it; raise NotFound when it is not attached."""
        if not work.unit.keys.detach(self.project, self.fingerprint):
            raise NotFound("key", self.fingerprint)
        rewrite_keys(work, self.project)
        return Done(None, "key.detached", Subject("key", self.fingerprint, self.project))


@dataclass(frozen=True, slots=True)
class RevokeKey(Command[SigningKey]):
    """Declare a key revoked here, by its owner or whoever manages a project's keys."""

    fingerprint: Fingerprint
    reason: str
    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT
    is_grave: ClassVar[bool] = True

    def carry_out(self, work: Work) -> Done[SigningKey]:
        """Mark it; it stays visible, and whatever it signs from now on is refused."""
        reason = self.reason.strip()
        if not reason:
            raise Invalid.field("reason", "Say why the key is revoked.")
        key = find_key(work, self.fingerprint)
        _require_control(work, key)
        revoked = key.revoke(work.now, reason)
        work.unit.keys.save_many([revoked])
        for project in work.unit.keys.list_projects(self.fingerprint):
            rewrite_keys(work, project)
        return Done(revoked, "key.revoked", Subject("key", self.fingerprint), {"reason": reason})


@dataclass(frozen=True, slots=True)
class DeleteKey(Command[None]):
    """Remove one's own key; one that signed a released artifact can only be revoked."""

    fingerprint: Fingerprint
    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT
    is_grave: ClassVar[bool] = True

    def carry_out(self, work: Work) -> Done[None]:
        """Remove the key from its owner and all projects."""
        key = find_key(work, self.fingerprint)
        _require_control(work, key)
        if work.unit.revisions.has_signed(self.fingerprint):
            raise Refused(KEPT_FOR_EVER)
        projects = work.unit.keys.list_projects(self.fingerprint)
        work.unit.keys.delete(self.fingerprint)
        for project in projects:
            rewrite_keys(work, project)
        return Done(None, "key.deleted", Subject("key", self.fingerprint))


def find_key(work: Work, fingerprint: Fingerprint) -> SigningKey:
    """Return the key; raise NotFound."""
    key = work.unit.keys.find(fingerprint)
    if key is None:
        raise NotFound("key", fingerprint)
    return key


def _read_keys(work: Work, data: bytes) -> tuple[tuple[PublicKey, ...], tuple[RejectedKey, ...]]:
    if len(data) > LARGEST_KEYS_FILE:
        raise Invalid.field("keys", f"A KEYS file may have {LARGEST_KEYS_FILE // 1024**2} MiB at most.")
    good, rejected = work.around.keyring.read_keys(data)
    if not good:
        reasons = [Problem("keys", each.reason) for each in rejected]
        raise Invalid(*(reasons or [Problem("keys", "There is no OpenPGP public key in this text.")]))
    return good, rejected


def _store_keys(work: Work, keys: Sequence[PublicKey], owner: UserId | None) -> tuple[SigningKey, ...]:
    unique = {key.fingerprint: key for key in keys}
    known = work.unit.keys.find_many(tuple(unique))
    if owner is not None:
        _check_claims(work, [key for key in known.values() if key.owner is None], owner)
    merged = _merge_copies(work, unique, known).values()
    saved = work.unit.keys.save_many([_enter_key(work, key, owner) for key in merged])
    # Looked at after saving, so that of two people who add a key at the same moment one is told.
    foreign = next((key for key in saved.values() if owner not in {None, key.owner}), None)
    if foreign is not None:
        raise Conflict(
            f"The key {foreign.fingerprint} belongs to somebody else here. If it is yours, prove it: "
            f"atr key prove {foreign.fingerprint}"
        )
    return tuple(saved[fingerprint] for fingerprint in unique)


def _enter_key(work: Work, key: PublicKey, owner: UserId | None) -> SigningKey:
    """Return the key as its owner's, proven where the directory lists it for them."""
    entered = SigningKey(key, owner, work.now)
    person = None if owner is None else work.unit.people.find(owner)
    if person is None or key.fingerprint not in person.key_fingerprints:
        return entered
    return entered.prove(person.id, KeyProof.DIRECTORY, work.now)


def _check_claims(work: Work, keys: Sequence[SigningKey], owner: UserId) -> None:
    """Raise Denied for a key on a project that neither names the asker nor is in the asker's care.

    Anybody can send a public key: without this, one from a KEYS file could be taken over and then revoked.
    """
    places = work.unit.keys.list_places([key.fingerprint for key in keys])
    person = work.unit.people.find(owner)
    for key in keys:
        projects = places.get(key.fingerprint, ())
        named = person is not None and key.key.names_any(person.addresses)
        if projects and not named and not _manages_keys(work, projects):
            where = ", ".join(projects)
            raise Denied(f"The key {key.fingerprint} is in KEYS of {where} and names none of your addresses.")


def _merge_copies(
    work: Work, fresh: Mapping[Fingerprint, PublicKey], known: Mapping[Fingerprint, SigningKey]
) -> dict[Fingerprint, PublicKey]:
    """Return the keys with what older copies say beside: a copy that lacks a revocation undoes none."""
    texts = [
        text
        for fingerprint, old in known.items()
        if old.key.armored != fresh[fingerprint].armored
        for text in (old.key.armored, fresh[fingerprint].armored)
    ]
    merged, _ = work.around.keyring.read_keys("\n".join(texts).encode()) if texts else ((), ())
    return {**fresh, **{key.fingerprint: key for key in merged}}


def _attach_keys(work: Work, project: ProjectKey, keys: Sequence[SigningKey]) -> None:
    work.unit.keys.attach(project, [key.fingerprint for key in keys], work.now)
    rewrite_keys(work, project)


def rewrite_keys(work: Work, project: ProjectKey) -> None:
    """Have the project's KEYS file written again."""
    work.unit.jobs.enqueue(Job(JobKind.WRITE_KEYS, project, lock=f"keys {project}"))


def _require_control(work: Work, key: SigningKey) -> None:
    """Raise Denied unless it is the asker's key, or nobody's and on a project whose keys they manage."""
    if key.owner == work.actor.user:
        return
    if key.owner is None and _manages_keys(work, work.unit.keys.list_projects(key.fingerprint)):
        return
    raise Denied("Only the owner of a key, or whoever manages the project's keys if it has none, does this.")


def _manages_keys(work: Work, projects: Iterable[ProjectKey]) -> bool:
    rosters = (work.unit.projects.find_roster(project) for project in projects)
    held = (find_roles(work.actor, roster) for roster in rosters)
    return any(Activity.MANAGE_KEY in find_permitted(work.actor, roles) for roles in held)
