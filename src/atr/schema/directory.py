# SPDX-License-Identifier: Apache-2.0
"""The directory on the wire."""

from typing import Literal

from atr.domain.people import Membership, Person, Role
from atr.schema.names import ProjectKeyText
from atr.schema.wire import WireAnswer, WireRequest


class MembershipAnswer(WireAnswer):
    """What somebody is to one project."""

    project: str
    name: str
    roles: tuple[str, ...]

    @classmethod
    def of(cls, membership: Membership) -> "MembershipAnswer":
        """Return it as it is sent."""
        return cls(project=membership.project, name=membership.name, roles=membership.roles)


class DirectoryAnswer(WireAnswer):
    """Somebody with their roles; `addresses` are null for those who may not see them."""

    id: str
    name: str
    addresses: tuple[str, ...] | None
    foundation_member: bool
    sysadmin: bool
    projects: tuple[MembershipAnswer, ...]

    @classmethod
    def of(
        cls, person: Person, memberships: tuple[Membership, ...], *, shows_addresses: bool
    ) -> "DirectoryAnswer":
        """Return it as it is sent."""
        return cls(
            id=person.id,
            name=person.name,
            addresses=person.addresses if shows_addresses else None,
            foundation_member=person.foundation_member,
            sysadmin=person.sysadmin,
            projects=tuple(map(MembershipAnswer.of, memberships)),
        )


class RolePut(WireRequest):
    """Whether somebody is to hold a role: in a project, or in the foundation when none is named."""

    role: Literal[
        Role.PMC_MEMBER, Role.RELEASE_MANAGER, Role.COMMITTER, Role.FOUNDATION_MEMBER, Role.SYSADMIN
    ]
    project: ProjectKeyText | None = None
    held: bool
