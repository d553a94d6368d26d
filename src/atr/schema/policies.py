# SPDX-License-Identifier: Apache-2.0
"""Vote policies on the wire."""

from pydantic import Field, StrictBool, StrictInt

from atr.domain.policy import LONGEST_CHECKLIST, LONGEST_HOURS, MOST_BINDING, MOST_MAIL_ADDRESSES
from atr.domain.vote import RoundState
from atr.domain.vote_replay import Outcome
from atr.schema.names import MailText
from atr.schema.wire import UtcTime, WireAnswer, WireRequest


class PolicyPatch(WireRequest):
    """Which fields to change: a value sets one here, null inherits it again, leaving it out keeps it."""

    mail_to: tuple[MailText, ...] | None = Field(default=None, max_length=MOST_MAIL_ADDRESSES)
    manual_vote: StrictBool | None = None
    min_hours: StrictInt | None = Field(default=None, ge=0, le=LONGEST_HOURS)
    release_checklist: str | None = Field(default=None, max_length=LONGEST_CHECKLIST)
    pause_for_rm: StrictBool | None = None
    min_binding: StrictInt | None = Field(default=None, ge=0, le=MOST_BINDING)
    auto_resolve: StrictBool | None = None


class VotePolicyAnswer(WireAnswer):
    """A whole policy."""

    mail_to: tuple[str, ...]
    manual_vote: bool
    min_hours: int
    release_checklist: str
    pause_for_rm: bool
    min_binding: int
    auto_resolve: bool


class OverrideAnswer(WireAnswer):
    """What is set in one place; null inherits."""

    mail_to: tuple[str, ...] | None
    manual_vote: bool | None
    min_hours: int | None
    release_checklist: str | None
    pause_for_rm: bool | None
    min_binding: int | None
    auto_resolve: bool | None


class PolicyAnswer(WireAnswer):
    """The policy in force, what is set here, and what would hold if nothing were."""

    version: str = Field(description="What a vote records: the project's version, a dot, the product line's.")
    effective: VotePolicyAnswer
    own: OverrideAnswer
    inherited: VotePolicyAnswer
    permitted: tuple[str, ...]


class PolicyVersionAnswer(WireAnswer):
    """One saved policy."""

    number: int
    override: OverrideAnswer
    saved_at: UtcTime
    saved_by: str | None
    saved_by_name: str


class SimulatedRound(WireAnswer):
    """A past vote as its ballots come out under the policy it ran under, and under a changed one.

    `decided_at` is when the count could be closed; `why` has the reasons for whatever differs.
    """

    release: str
    round: int
    state: RoundState
    policy_version: str
    closed_at: UtcTime | None
    outcome: Outcome
    decided_at: UtcTime | None
    new_outcome: Outcome
    new_decided_at: UtcTime | None
    differs: bool = Field(description="Whether the outcome differs, not only its moment.")
    why: tuple[str, ...]
