# SPDX-License-Identifier: Apache-2.0
"""Rounds and ballots on the wire."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, StrictBool, StrictInt

from atr.domain.checklist import CHECKLIST_PREFIX, MOST_CHECKLIST_ITEMS
from atr.domain.lifecycle import Phase
from atr.domain.policy import LONGEST_HOURS
from atr.domain.vote import LONGEST_COMMENT, LONGEST_EVIDENCE, BallotDoor, RoundKind, RoundState
from atr.schema.mails import MailAnswer
from atr.schema.policies import VotePolicyAnswer
from atr.schema.releases import LONGEST_REASON, CountsAnswer
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

_MOST_COUNTED = 1_000_000
_LONGEST_ITEM = LONGEST_EVIDENCE - len("checklist.40")
_ItemNumber = Annotated[str, Field(pattern="^[1-9][0-9]?$")]


class VoteStart(WireRequest):
    """The beginning of a vote."""

    hours: StrictInt | None = Field(
        default=None, le=LONGEST_HOURS, description="More hours than the policy asks for; never fewer."
    )


class LetterAnswer(WireAnswer):
    """A mail as it would be sent."""

    subject: str
    body: str


class VotePreviewAnswer(WireAnswer):
    """What starting a vote now would bring about; `reasons` say why none can be started."""

    reasons: tuple[str, ...]
    policy: VotePolicyAnswer
    voting_body: str
    revision: int | None
    manifest_digest: str | None
    deadline_at: UtcTime | None = Field(description="Null when the vote closes by its count alone.")
    roster: tuple[str, ...] = Field(description="Whose votes would be binding.")
    letter: LetterAnswer | None = Field(description="The call for votes; none for a vote held elsewhere.")


class BallotEvidence(WireRequest):
    """What the voter did, item by item, each in their own words; what was not done is left out."""

    downloaded: str | None = Field(default=None, max_length=_LONGEST_ITEM)
    manifest: str | None = Field(
        default=None, max_length=_LONGEST_ITEM, description="Compared the files with the manifest digest."
    )
    checksums: str | None = Field(default=None, max_length=_LONGEST_ITEM)
    signatures: str | None = Field(default=None, max_length=_LONGEST_ITEM)
    licences: str | None = Field(default=None, max_length=_LONGEST_ITEM)
    built: str | None = Field(default=None, max_length=_LONGEST_ITEM)
    tests: str | None = Field(default=None, max_length=_LONGEST_ITEM)
    platform: str | None = Field(default=None, max_length=_LONGEST_ITEM)
    verified: str | None = Field(default=None, max_length=_LONGEST_ITEM, description="With which tool.")
    other: str | None = Field(default=None, max_length=_LONGEST_ITEM)
    checklist: dict[_ItemNumber, str] = Field(
        default_factory=dict,
        max_length=MOST_CHECKLIST_ITEMS,
        description="By the numbers of the round's `checklist`; `done` is enough.",
    )

    def list_items(self) -> dict[str, str]:
        """Return the items that were given, those of the checklist as `checklist.2`."""
        fixed = self.model_dump(exclude={"checklist"}, exclude_none=True)
        return {**fixed, **{f"{CHECKLIST_PREFIX}{number}": said for number, said in self.checklist.items()}}


class BallotPut(WireRequest):
    """One's answer; it replaces the earlier one, which is kept."""

    choice: str = Field(max_length=20, description="`+1`, `0` or `-1`; anything like `+0.5` is an opinion.")
    manifest_digest: str = Field(max_length=200, description="The bytes that were looked at, `sha512:hex`.")
    comment: str = Field(default="", max_length=LONGEST_COMMENT)
    evidence: BallotEvidence = Field(default_factory=BallotEvidence)
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
    hash: str = Field(description="The sha256 of the ballot; all of them make the round's `ballots_root`.")


class BallotCast(BallotVersion):
    """A ballot that was taken, with the signed receipt of it: a DSSE envelope to keep."""

    receipt: dict[str, JsonValue]


class BallotAnswer(BallotVersion):
    """Somebody's current answer with the earlier ones, the oldest first."""

    voter: str
    name: str
    binding: bool
    on_roster: bool
    left: bool = Field(description="No longer on the PMC, so not counted as binding.")
    remark: str = Field(
        default="", description="A visitor's comment: not part of the ballot, so that it can be erased."
    )
    earlier: tuple[BallotVersion, ...]


class WithdrawnBallotAnswer(BallotVersion):
    """A ballot that its voter took back: it is kept and counts no more."""

    voter: str
    name: str
    withdrawn_at: UtcTime


class RefusedBallotAnswer(WireAnswer):
    """Somebody's ballot that was not taken, and why; `attempts` counts all of theirs."""

    voter: str
    text: str
    via: BallotDoor
    refused_at: UtcTime
    reasons: tuple[str, ...]
    attempts: int


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


class ChecklistItemAnswer(WireAnswer):
    """An item of the checklist that voters go by; ballots name it in their evidence."""

    number: int
    name: str = Field(description="The name in the evidence of ballots, such as `checklist.2`.")
    text: str = Field(description="In Markdown.")


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
    outlook: str = Field(default="", description="What it still needs to pass, in one sentence.")
    ballots_root: str | None = Field(
        description="Over all ballots, once the count is closed; null before, and for votes held elsewhere."
    )


class VotesAnswer(WireAnswer):
    """All rounds, the newest first, and why the asker cannot begin one now."""

    items: tuple[RoundItem, ...]
    start_reasons: tuple[str, ...]


class RoundAnswer(RoundItem):
    """A round with everything around it; `silent` are members on the roster who have not voted."""

    phase: Phase
    voting_body: str
    policy: VotePolicyAnswer
    checklist: tuple[ChecklistItemAnswer, ...] = Field(
        default=(), description="The items of the policy's checklist that a voter can tick."
    )
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
    refused: tuple[RefusedBallotAnswer, ...] = Field(
        description="Ballots that were not taken, for those who run the vote; empty for others."
    )
    withdrawn: tuple[WithdrawnBallotAnswer, ...] = Field(
        default=(), description="Ballots that their voters took back, in order of casting."
    )


class LiveTallyAnswer(WireAnswer):
    """What an event `tally` of the stream says: the count of the newest round."""

    round: int
    state: RoundState
    deadline_at: UtcTime | None
    tally: TallyAnswer
    voters: int
    newest_at: UtcTime | None = Field(description="When the latest ballot was cast.")


class TimelinePointAnswer(WireAnswer):
    """The count right after a ballot, or after it was taken back; `changed` tells of an earlier one."""

    cast_at: UtcTime = Field(description="When it was cast, or taken back.")
    voter: str
    text: str
    is_binding: bool
    changed: bool
    binding: CountsAnswer
    community: CountsAnswer
    withdrawn: bool = Field(default=False, description="The ballot was taken back.")


class TimelineAnswer(WireAnswer):
    """How the count of a round came about; `ballots_root` is over all ballots as of now."""

    release: str
    round: int
    opened_at: UtcTime
    deadline_at: UtcTime | None
    closed_at: UtcTime | None
    points: tuple[TimelinePointAnswer, ...]
    ballots_root: str


class ServiceKeyAnswer(WireAnswer):
    """A public key with which the service signs or once signed."""

    key_id: str
    algorithm: Literal["ed25519"] = "ed25519"
    public_key: str = Field(description="32 bytes in base64.")
    first_used_at: UtcTime
    current: bool
