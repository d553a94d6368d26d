# SPDX-License-Identifier: Apache-2.0
"""Events: every change is one, and none is ever altered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from types import MappingProxyType

from atr.domain.names import ProductKey, ProjectKey, ReleaseKey, Version

EventDetail = str | int | bool | None | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about: the thing itself, and its project, product line and version if it has them."""

    kind: str
    name: str
    project: ProjectKey | None = None
    product: ProductKey | None = None
    version: Version | None = None

    @classmethod
    def of_release(cls, key: ReleaseKey, kind: str = "release", name: str | None = None) -> "Subject":
        """Return a subject that belongs to a release."""
        return cls(kind, name or str(key), key.project, key.product, key.version)


@dataclass(frozen=True, slots=True)
class Event:
    """One audited fact: when, who with which role, by which activity, about what, and what changed."""

    at: datetime
    actor: str
    role: str | None
    activity: str
    name: str
    subject: Subject
    details: Mapping[str, EventDetail] = field(default_factory=lambda: MappingProxyType({}))
    sequence: int = 0


def describe_changes(old: object, new: object, names: Iterable[str]) -> dict[str, EventDetail]:
    """Return what changed: for each named field the new value, and as `FIELD_before` the old one."""
    details: dict[str, EventDetail] = {}
    for name in names:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            details |= {name: _write_detail(after), f"{name}_before": _write_detail(before)}
    return details


def _write_detail(value: object) -> EventDetail:
    match value:
        case None | bool() | int() | str():
            return value
        case tuple():
            return tuple(str(each) for each in value)
        case _ if is_dataclass(value):
            return tuple(f"{each.name}: {getattr(value, each.name)}" for each in fields(value))
        case _:
            return str(value)
