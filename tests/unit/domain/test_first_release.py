# SPDX-License-Identifier: Apache-2.0
"""The way to a first release, ticked off by what is there."""

import pytest

from atr.domain.first_release import GuideStep, Progress, find_next, list_done
from atr.domain.lifecycle import Phase, Situation, VoteStanding

READY = {"is_signed_in": True, "runs_project": True, "has_key": True, "has_attached_key": True}


def find_step(situation: Situation | None) -> GuideStep | None:
    return find_next(list_done(Progress(**READY, situation=situation)))


def test_a_stranger_signs_in_first() -> None:
    assert find_next(list_done(Progress())) is GuideStep.SIGN_IN


def test_a_key_is_added_before_it_is_attached() -> None:
    done = list_done(Progress(is_signed_in=True, runs_project=True))
    assert find_next(done) is GuideStep.ADD_KEY
    assert GuideStep.ATTACH_KEY not in done


@pytest.mark.parametrize(
    ("situation", "step"),
    [
        (None, GuideStep.BEGIN),
        (Situation(Phase.COMPOSE), GuideStep.UPLOAD),
        (Situation(Phase.COMPOSE, has_files=True), GuideStep.SETTLE),
        (
            Situation(Phase.COMPOSE, has_files=True, evaluation_finished=True, open_blockers=1),
            GuideStep.SETTLE,
        ),
        (
            Situation(Phase.COMPOSE, has_files=True, evaluation_finished=True, unacknowledged_concerns=1),
            GuideStep.SETTLE,
        ),
        (Situation(Phase.COMPOSE, has_files=True, evaluation_finished=True), GuideStep.SEAL),
        (Situation(Phase.EVALUATE, has_files=True, evaluation_finished=True), GuideStep.VOTE),
        (
            Situation(Phase.VOTE, has_files=True, evaluation_finished=True, vote=VoteStanding.OPEN),
            GuideStep.PASS,
        ),
        (
            Situation(Phase.DISTRIBUTE, has_files=True, evaluation_finished=True, vote=VoteStanding.PASSED),
            GuideStep.PUBLISH,
        ),
        (
            Situation(
                Phase.DISTRIBUTE,
                has_files=True,
                evaluation_finished=True,
                published=True,
                unconfirmed_channels=("npm",),
            ),
            GuideStep.PUBLISH,
        ),
        (
            Situation(Phase.ANNOUNCE, has_files=True, evaluation_finished=True, published=True),
            GuideStep.ANNOUNCE,
        ),
        (
            Situation(
                Phase.RELEASED, has_files=True, evaluation_finished=True, published=True, announced=True
            ),
            None,
        ),
    ],
)
def test_the_next_step_follows_from_where_the_release_is(
    situation: Situation | None, step: GuideStep | None
) -> None:
    assert find_step(situation) is step


def test_a_candidate_that_was_opened_again_is_sealed_and_voted_on_again() -> None:
    again = Situation(Phase.COMPOSE, has_files=True, evaluation_finished=True, vote=VoteStanding.CANCELLED)
    assert find_step(again) is GuideStep.SEAL
