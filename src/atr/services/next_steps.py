# SPDX-License-Identifier: Apache-2.0
"""What comes next for a release, in a sentence: who does it, and what stands in the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from atr.domain.announcement import AnnouncementState
from atr.domain.check import EvaluationState
from atr.domain.lifecycle import Phase, Situation, Transition, VoteStanding, find_transition
from atr.domain.people import Role
from atr.domain.permissions import MATRIX, Activity
from atr.services.release_facts import ReleaseFacts


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next; `target` is None when nothing has to come.

    `activity` is what it needs, held by the roles; None, without any, when ATR does it itself.
    """

    sentence: str
    target: Phase | None = None
    reasons: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    activity: Activity | None = None


# The sentence, and the activity it needs: None when ATR does it by itself, or nothing has to be done.
_Saying = tuple[str, Activity | None]

_FORWARD: Mapping[Phase, Phase] = MappingProxyType(
    {
        Phase.COMPOSE: Phase.EVALUATE,
        Phase.EVALUATE: Phase.VOTE,
        Phase.TEST: Phase.VOTE,
        Phase.VOTE: Phase.DISTRIBUTE,
        Phase.FAILED: Phase.COMPOSE,
        Phase.DISTRIBUTE: Phase.ANNOUNCE,
        Phase.ANNOUNCE: Phase.RELEASED,
    }
)


def list_takers(step: Transition) -> tuple[Role, ...]:
    """Return the roles that may take the step, in the order of the table."""
    if step.only is not None:
        return (step.only,)
    return list_roles(step.activity)


def list_roles(activity: Activity) -> tuple[Role, ...]:
    """Return the roles that permit the activity, in the order of the table."""
    return tuple(role for role in MATRIX if activity in MATRIX[role])


def find_next_step(facts: ReleaseFacts) -> NextStep:
    """Return what comes next for the release."""
    phase, situation = facts.release.phase, facts.situation
    sentence, activity = _SAYINGS[phase](facts, situation)
    target = _FORWARD.get(phase)
    reasons = _list_reasons(situation, target) if target else ()
    return NextStep(sentence, target, reasons, list_roles(activity) if activity else (), activity)


def _list_reasons(situation: Situation, target: Phase) -> tuple[str, ...]:
    """Return what stands in the way; while composing also what the sealed revision would be held up by."""
    if situation.phase is Phase.COMPOSE:
        return find_transition(Phase.EVALUATE, Phase.VOTE).explain_refusal(situation)
    return find_transition(situation.phase, target).explain_refusal(situation)


def _say_candidate_step(facts: ReleaseFacts, situation: Situation) -> _Saying:
    evaluation, number = facts.evaluation, facts.release.shown_revision
    if not situation.has_files:
        return "Upload the candidate's files.", Activity.RUN_PHASE
    if evaluation is None or evaluation.state is not EvaluationState.FINISHED:
        done = (
            f"{evaluation.done} of {evaluation.total} files" if evaluation and evaluation.total else "waiting"
        )
        return f"ATR examines revision {number} ({done}).", None
    if situation.open_blockers or situation.unacknowledged_concerns:
        return "Settle the findings: repair the files, or decide about each finding.", Activity.RUN_PHASE
    if situation.phase is Phase.COMPOSE:
        return f"Seal revision {number}, so that it can be voted on.", Activity.RUN_PHASE
    if situation.phase is Phase.TEST and situation.unverified_channels:
        return _say_channel_step(facts, situation.unverified_channels, "stages the files on")
    return f"Start the vote on revision {number}.", Activity.RUN_PHASE


def _say_vote_step(facts: ReleaseFacts, situation: Situation) -> _Saying:
    newest = facts.rounds[-1] if facts.rounds else None
    if situation.vote is VoteStanding.WAITING_FOR_RM:
        return "The vote passed with a -1: confirm it, or close it as failed.", Activity.RUN_PHASE
    if newest is None or situation.vote is not VoteStanding.OPEN:
        return "Resolve the vote.", Activity.RUN_PHASE
    if newest.policy.manual_vote:
        return "Hold the vote on your list, then record its result.", Activity.RUN_PHASE
    until = f" until {newest.deadline_at:%Y-%m-%d %H:%M} UTC" if newest.deadline_at else ""
    return f"Look at the candidate and vote{until}.", Activity.VOTE


def _say_channel_step(facts: ReleaseFacts, behind: tuple[str, ...], does: str) -> _Saying:
    """Say whose turn it is with the required channels that were not reached."""
    release, failed = facts.release.key, _list_those(behind, facts.channels.failed)
    if failed:
        told = f"Look at what failed on {failed}, then say: atr distribute resume {release}"
        return told, Activity.RUN_PHASE
    waiting = _list_those(behind, facts.channels.waiting)
    if waiting:
        told = f"Do by hand what waits on {waiting}, then say: atr distribute verify {release}"
        return told, Activity.RUN_PHASE
    missing = ", ".join(key for key in behind if key not in facts.channels.begun)
    if missing:
        order = "stage" if facts.release.phase is Phase.TEST else "promote"
        return f"Bring it to {missing}: atr distribute {order} {release}", Activity.RUN_PHASE
    return f"ATR {does} {', '.join(behind)}.", None


def _list_those(behind: tuple[str, ...], stuck: tuple[str, ...]) -> str:
    return ", ".join(key for key in behind if key in stuck)


def _say_revoked_step(facts: ReleaseFacts, situation: Situation) -> _Saying:
    if not facts.channels.public:
        return _KEPT(facts, situation)
    places, release = ", ".join(facts.channels.public), facts.release.key
    return f"Take it back from {places}: atr distribute withdraw {release}", Activity.RELEASE_ADMIN


def _say_distribution_step(facts: ReleaseFacts, situation: Situation) -> _Saying:
    if not situation.published:
        return "ATR puts the voted files into the download area.", None
    if situation.unconfirmed_channels:
        return _say_channel_step(facts, situation.unconfirmed_channels, "brings the voted files to")
    return "Go on to the announcement.", Activity.RUN_PHASE


def _say_announcement_step(facts: ReleaseFacts, situation: Situation) -> _Saying:  # noqa: ARG001
    announcement = facts.announcement
    if announcement is None or announcement.state is AnnouncementState.DRAFT:
        return "Read the announcement and send it.", Activity.RUN_PHASE
    return "ATR checks the public downloads, then sends the announcement.", None


def _say(sentence: str, activity: Activity | None = None) -> Callable[[ReleaseFacts, Situation], _Saying]:
    return lambda _facts, _situation: (sentence, activity)


_KEPT = _say("Nothing has to be done; the record is kept for ever.")
_SAYINGS: Mapping[Phase, Callable[[ReleaseFacts, Situation], _Saying]] = MappingProxyType(
    {
        Phase.COMPOSE: _say_candidate_step,
        Phase.EVALUATE: _say_candidate_step,
        Phase.TEST: _say_candidate_step,
        Phase.VOTE: _say_vote_step,
        Phase.FAILED: _say("The vote did not pass: compose a new candidate.", Activity.RUN_PHASE),
        Phase.DISTRIBUTE: _say_distribution_step,
        Phase.ANNOUNCE: _say_announcement_step,
        Phase.RELEASED: _say("Nothing has to be done; archive it when a newer release replaces it."),
        Phase.ARCHIVED: _KEPT,
        Phase.REVOKED: _say_revoked_step,
        Phase.ABANDONED: _KEPT,
        Phase.END_OF_LIFE: _KEPT,
    }
)
