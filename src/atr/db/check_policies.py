# SPDX-License-Identifier: Apache-2.0
"""What projects tell the checks, as versions: only the fields that are set are stored."""

from typing import TypedDict

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select
from sqlalchemy.exc import IntegrityError

from atr.db.tables.checks import check_policy_versions
from atr.domain.check_policy import (
    CheckPolicyOverride,
    CheckPolicyVersion,
    LicenceChecker,
    list_own_names,
)
from atr.domain.errors import Conflict
from atr.domain.names import ChannelKey, ProductRef, ProjectKey, UserId


class CheckPolicyRows:
    """Check policies; the newest version of a place is the one in force."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find_newest(self, ref: ProjectKey | ProductRef) -> CheckPolicyVersion | None:
        """Return what was saved last for the project or the line."""
        return next(iter(self._read(ref, 1)), None)

    def list(self, ref: ProjectKey | ProductRef) -> tuple[CheckPolicyVersion, ...]:
        """Return all saved versions, newest first."""
        return self._read(ref, None)

    def add(self, ref: ProjectKey | ProductRef, version: CheckPolicyVersion) -> None:
        """Keep a saved policy for ever; raise Conflict when the number is taken."""
        values = {
            **_name_place(ref),
            "number": version.number,
            "override": _write_override(version.override),
            "saved_at": version.saved_at,
            "saved_by": version.saved_by,
        }
        try:
            self._connection.execute(insert(check_policy_versions).values(values))
        except IntegrityError as error:
            raise Conflict(
                f"What {ref} tells the checks was saved by somebody else: read it again."
            ) from error

    def _read(self, ref: ProjectKey | ProductRef, limit: int | None) -> tuple[CheckPolicyVersion, ...]:
        of_place: list[ColumnElement[bool]] = [
            check_policy_versions.c[name] == value for name, value in _name_place(ref).items()
        ]
        newest_first = check_policy_versions.c.number.desc()
        found = select(check_policy_versions).where(*of_place).order_by(newest_first).limit(limit)
        return tuple(map(_read_version, self._connection.execute(found).mappings()))


class StoredChecks(TypedDict, total=False):
    """An override as JSON; a missing field inherits."""

    source_globs: list[str]
    binary_globs: list[str]
    excluded_globs: list[str]
    notice_attribution: str
    licence: str
    licence_text: str
    header_text: str
    licence_checker: str
    required_channels: list[str]
    required_checks: list[str]
    generated_globs: list[str]


def _write_override(override: CheckPolicyOverride) -> dict[str, object]:
    given = {name: getattr(override, name) for name in list_own_names(override)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}


def _read_override(stored: StoredChecks) -> CheckPolicyOverride:
    checker, channels = stored.get("licence_checker"), stored.get("required_channels")
    return CheckPolicyOverride(
        source_globs=_read_texts(stored.get("source_globs")),
        binary_globs=_read_texts(stored.get("binary_globs")),
        excluded_globs=_read_texts(stored.get("excluded_globs")),
        notice_attribution=stored.get("notice_attribution"),
        licence=stored.get("licence"),
        licence_text=stored.get("licence_text"),
        header_text=stored.get("header_text"),
        licence_checker=None if checker is None else LicenceChecker(checker),
        required_channels=None if channels is None else tuple(map(ChannelKey, channels)),
        required_checks=_read_texts(stored.get("required_checks")),
        generated_globs=_read_texts(stored.get("generated_globs")),
    )


def _read_texts(stored: list[str] | None) -> tuple[str, ...] | None:
    return None if stored is None else tuple(stored)


def _read_version(row: RowMapping) -> CheckPolicyVersion:
    saved_by = UserId(row["saved_by"]) if row["saved_by"] else None
    return CheckPolicyVersion(row["number"], _read_override(row["override"]), row["saved_at"], saved_by)


def _name_place(ref: ProjectKey | ProductRef) -> dict[str, str]:
    if isinstance(ref, ProjectKey):
        return {"project": ref, "product": ""}
    return {"project": ref.project, "product": ref.product}
