# SPDX-License-Identifier: Apache-2.0
"""Evaluations, findings and the decisions about them on the wire."""

from typing import Annotated

from pydantic import Field, StringConstraints

from atr.domain.check import EvaluationState, Severity
from atr.domain.lifecycle import Phase
from atr.domain.verdict import Standing
from atr.domain.version_range import LONGEST_RANGE
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

LONGEST_REASON = 2_000
MOST_AT_ONCE = 1_000
FindingId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class AcknowledgementAnswer(WireAnswer):
    """Who goes on in spite of a concern, and why."""

    by: str
    reason: str
    at: UtcTime
    carried_from: int | None = Field(
        default=None, description="The earlier revision on which it was said, about the same content."
    )


class AcknowledgedAnswer(AcknowledgementAnswer):
    """Who goes on in spite of concerns, and of how many."""

    count: int


class WaiverUse(WireAnswer):
    """The waiver that accepts a finding."""

    id: int
    by: str
    confirmed_by: str | None
    reason: str
    expires_at: UtcTime | None


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
    waived: WaiverUse | None = Field(default=None, description="The waiver itself.")
    standing: Standing = Field(description="What it asks of people.")


class RuleGroup(WireAnswer):
    """All findings of one rule and severity, counted."""

    rule: str
    severity: Severity
    title: str
    fix: str
    total: int
    undecided: int = Field(description="How many nobody has waived or acknowledged.")
    acknowledged: int
    waived: int


class BasisAnswer(WireAnswer):
    """What an evaluation went by."""

    policy: str | None = Field(description="The version of the check policy: project's, a dot, the line's.")
    rules: str | None = Field(description="The digest of all rules with their versions.")
    policy_now: str | None = Field(description="The version in force now.")
    rules_now: str | None = Field(description="The digest of the rules of this program.")
    current: bool = Field(description="Whether it went by what holds now.")


class ChecksAnswer(WireAnswer):
    """The evaluation of a release's shown revision."""

    release: str
    revision: int
    state: EvaluationState | None = Field(description="None when there is nothing to examine yet.")
    done: int = Field(description="Files examined.")
    total: int = Field(description="Files in all.")
    finished_at: UtcTime | None
    basis: BasisAnswer
    groups: tuple[RuleGroup, ...] = Field(description="All findings that match, by rule, the worst first.")
    findings: tuple[FindingAnswer, ...] = Field(description="A page of them, the worst first.")
    next: str | None = Field(
        default=None, description="Send it as `cursor` to read on; null at the end of the list."
    )
    counts: dict[str, int] = Field(description="How many findings of each severity, all of them counted.")
    blocking: int = Field(description="How many findings block: neither repaired nor waived.")
    unacknowledged: int = Field(description="How many concerns wait to be acknowledged.")


class EvaluationAnswer(WireAnswer):
    """An evaluation that was asked for."""

    release: str
    revision: int
    state: EvaluationState = EvaluationState.WAITING


class AcknowledgementCreate(WireRequest):
    """Go on in spite of concerns: one, several, or all of a rule."""

    finding: str | None = Field(default=None, min_length=1, max_length=64, description="A finding's id.")
    findings: tuple[FindingId, ...] = Field(default=(), max_length=MOST_AT_ONCE, description="Several ids.")
    rule: str | None = Field(
        default=None, min_length=1, max_length=100, description="The rule whose findings all are meant."
    )
    reason: str = Field(min_length=1, max_length=LONGEST_REASON)


class WaiverPreviewCreate(WireRequest):
    """What a waiver would be about."""

    rule: str = Field(min_length=1, max_length=100)
    paths: tuple[str, ...] = Field(
        default=("*",),
        max_length=50,
        description="Patterns of artifact paths; !member for what is inside one.",
    )
    versions: str = Field(
        default="",
        max_length=LONGEST_RANGE,
        description="Only for these versions, such as `>=1.2 <2` or `1.*`; empty for all.",
    )


class WaiverCreate(WaiverPreviewCreate):
    """Accept what a rule finds at some paths."""

    reason: str = Field(min_length=1, max_length=LONGEST_REASON)
    expires_at: UtcTime | None = None


class WaiverAnswer(WireAnswer):
    """A recorded decision to accept what a rule finds."""

    id: int
    rule: str
    paths: tuple[str, ...]
    versions: str
    reason: str
    by: str
    at: UtcTime
    confirmed_by: str | None = Field(description="The second person, whom a blocker needs.")
    expires_at: UtcTime | None
    state: str = Field(description="active, unconfirmed (it does not count for blockers yet) or expired.")


class MatchedFinding(WireAnswer):
    """A finding that a waiver would match."""

    id: str
    severity: Severity
    artifact: str
    member: str | None
    acknowledged: bool


class WaiverMatchAnswer(WireAnswer):
    """The findings of one release that a waiver would match."""

    release: str
    phase: Phase
    revision: int
    total: int
    counts: dict[str, int] = Field(description="How many of each severity; severities without are left out.")
    findings: tuple[MatchedFinding, ...] = Field(description="The first of them.")


class WaiverPreviewAnswer(WireAnswer):
    """What a waiver would match in open candidates and the newest releases."""

    total: int
    needs_second_person: bool = Field(description="Whether blockers are among them.")
    releases: tuple[WaiverMatchAnswer, ...]
