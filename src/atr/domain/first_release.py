# SPDX-License-Identifier: Apache-2.0
"""The way to somebody's first release: which steps are done, and which is next."""

from dataclasses import dataclass
from enum import StrEnum

from atr.domain.lifecycle import Phase, Situation, Stage, VoteStanding


class GuideStep(StrEnum):
    """A step of the way, in the order in which they are taken."""

    SIGN_IN = "sign in"
    JOIN = "join"
    ADD_KEY = "add key"
    ATTACH_KEY = "attach key"
    BEGIN = "begin"
    UPLOAD = "upload"
    SETTLE = "settle"
    SEAL = "seal"
    VOTE = "vote"
    PASS = "pass"  # noqa: S105 -- to pass a vote
    PUBLISH = "publish"
    ANNOUNCE = "announce"


@dataclass(frozen=True, slots=True)
class Progress:
    """What somebody has got so far; `situation` is that of the release they are on."""

    is_signed_in: bool = False
    runs_project: bool = False
    has_key: bool = False
    has_attached_key: bool = False
    situation: Situation | None = None


def list_done(progress: Progress) -> frozenset[GuideStep]:
    """Return the steps that are done."""
    own = (
        (GuideStep.SIGN_IN, progress.is_signed_in),
        (GuideStep.JOIN, progress.runs_project),
        (GuideStep.ADD_KEY, progress.has_key),
        (GuideStep.ATTACH_KEY, progress.has_attached_key),
        (GuideStep.BEGIN, progress.situation is not None),
    )
    done = frozenset(step for step, is_done in own if is_done)
    return done if progress.situation is None else done | _list_release_steps(progress.situation)


def find_next(done: frozenset[GuideStep]) -> GuideStep | None:
    """Return the first step that is not done; None when all are."""
    return next((step for step in GuideStep if step not in done), None)


def _list_release_steps(situation: Situation) -> frozenset[GuideStep]:
    """Return the steps that are done with the release; whoever opens a candidate again takes them again."""
    is_current = situation.phase.stage is Stage.CURRENT
    is_settled = situation.evaluation_finished and not (
        situation.open_blockers or situation.unacknowledged_concerns
    )
    is_sealed = situation.phase is not Phase.COMPOSE
    release = (
        (GuideStep.UPLOAD, situation.has_files),
        (GuideStep.SETTLE, situation.has_files and is_settled),
        (GuideStep.SEAL, situation.has_files and is_sealed),
        (GuideStep.VOTE, is_current or (is_sealed and situation.vote is not VoteStanding.NONE)),
        (GuideStep.PASS, is_current or situation.vote is VoteStanding.PASSED),
        (GuideStep.PUBLISH, situation.published and not situation.unconfirmed_channels),
        (GuideStep.ANNOUNCE, situation.announced),
    )
    return frozenset(step for step, is_done in release if is_done)
