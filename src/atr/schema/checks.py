# SPDX-License-Identifier: Apache-2.0
"""Evaluations, findings and the decisions about them on the wire."""

from pydantic import Field

from atr.domain.check import EvaluationState, Severity
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

LONGEST_REASON = 2_000


class AcknowledgementAnswer(WireAnswer):
    """Who goes on in spite of a concern, and why."""

    by: str
    reason: str
    at: UtcTime


class FindingAnswer(WireAnswer):
    """What a rule found at one place."""

    id: str = Field(description="The name by which it is acknowledged.")
    rule: str
    severity: Severity
    artifact: str
    member: str | None
    message: str
    data: dict[str, str | int | bool | tuple[str, ...]]
    acknowledged: AcknowledgementAnswer | None
    waiver: int | None = Field(description="The id of the waiver that accepts it.")


class ChecksAnswer(WireAnswer):
    """The evaluation of a release's shown revision."""

    release: str
    revision: int
    state: EvaluationState | None = Field(description="None when there is nothing to examine yet.")
    done: int = Field(description="Files examined.")
    total: int = Field(description="Files in all.")
    finished_at: UtcTime | None
    findings: tuple[FindingAnswer, ...]
    counts: dict[str, int] = Field(description="How many findings of each severity, all of them counted.")
    blocking: int = Field(description="How many findings block: neither repaired nor waived.")
    unacknowledged: int = Field(description="How many concerns wait to be acknowledged.")


class EvaluationAnswer(WireAnswer):
    """An evaluation that was asked for."""

    release: str
    revision: int
    state: EvaluationState = EvaluationState.WAITING


class AcknowledgementCreate(WireRequest):
    """Go on in spite of a concern."""

    finding: str = Field(min_length=1, max_length=64, description="The finding's id.")
    reason: str = Field(min_length=1, max_length=LONGEST_REASON)


class WaiverCreate(WireRequest):
    """Accept what a rule finds at some paths."""

    rule: str = Field(min_length=1, max_length=100)
    paths: tuple[str, ...] = Field(
        default=("*",),
        max_length=50,
        description="Patterns of artifact paths; !member for what is inside one.",
    )
    reason: str = Field(min_length=1, max_length=LONGEST_REASON)
    expires_at: UtcTime | None = None


class WaiverAnswer(WireAnswer):
    """A recorded decision to accept what a rule finds."""

    id: int
    rule: str
    paths: tuple[str, ...]
    reason: str
    by: str
    at: UtcTime
    confirmed_by: str | None = Field(description="The second person, whom a blocker needs.")
    expires_at: UtcTime | None
