# SPDX-License-Identifier: Apache-2.0
"""The life of a release: a table of transitions, each with the guards that explain themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from atr.domain.errors import Refused
from atr.domain.people import Role
from atr.domain.permissions import Activity


class Stage(StrEnum):
    """Where a release is offered; derived from its phase."""

    CANDIDATE = "candidate"
    CURRENT = "current"
    ARCHIVED = "archived"


class Phase(StrEnum):
    """The step of its life a release is in."""

    COMPOSE = "compose"
    EVALUATE = "evaluate"
    TEST = "test"
    VOTE = "vote"
    FAILED = "failed"
    DISTRIBUTE = "distribute"
    ANNOUNCE = "announce"
    RELEASED = "released"
    ARCHIVED = "archived"
    REVOKED = "revoked"
    ABANDONED = "abandoned"
    END_OF_LIFE = "end_of_life"

    @property
    def stage(self) -> Stage:
        """Return the stage this phase belongs to."""
        return _STAGES[self]


_STAGES = {
    Phase.COMPOSE: Stage.CANDIDATE,
    Phase.EVALUATE: Stage.CANDIDATE,
    Phase.TEST: Stage.CANDIDATE,
    Phase.VOTE: Stage.CANDIDATE,
    Phase.FAILED: Stage.CANDIDATE,
    Phase.DISTRIBUTE: Stage.CURRENT,
    Phase.ANNOUNCE: Stage.CURRENT,
    Phase.RELEASED: Stage.CURRENT,
    Phase.ARCHIVED: Stage.ARCHIVED,
    Phase.REVOKED: Stage.ARCHIVED,
    Phase.ABANDONED: Stage.ARCHIVED,
    Phase.END_OF_LIFE: Stage.ARCHIVED,
}


class VoteStanding(StrEnum):
    """What has become of the votes on the sealed revision, all rounds together."""

    NONE = "none"
    OPEN = "open"
    WAITING_FOR_RM = "waiting_for_rm"
    PASSED = "passed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the guards look at, gathered once."""

    phase: Phase
    has_files: bool = False
    evaluation_finished: bool = False
    open_blockers: int = 0
    unacknowledged_concerns: int = 0
    undeliverable: tuple[str, ...] = ()
    staging_channels: int = 0
    unverified_channels: tuple[str, ...] = ()
    vote: VoteStanding = VoteStanding.NONE
    published: bool = False
    unconfirmed_channels: tuple[str, ...] = ()
    downloads_verified: bool = False
    announced: bool = False
    was_released: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """A predicate with the sentence for when it does not hold."""

    holds: Callable[[Situation], bool]
    explain: Callable[[Situation], str]


def _say(sentence: str) -> Callable[[Situation], str]:
    return lambda _situation: sentence


def _count(number: int, one: str, many: str) -> str:
    return f"1 {one}" if number == 1 else f"{number} {many}"


HAS_FILES = Guard(lambda s: s.has_files, _say("There are no files yet: upload the candidate's files first."))
CHECKS_FINISHED = Guard(
    lambda s: s.evaluation_finished, _say("The checks of this revision are not finished: wait for them.")
)
NO_BLOCKERS = Guard(
    lambda s: s.open_blockers == 0,
    lambda s: (
        f"{_count(s.open_blockers, 'blocker is', 'blockers are')} open: repair the files or waive the rule."
    ),
)
CONCERNS_ACKNOWLEDGED = Guard(
    lambda s: s.unacknowledged_concerns == 0,
    lambda s: f"{_count(s.unacknowledged_concerns, 'concern waits', 'concerns wait')} to be acknowledged.",
)
DELIVERABLE = Guard(lambda s: not s.undeliverable, lambda s: " ".join(s.undeliverable))
HAS_STAGING = Guard(
    lambda s: s.staging_channels > 0, _say("The product line has no channel with a staging side to test on.")
)
STAGING_VERIFIED = Guard(
    lambda s: not s.unverified_channels,
    lambda s: f"Not verified on the staging side of: {', '.join(s.unverified_channels)}.",
)
VOTE_PASSED = Guard(
    lambda s: s.vote is VoteStanding.PASSED,
    lambda s: {
        VoteStanding.NONE: "There was no vote yet.",
        VoteStanding.OPEN: "The vote is still open.",
        VoteStanding.WAITING_FOR_RM: "The vote passed with a -1: the release manager has to confirm it.",
        VoteStanding.FAILED: "The vote did not pass.",
        VoteStanding.CANCELLED: "The vote was cancelled.",
        VoteStanding.PASSED: "",
    }[s.vote],
)
VOTE_FAILED = Guard(lambda s: s.vote is VoteStanding.FAILED, _say("The vote has not been closed as failed."))
VOTE_OVER = Guard(
    lambda s: s.vote not in {VoteStanding.OPEN, VoteStanding.WAITING_FOR_RM, VoteStanding.PASSED},
    _say("A vote is going on: cancel it first."),
)
PUBLISHED = Guard(lambda s: s.published, _say("The files are not in the download area yet."))
CHANNELS_CONFIRMED = Guard(
    lambda s: not s.unconfirmed_channels,
    lambda s: f"Not confirmed on the required channels: {', '.join(s.unconfirmed_channels)}.",
)
DOWNLOADS_VERIFIED = Guard(
    lambda s: s.downloads_verified,
    _say("The public downloads have not answered with the voted bytes yet."),
)
ANNOUNCED = Guard(lambda s: s.announced, _say("The announcement has not been sent."))
WAS_RELEASED = Guard(
    lambda s: s.was_released,
    _say("It was never released, so there is nothing to restore: compose a new candidate."),
)


