# SPDX-License-Identifier: Apache-2.0
"""Proving whose a key is: by signing a text made up for the purpose, or by the foundation's directory.

That somebody signed in and added a public key proves nothing, for public keys are public; and the name in a
key is whatever its maker typed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import ClassVar

from atr.domain.errors import Conflict, Refused
from atr.domain.event import EventDetail, Subject
from atr.domain.key import KeyChallenge, KeyProof, SignatureState, SignatureVerdict, SigningKey
from atr.domain.names import Fingerprint, UserId
from atr.domain.permissions import Permission, Standing
from atr.services.door import Command, Done, Query, Work
from atr.services.keys import find_key, rewrite_keys
from atr.services.people import find_person

CHALLENGE_LASTS = timedelta(hours=1)
_BELIEVED = frozenset({SignatureState.GOOD, SignatureState.WEAK_BINDING})


@dataclass(frozen=True, slots=True)
class BeginKeyProof(Command[KeyChallenge]):
    """Ask for a text to be signed with a key; an earlier one for the same key is no longer taken."""

    fingerprint: Fingerprint
    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def carry_out(self, work: Work) -> Done[KeyChallenge]:
        """Make up the text; raise NotFound, Refused for a revoked key, Conflict when it is another's."""
        user = _require_person(work)
        _refuse_foreign(find_key(work, self.fingerprint), user)
        expires_at = work.now + CHALLENGE_LASTS
        text = (
            f"I am {user} at {work.around.foundation.public_url} and own the OpenPGP key "
            f"{self.fingerprint.upper()}. Good until {expires_at:%Y-%m-%d %H:%M} UTC: "
            f"{work.around.make_secret()}"
        )
        challenge = KeyChallenge(user, self.fingerprint, text, expires_at)
        work.unit.keys.save_challenge(challenge)
        return Done(challenge, "key.challenged", Subject("key", self.fingerprint))


@dataclass(frozen=True, slots=True)
class ShowChallenge(Query[KeyChallenge | None]):
    """The text that the asker was given to sign with a key."""

    fingerprint: Fingerprint
    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def answer(self, work: Work) -> KeyChallenge | None:
        """Return it while it is good."""
        found = work.unit.keys.find_challenge(_require_person(work), self.fingerprint)
        return found if found is not None and work.now < found.expires_at else None


@dataclass(frozen=True, slots=True)
class ProveKey(Command[SigningKey]):
    """Answer with a signature over the text: detached and armored, or the text clear-signed."""

    fingerprint: Fingerprint
    answer: bytes = field(repr=False)
    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def carry_out(self, work: Work) -> Done[SigningKey]:
        """Note the owner as proven; raise Refused with the reason when the answer is none."""
        user = _require_person(work)
        signing = find_key(work, self.fingerprint)
        _refuse_foreign(signing, user)
        challenge = work.unit.keys.find_challenge(user, self.fingerprint)
        if challenge is None or work.now >= challenge.expires_at:
            raise Refused("There is no text to sign, or its hour is over: ask for another one.")
        verdict = work.around.keyring.verify_answer(signing.key, challenge.text, self.answer, work.now)
        if verdict.state not in _BELIEVED:
            raise Refused(_explain_refusal(verdict))
        proven = signing.prove(user, KeyProof.CHALLENGE, work.now)
        _save_proof(work, proven)
        details = {"owner": str(user), "by": str(KeyProof.CHALLENGE)}
        return Done(proven, "key.proven", Subject("key", self.fingerprint), details)


@dataclass(frozen=True, slots=True)
class NoteDirectoryKeys(Command[tuple[Fingerprint, ...]]):
    """Take over which keys the directory knows to be a person's; whoever reads a directory calls this."""

    user: UserId
    fingerprints: tuple[Fingerprint, ...]
    permission: ClassVar[Permission] = Standing.FOUNDATION_ADMIN

    def carry_out(self, work: Work) -> Done[tuple[Fingerprint, ...]]:
        """Note them, and return the keys that are proven to be the person's by that; raise NotFound."""
        person = replace(find_person(work, self.user), key_fingerprints=self.fingerprints)
        work.unit.people.save(person)
        proven = prove_listed(work, work.unit.keys.find_many(self.fingerprints).values(), self.user)
        details: dict[str, EventDetail] = {
            "listed": len(self.fingerprints),
            "proven": tuple(map(str, proven)),
        }
        return Done(proven, "person.keys_listed", Subject("person", self.user), details)


def prove_listed(work: Work, keys: Iterable[SigningKey], user: UserId) -> tuple[Fingerprint, ...]:
    """Note as proven those keys that the directory lists for the person; another's proof stands."""
    proven = [
        each.prove(user, KeyProof.DIRECTORY, work.now)
        for each in keys
        if each.proof is None and each.owner in {None, user}
    ]
    for each in proven:
        _save_proof(work, each)
    return tuple(each.fingerprint for each in proven)


def _save_proof(work: Work, proven: SigningKey) -> None:
    work.unit.keys.save_proof(proven)
    for project in work.unit.keys.list_projects(proven.fingerprint):
        rewrite_keys(work, project)


def _require_person(work: Work) -> UserId:
    assert work.actor.user is not None  # OWN_ACCOUNT
    return work.actor.user


def _refuse_foreign(signing: SigningKey, user: UserId) -> None:
    if signing.is_revoked():
        raise Refused("The key was revoked: nothing is gained by proving whose it was.")
    if signing.proven_owner not in {None, user}:
        raise Conflict(f"Somebody else has proven to own the key {signing.fingerprint}.")


def _explain_refusal(verdict: SignatureVerdict) -> str:
    reasons = {
        SignatureState.BAD: "The signature is not over the text, or by another key.",
        SignatureState.NO_KEY: "The signature is by another key.",
        SignatureState.UNREADABLE: "There is no armored signature in the answer.",
    }
    reason = reasons.get(verdict.state, f"The signature is not believed: {verdict.state}.")
    return f"{reason} {verdict.explain}".strip()
