# SPDX-License-Identifier: Apache-2.0
"""Events on the wire."""

from atr.schema.wire import UtcTime, WireAnswer

DetailValue = str | int | bool | tuple[str, ...] | None


class SubjectAnswer(WireAnswer):
    """What an event is about."""

    kind: str
    name: str
    project: str | None
    product: str | None
    version: str | None


class EventAnswer(WireAnswer):
    """One audited fact: when, who with which role, by which activity, about what, and what changed."""

    sequence: int
    at: UtcTime
    actor: str
    actor_name: str
    role: str | None
    activity: str
    name: str
    subject: SubjectAnswer
    details: dict[str, DetailValue]
