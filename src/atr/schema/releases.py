# SPDX-License-Identifier: Apache-2.0
"""Releases on the wire."""

from pydantic import Field

from atr.domain.lifecycle import Phase, Stage
from atr.schema.files import ArtifactAnswer, SbomAnswer
from atr.schema.names import VersionText
from atr.schema.policies import VotePolicyAnswer
from atr.schema.revisions import RevisionItem
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

LONGEST_REASON = 2_000


class ReleaseCreate(WireRequest):
    """A new candidate."""

    version: VersionText


class PhaseMove(WireRequest):
    """A step in the life of a release."""

    to: Phase
    reason: str = Field(default="", max_length=LONGEST_REASON)


class ReleaseItem(WireAnswer):
    """A release in a list."""

    release: str = Field(description="PROJECT[/PRODUCT]/VERSION, the product left out when it is `main`.")
    project: str
    project_name: str
    product: str
    version: str
    stage: Stage
    phase: Phase
    phase_changed_at: UtcTime
    created_at: UtcTime
    created_by: str
    newest_revision: int
    vote: str | None = Field(description="The state of the newest round; null when there was none.")


class StepAnswer(WireAnswer):
    """A step out of the present phase; `reasons` has every unmet condition, `open` says all is met."""

    to: Phase
    activity: str
    roles: tuple[str, ...]
    permitted: bool
    reasons: tuple[str, ...]
    open: bool


class PhasesAnswer(WireAnswer):
    """Where a release is, and which steps lead on."""

    phase: Phase
    stage: Stage
    steps: tuple[StepAnswer, ...]


class NextStepAnswer(WireAnswer):
    """What comes next; `roles` is empty when ATR does it by itself."""

    sentence: str
    to: Phase | None
    reasons: tuple[str, ...]
    roles: tuple[str, ...]


class EvaluationSummary(WireAnswer):
    """How far the checks of the shown revision are, and what they came to; waived findings are left out."""

    revision: int
    state: str
    done: int
    total: int
    counts: dict[str, int]
    blocking: int
    unacknowledged: int
    waived: int
    started_at: UtcTime | None
    finished_at: UtcTime | None


class CountsAnswer(WireAnswer):
    """How many said what."""

    in_favour: int
    abstained: int
    against: int


class VoteSummary(WireAnswer):
    """One round; `passed` is null while it is not over."""

    round: int
    kind: str
    state: str
    passed: bool | None
    manifest_digest: str
    summary: str
    binding: CountsAnswer | None
    community: CountsAnswer | None
    started_at: UtcTime
    deadline_at: UtcTime | None
    ended_at: UtcTime | None


class AnnouncementSummary(WireAnswer):
    """How far the announcement is."""

    state: str
    subject: str
    to: tuple[str, ...]
    sent_at: UtcTime | None
    last_problem: str | None


class ReleaseAnswer(WireAnswer):
    """A release with everything around it."""

    release: str = Field(description="PROJECT[/PRODUCT]/VERSION, the product left out when it is `main`.")
    storage_key: str
    path: str = Field(description="The public path under which the release stands now.")
    project: str
    project_name: str
    podling: bool
    product: str
    product_name: str
    version: str
    stage: Stage
    phase: Phase
    phase_changed_at: UtcTime
    created_at: UtcTime
    created_by: str
    package_managers: tuple[str, ...]
    newest_revision: int
    sealed_revision: int | None
    shown_revision: int
    manifest_digest: str | None
    revisions: tuple[RevisionItem, ...]
    artifacts: tuple[ArtifactAnswer, ...]
    loose_files: tuple[str, ...]
    sboms: tuple[SbomAnswer, ...]
    evaluation: EvaluationSummary | None
    policy: VotePolicyAnswer
    policy_version: str
    votes: tuple[VoteSummary, ...]
    announcement: AnnouncementSummary | None
    steps: tuple[StepAnswer, ...]
    next_step: NextStepAnswer
    blockers: tuple[str, ...]
    published_at: UtcTime | None
    downloads_verified_at: UtcTime | None
    released_at: UtcTime | None
    set_aside_reason: str
    permitted: tuple[str, ...]


class BlockingFinding(WireAnswer):
    """A finding that stands in the way."""

    rule: str
    severity: str
    artifact: str
    member: str | None
    message: str


class BlockersAnswer(WireAnswer):
    """What exactly keeps a release from its next step; nothing does when `blockers` is empty."""

    phase: Phase
    blockers: tuple[str, ...]
    next_step: NextStepAnswer
    blocking: tuple[BlockingFinding, ...]
    unacknowledged: tuple[BlockingFinding, ...]
    blocking_total: int = Field(description="How many findings block, of which `blocking` has the first.")
    unacknowledged_total: int


class PulseAnswer(WireAnswer):
    """What an event of the stream says: the state of the release in few numbers."""

    phase: Phase
    revision: int
    newest_event: int
    evaluation: str | None
    done: int
    total: int
