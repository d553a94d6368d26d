# SPDX-License-Identifier: Apache-2.0
"""Looking at signing keys."""

from dataclasses import dataclass
from typing import ClassVar

from atr.domain.key import SigningKey
from atr.domain.names import Fingerprint, ProjectKey, UserId
from atr.domain.permissions import Permission, Standing
from atr.services.door import Query, Work
from atr.services.keys import KEPT_FOR_EVER, find_key
from atr.services.projects import find_project


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key with its owner's name, its projects and its standing at this moment."""

    signing: SigningKey
    owner_name: str | None
    projects: tuple[ProjectKey, ...]
    expired: bool
    expires_soon: bool
    delete_reasons: tuple[str, ...] = ()

    @property
    def needs_attention(self) -> bool:
        """Tell whether the owner should do something about the key's end."""
        return (self.expired or self.expires_soon) and not self.signing.is_revoked()


@dataclass(frozen=True, slots=True)
class ShowKey(Query[KeyView]):
    """One key."""

    fingerprint: Fingerprint

    def answer(self, work: Work) -> KeyView:
        """Return the key; raise NotFound."""
        return view_keys(work, (find_key(work, self.fingerprint),))[0]


@dataclass(frozen=True, slots=True)
class ListOwnKeys(Query[tuple[KeyView, ...]]):
    """The asker's own keys."""

    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def answer(self, work: Work) -> tuple[KeyView, ...]:
        """Return them, newest first."""
        assert work.actor.user is not None  # OWN_ACCOUNT
        return list_own_keys(work, work.actor.user)


@dataclass(frozen=True, slots=True)
class ListProjectKeys(Query[tuple[KeyView, ...]]):
    """The keys that may sign for a project."""

    project: ProjectKey

    def answer(self, work: Work) -> tuple[KeyView, ...]:
        """Return them in order of fingerprint; raise NotFound."""
        find_project(work, self.project)
        return view_keys(work, work.unit.keys.list_attached(self.project))


def list_own_keys(work: Work, user: UserId) -> tuple[KeyView, ...]:
    """Return somebody's keys, newest first."""
    return view_keys(work, work.unit.keys.list_owned(user))


def view_keys(work: Work, keys: tuple[SigningKey, ...]) -> tuple[KeyView, ...]:
    """Return the keys as they are shown, in the same order, found in three queries."""
    fingerprints = [key.fingerprint for key in keys]
    projects = work.unit.keys.list_places(fingerprints)
    signers = work.unit.revisions.find_signers(fingerprints)
    names = work.unit.people.find_names(frozenset(key.owner for key in keys if key.owner))
    return tuple(
        KeyView(
            signing=key,
            owner_name=names.get(key.owner) if key.owner else None,
            projects=projects.get(key.fingerprint, ()),
            expired=key.has_expired(work.now),
            expires_soon=key.expires_soon(work.now),
            delete_reasons=(KEPT_FOR_EVER,) if key.fingerprint in signers else (),
        )
        for key in keys
    )
