# SPDX-License-Identifier: Apache-2.0
"""Events: every change is one, and none is ever altered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
