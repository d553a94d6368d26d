# SPDX-License-Identifier: Apache-2.0
"""What waits for somebody, on the wire."""

from pydantic import Field

from atr.schema.wire import UtcTime, WireAnswer


class WaitingVoteAnswer(WireAnswer):
    """An open round in which you have not voted."""

    release: str
    round: int
    binding: bool = Field(description="Your vote would decide.")
    deadline_at: UtcTime | None


class WaitingReleaseAnswer(WireAnswer):
    """A release of your projects that is on its way."""

    release: str
    phase: str
    next_step: str
    reasons: tuple[str, ...]
    mine: bool = Field(description="You may take the next step.")


class WaitingChannelAnswer(WireAnswer):
    """A release on a channel where somebody has to act."""

    release: str
    channel: str
    state: str
    instruction: str
    failure_reason: str
    drift: str = Field(description="How the public bytes differ from the voted ones.")


class WaitingMailsAnswer(WireAnswer):
    """Mails of an open round that are counted only if somebody says so."""

    release: str
    round: int
    count: int


class WaitingKeyAnswer(WireAnswer):
    """A key of yours that ends soon, or has ended."""

    fingerprint: str
    expires_at: UtcTime | None


class WaitingAnswer(WireAnswer):
    """Everything that waits for you."""

    votes: tuple[WaitingVoteAnswer, ...]
    releases: tuple[WaitingReleaseAnswer, ...]
    channels: tuple[WaitingChannelAnswer, ...]
    mails: tuple[WaitingMailsAnswer, ...]
    keys: tuple[WaitingKeyAnswer, ...]


class FirstReleaseStep(WireAnswer):
    """A step on the way to a first release."""

    step: str
    done: bool


class FirstReleaseAnswer(WireAnswer):
    """How far you are on the way to your first release."""

    release: str | None
    project: str | None
    steps: tuple[FirstReleaseStep, ...]
    next: str | None
    has_released: bool