@dataclass(frozen=True, slots=True)
class Transition:
    """One permitted step; `only` narrows who may take it to one role (product.md, section 5)."""

    source: Phase
    activity: Activity
    target: Phase
    guards: tuple[Guard, ...] = ()
    only: Role | None = None

    def explain_refusal(self, situation: Situation) -> tuple[str, ...]:
        """Return every unmet sentence; nothing when the step is open."""
        return tuple(guard.explain(situation) for guard in self.guards if not guard.holds(situation))


_READY = (HAS_FILES, CHECKS_FINISHED, NO_BLOCKERS, CONCERNS_ACKNOWLEDGED)
_RUN, _ADMIN = Activity.RUN_PHASE, Activity.RELEASE_ADMIN
_PUT_ASIDE = (Phase.ARCHIVED, Phase.REVOKED, Phase.END_OF_LIFE)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(Phase.COMPOSE, _RUN, Phase.EVALUATE, (HAS_FILES,)),
    Transition(Phase.EVALUATE, _RUN, Phase.TEST, (*_READY, HAS_STAGING)),
    Transition(Phase.EVALUATE, _RUN, Phase.VOTE, (*_READY, DELIVERABLE)),
    Transition(Phase.EVALUATE, _RUN, Phase.COMPOSE),
    Transition(Phase.TEST, _RUN, Phase.VOTE, (*_READY, DELIVERABLE, STAGING_VERIFIED)),
    Transition(Phase.TEST, _RUN, Phase.COMPOSE),
    Transition(Phase.VOTE, _RUN, Phase.DISTRIBUTE, (VOTE_PASSED,)),
    Transition(Phase.VOTE, _RUN, Phase.FAILED, (VOTE_FAILED,)),
    Transition(Phase.VOTE, _RUN, Phase.COMPOSE, (VOTE_OVER,)),
    Transition(Phase.FAILED, _RUN, Phase.COMPOSE),
    Transition(Phase.DISTRIBUTE, _RUN, Phase.ANNOUNCE, (PUBLISHED, CHANNELS_CONFIRMED)),
    Transition(Phase.ANNOUNCE, _RUN, Phase.RELEASED, (CHANNELS_CONFIRMED, DOWNLOADS_VERIFIED, ANNOUNCED)),
    *(Transition(Phase.RELEASED, _ADMIN, target) for target in _PUT_ASIDE),
    *(
        Transition(source, _ADMIN, Phase.ABANDONED)
        for source in (Phase.COMPOSE, Phase.EVALUATE, Phase.TEST, Phase.FAILED)
    ),
    *(Transition(source, _ADMIN, Phase.REVOKED) for source in (Phase.DISTRIBUTE, Phase.ANNOUNCE)),
    *(
        Transition(source, _ADMIN, Phase.RELEASED, (WAS_RELEASED, VOTE_PASSED), only=Role.SYSADMIN)
        for source in (*_PUT_ASIDE, Phase.ABANDONED)
    ),
)


def list_transitions(source: Phase) -> tuple[Transition, ...]:
    """Return every step out of a phase, in the order of the table."""
    return tuple(each for each in TRANSITIONS if each.source is source)


def find_transition(source: Phase, target: Phase) -> Transition:
    """Return the step between two phases; raise Refused naming the possible ones."""
    steps = list_transitions(source)
    for each in steps:
        if each.target is target:
            return each
    possible = ", ".join(each.target for each in steps)
    raise Refused(f"A release in phase {source} cannot go to {target}; possible: {possible}.")


def check_step(situation: Situation, target: Phase) -> Transition:
    """Return the open step to the target; raise Refused with all unmet sentences."""
    step = find_transition(situation.phase, target)
    reasons = step.explain_refusal(situation)
    if reasons:
        raise Refused(*reasons)
    return step
