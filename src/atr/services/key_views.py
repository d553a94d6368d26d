# SPDX-License-Identifier: Apache-2.0
"""Looking at signing keys."""

from dataclasses import dataclass
from typing import ClassVar

from atr.domain.errors import NotFound, NotSignedIn
from atr.domain.key import SigningKey
from atr.domain.names import Fingerprint, ProjectKey
from atr.domain.permissions import Permission, Standing
from atr.services.door import Query, Work
from atr.services.keys import find_key


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key with its owner's name, its projects and its standing at this moment."""

    signing: SigningKey
    owner_name: str | None
    projects: tuple[ProjectKey, ...]
    expired: bool
    expires_soon: bool


@dataclass(frozen=True, slots=True)
class ShowKey(Query[KeyView]):
    """One key."""

    fingerprint: Fingerprint

    def answer(self, work: Work) -> KeyView:
        """Return the key; raise NotFound."""
        key = find_key(work, self.fingerprint)
        return _view_keys(work, (key,), {key.fingerprint: work.unit.keys.list_projects(key.fingerprint)})[0]


@dataclass(frozen=True, slots=True)
class ListOwnKeys(Query[tuple[KeyView, ...]]):
    """The asker's own keys."""

    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def answer(self, work: Work) -> tuple[KeyView, ...]:
        """Return them, newest first."""
        if work.actor.user is None:
            raise NotSignedIn
        keys = work.unit.keys.list_owned(work.actor.user)
        return _view_keys(
            work, keys, {key.fingerprint: work.unit.keys.list_projects(key.fingerprint) for key in keys}
        )


@dataclass(frozen=True, slots=True)
class ListProjectKeys(Query[tuple[KeyView, ...]]):
    """The keys that may sign for a project."""

    project: ProjectKey

    def answer(self, work: Work) -> tuple[KeyView, ...]:
        """Return them in order of fingerprint; raise NotFound."""
        if work.unit.projects.find_roster(self.project) is None:
            raise NotFound("project", self.project)
        keys = work.unit.keys.list_attached(self.project)
        return _view_keys(work, keys, {key.fingerprint: (self.project,) for key in keys})


def _view_keys(
    work: Work, keys: tuple[SigningKey, ...], projects: dict[Fingerprint, tuple[ProjectKey, ...]]
) -> tuple[KeyView, ...]:
    names = work.unit.people.find_names(frozenset(key.owner for key in keys if key.owner))
    return tuple(
        KeyView(
            signing=key,
            owner_name=names.get(key.owner) if key.owner else None,
            projects=projects[key.fingerprint],
            expired=key.has_expired(work.now),
            expires_soon=key.expires_soon(work.now),
        )
        for key in keys
    )
