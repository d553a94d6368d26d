# SPDX-License-Identifier: Apache-2.0
"""The directory as a list: who there is, and who is what to which project."""

from collections.abc import Iterable
from typing import Protocol

from atr.domain.names import UserId
from atr.domain.people import Membership, Person, Role
from atr.ports.repositories.paging import Page, PageRequest


class Directory(Protocol):
    """Everybody, page by page."""

    def list_people(self, text: str, role: Role | None, page: PageRequest) -> Page[Person]:
        """Return whose user id, name or address has all the words, and who hold the role anywhere."""

    def find_memberships(self, users: Iterable[UserId]) -> dict[UserId, tuple[Membership, ...]]:
        """Return what each is to which projects, by name of project, in one query."""
