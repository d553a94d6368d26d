# SPDX-License-Identifier: Apache-2.0
"""Rounds and ballots on the wire."""

from typing import Literal

from pydantic import Field, StrictBool, StrictInt

from atr.domain.lifecycle import Phase
from atr.domain.policy import LONGEST_HOURS
from atr.domain.vote import LONGEST_COMMENT, MOST_EVIDENCE, BallotDoor, RoundKind, RoundState
from atr.schema.mails import MailAnswer
from atr.schema.policies import VotePolicyAnswer
from atr.schema.releases import LONGEST_REASON, CountsAnswer
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

_MOST_COUNTED = 1_000_000


class VoteStart(WireRequest):
    """The beginning of a vote."""

    hours: StrictInt | None = Field(
        default=None, le=LONGEST_HOURS, description="More hours than the policy asks for; never fewer."
    )


class BallotPut(WireRequest):
    """One's answer; it replaces the earlier one, which is kept."""

    choice: str = Field(max_length=20, description="`+1`, `0` or `-1`; anything like `+0.5` is an opinion.")
    manifest_digest: str = Field(max_length=200, description="The bytes that were looked at, `sha512:hex`.")
    comment: str = Field(default="", max_length=LONGEST_COMMENT)
    evidence: dict[str, str] = Field(
        default_factory=dict, max_length=MOST_EVIDENCE, description="What the voter did, item by item."
    )
    via: Literal["api", "command line"] = "api"


class RoundResolve(WireRequest):
    """How a round is closed."""

    outcome: Literal["passed", "failed"] = Field(
        default="passed", description="`failed` gives up an overdue vote; nobody overrules the count."
    )


class RoundExtend(WireRequest):
    """More time: either of the two."""

    hours: StrictInt | None = Field(default=None, ge=1, le=LONGEST_HOURS)
    until: UtcTime | None = None


class RoundCancel(WireRequest):
    """Why a vote ends without a result."""

    reason: str = Field(max_length=LONGEST_REASON)


class RoundConfirm(WireRequest):
    """The release manager's decision on a vote that passed with a -1."""

    passes: StrictBool
    reason: str = Field(max_length=LONGEST_REASON)


class CountsBody(WireRequest):
    """How many said what."""

    in_favour: StrictInt = Field(ge=0, le=_MOST_COUNTED)
    abstained: StrictInt = Field(default=0, ge=0, le=_MOST_COUNTED)
    against: StrictInt = Field(default=0, ge=0, le=_MOST_COUNTED)


class ManualResultCreate(WireRequest):
    """The result of a vote that was held elsewhere."""

    passed: StrictBool
    summary: str = Field(default="", max_length=LONGEST_REASON)
    thread_url: str = Field(max_length=2_100, description="Where the thread can be read.")
    binding: CountsBody
    community: CountsBody = Field(default_factory=lambda: CountsBody(in_favour=0))


class TallyAnswer(WireAnswer):
    """The count; `unmet` has one sentence for each missing condition."""

    binding: CountsAnswer
    community: CountsAnswer
    passes: bool
    overdue: bool
    needs_rm: bool
    unmet: tuple[str, ...]


class BallotVersion(WireAnswer):
    """What somebody said at one moment."""

    choice: str
    text: str
    manifest_digest: str
    cast_at: UtcTime
    via: BallotDoor
    comment: str
    evidence: dict[str, str]


class BallotAnswer(BallotVersion):
    """Somebody's current answer with the earlier ones, the oldest first."""

    voter: str
    name: str
    binding: bool
    on_roster: bool
    left: bool = Field(description="No longer on the PMC, so not counted as binding.")
    earlier: tuple[BallotVersion, ...]


class ActionAnswer(WireAnswer):
    """Something that can be done with a round; `reasons` says why the asker cannot do it now."""

    action: str
    permitted: bool
    open: bool
    reasons: tuple[str, ...]


class ManualResultAnswer(WireAnswer):
    """The recorded result of a vote that was held elsewhere."""

    passed: bool
    summary: str
    thread_url: str


class RoundItem(WireAnswer):
    """A round in a list; `passed` is null while it is not over."""

    release: str
    round: int
    kind: RoundKind
    state: RoundState
    passed: bool | None
    voting_project: str
    revision: int
    manifest_digest: str
    policy_version: str
    roster_hash: str
    opened_at: UtcTime
    opened_by: str
    deadline_at: UtcTime | None
    closed_at: UtcTime | None
    closed_by: str | None
    summary: str
    tally: TallyAnswer


class VotesAnswer(WireAnswer):
    """All rounds, the newest first, and why the asker cannot begin one now."""

    items: tuple[RoundItem, ...]
    start_reasons: tuple[str, ...]


class RoundAnswer(RoundItem):
    """A round with everything around it; `silent` are members on the roster who have not voted."""

    phase: Phase
    voting_body: str
    policy: VotePolicyAnswer
    roster: tuple[str, ...]
    silent: tuple[str, ...]
    departed: tuple[str, ...]
    names: dict[str, str]
    ballots: tuple[BallotAnswer, ...]
    mine: BallotVersion | None
    counts_as_binding: bool
    manual_result: ManualResultAnswer | None
    actions: tuple[ActionAnswer, ...]
    thread: tuple[MailAnswer, ...]
