# SPDX-License-Identifier: Apache-2.0
"""How releases come along, on the wire."""

from datetime import date

from atr.schema.wire import WireAnswer


class PhaseStayAnswer(WireAnswer):
    """How long releases stayed in a phase before they left it; the median in seconds."""

    phase: str
    stays: int
    median_seconds: float


class MonthAnswer(WireAnswer):
    """What happened in a month, named by its first day; findings by severity."""

    month: date
    releases: int
    findings: dict[str, int]


class ActivityAnswer(WireAnswer):
    """The last twelve months, the oldest first, and the time in each phase."""

    months: tuple[MonthAnswer, ...]
    phases: tuple[PhaseStayAnswer, ...]
