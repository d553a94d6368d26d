# SPDX-License-Identifier: Apache-2.0
"""Policy overrides as rows: only the fields that are set are stored."""

from dataclasses import fields
from typing import TypedDict

from sqlalchemy import Connection, RowMapping, insert, select
from sqlalchemy.exc import IntegrityError

from atr.db.tables.projects import policy_versions, product_policy_versions
from atr.domain.errors import Conflict
from atr.domain.names import MailAddress, ProductRef, ProjectKey, UserId
from atr.domain.policy import PolicyOverride, PolicyVersion


def write_override(override: PolicyOverride) -> dict[str, object]:
    """Return the fields that are set, as they are stored."""
    given = ((each.name, getattr(override, each.name)) for each in fields(override))
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in given if value is not None
    }


class StoredOverride(TypedDict, total=False):
    """An override as JSON; a missing field inherits."""

    mail_to: list[str]
    manual_vote: bool
    min_hours: int
    release_checklist: str
    pause_for_rm: bool
    min_binding: int
    auto_resolve: bool


def read_override(stored: StoredOverride) -> PolicyOverride:
    """Return the override as it was stored."""
    addresses = stored.get("mail_to")
    return PolicyOverride(
        mail_to=None if addresses is None else tuple(map(MailAddress, addresses)),
        manual_vote=stored.get("manual_vote"),
        min_hours=stored.get("min_hours"),
        release_checklist=stored.get("release_checklist"),
        pause_for_rm=stored.get("pause_for_rm"),
        min_binding=stored.get("min_binding"),
        auto_resolve=stored.get("auto_resolve"),
    )


def add_policy_version(connection: Connection, ref: ProjectKey | ProductRef, version: PolicyVersion) -> None:
    """Keep a saved policy for ever; raise Conflict when the number is taken."""
    table = policy_versions if isinstance(ref, ProjectKey) else product_policy_versions
    values = {
        "number": version.number,
        "override": write_override(version.override),
        "saved_at": version.saved_at,
        "saved_by": version.saved_by,
    }
    try:
        connection.execute(insert(table).values(**_name_place(ref), **values))
    except IntegrityError as error:
        raise Conflict(f"The policy of {ref} was saved by somebody else: read it again.") from error


def list_policy_versions(connection: Connection, ref: ProjectKey | ProductRef) -> tuple[PolicyVersion, ...]:
    """Return all saved policies, newest first."""
    table = policy_versions if isinstance(ref, ProjectKey) else product_policy_versions
    found = select(table).filter_by(**_name_place(ref)).order_by(table.c.number.desc())
    return tuple(_read_version(row) for row in connection.execute(found).mappings())


def _name_place(ref: ProjectKey | ProductRef) -> dict[str, str]:
    if isinstance(ref, ProjectKey):
        return {"project": ref}
    return {"project": ref.project, "product": ref.product}


def _read_version(stored: RowMapping) -> PolicyVersion:
    return PolicyVersion(
        number=stored["number"],
        override=read_override(stored["override"]),
        saved_at=stored["saved_at"],
        saved_by=UserId(stored["saved_by"]) if stored["saved_by"] else None,
    )
