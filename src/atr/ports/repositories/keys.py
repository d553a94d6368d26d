# SPDX-License-Identifier: Apache-2.0
"""Signing keys and the projects they are attached to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from atr.domain.key import KeyChallenge, SigningKey
from atr.domain.names import Fingerprint, ProjectKey, UserId


class Keys(Protocol):
    """Signing keys."""

    def find(self, fingerprint: Fingerprint) -> SigningKey | None:
        """Return the key, if it is there."""

    def list_owned(self, owner: UserId) -> tuple[SigningKey, ...]:
        """Return somebody's keys, newest first."""

    def list_attached(self, project: ProjectKey) -> tuple[SigningKey, ...]:
        """Return the project's keys in order of fingerprint."""

    def count_attached(self, project: ProjectKey) -> int:
        """Return how many keys the project has."""

    def list_projects(self, fingerprint: Fingerprint) -> tuple[ProjectKey, ...]:
        """Return the projects the key is attached to."""

    def list_places(self, fingerprints: Sequence[Fingerprint]) -> dict[Fingerprint, tuple[ProjectKey, ...]]:
        """Return the projects of many keys in one query; keys of no project are left out."""

    def find_many(self, fingerprints: Sequence[Fingerprint]) -> dict[Fingerprint, SigningKey]:
        """Return those keys that are there, in one query; nobody else changes them until the end."""

    def save_many(self, keys: Sequence[SigningKey]) -> dict[Fingerprint, SigningKey]:
        """Add or replace the keys; return them as they are now, for an owner and a revocation stay."""

    def save_proof(self, signing: SigningKey) -> None:
        """Write down whose the key is proven to be, whoever was named before; its challenges are over."""

    def save_challenge(self, challenge: KeyChallenge) -> None:
        """Keep the text, instead of an earlier one for the same person and key."""

    def find_challenge(self, user: UserId, fingerprint: Fingerprint) -> KeyChallenge | None:
        """Return the text that the person was given to sign with the key, if there is one."""

    def delete(self, fingerprint: Fingerprint) -> None:
        """Remove the key and its attachments."""

    def attach(self, project: ProjectKey, fingerprints: Sequence[Fingerprint], at: datetime) -> None:
        """Attach the keys to the project; attaching again changes nothing."""

    def detach(self, project: ProjectKey, fingerprint: Fingerprint) -> bool:
        """Take the key off the project; return False when it was not attached."""
