# SPDX-License-Identifier: Apache-2.0
"""The directory on the wire."""

from typing import Literal

from atr.domain.people import Role
from atr.schema.names import ProjectKeyText
from atr.schema.wire import WireAnswer, WireRequest


class MembershipAnswer(WireAnswer):
    """What somebody is to one project."""

    project: str
    name: str
    roles: tuple[str, ...]


class DirectoryAnswer(WireAnswer):
    """Somebody with their roles; `addresses` are null for those who may not see them."""

    id: str
    name: str
    addresses: tuple[str, ...] | None
    foundation_member: bool
    sysadmin: bool
    projects: tuple[MembershipAnswer, ...]


class RolePut(WireRequest):
    """Whether somebody is to hold a role: in a project, or in the foundation when none is named."""

    role: Literal[
        Role.PMC_MEMBER, Role.RELEASE_MANAGER, Role.COMMITTER, Role.FOUNDATION_MEMBER, Role.SYSADMIN
    ]
    project: ProjectKeyText | None = None
    held: bool
