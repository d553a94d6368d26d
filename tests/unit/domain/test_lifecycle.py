# SPDX-License-Identifier: Apache-2.0
"""The life of a release is the table of product.md, section 5, and every guard says what is missing."""

import csv
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from atr.domain import lifecycle
from atr.domain.errors import Refused
from atr.domain.lifecycle import (
    TRANSITIONS,
    Guard,
    Phase,
    Situation,
    Stage,
    VoteStanding,
    check_step,
    find_transition,
    list_transitions,
)

DATA = Path(__file__).parents[2] / "data"


def read_rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open() as file:
        return list(csv.DictReader(file))


ROWS = {(Phase(row["source"]), Phase(row["target"])): row for row in read_rows("lifecycle.csv")}
STAGES = {Phase(row["phase"]): Stage(row["stage"]) for row in read_rows("stages.csv")}
READY = Situation(
    phase=Phase.COMPOSE,
    has_files=True,
    evaluation_finished=True,
    staging_channels=1,
    vote=VoteStanding.PASSED,
    published=True,
    downloads_verified=True,
    announced=True,
    was_released=True,
)
SENTENCES = [
    (
        lifecycle.HAS_FILES,
        {"has_files": False},
        "There are no files yet: upload the candidate's files first.",
    ),
    (
        lifecycle.CHECKS_FINISHED,
        {"evaluation_finished": False},
        "The checks of this revision are not finished: wait for them.",
    ),
    (lifecycle.NO_BLOCKERS, {"open_blockers": 1}, "1 blocker is open: repair the files or waive the rule."),
    (
        lifecycle.NO_BLOCKERS,
        {"open_blockers": 3},
        "3 blockers are open: repair the files or waive the rule.",
    ),
    (
        lifecycle.CONCERNS_ACKNOWLEDGED,
        {"unacknowledged_concerns": 1},
        "1 concern waits to be acknowledged.",
    ),
    (
        lifecycle.CONCERNS_ACKNOWLEDGED,
        {"unacknowledged_concerns": 2},
        "2 concerns wait to be acknowledged.",
    ),
    (
        lifecycle.DELIVERABLE,
        {"undeliverable": ("No file goes to npm.", "No file goes to pypi.")},
        "No file goes to npm. No file goes to pypi.",
    ),
    (
        lifecycle.HAS_STAGING,
        {"staging_channels": 0},
        "The product line has no channel with a staging side to test on.",
    ),
    (
        lifecycle.STAGING_VERIFIED,
        {"unverified_channels": ("npm", "pypi")},
        "Not verified on the staging side of: npm, pypi.",
    ),
    (lifecycle.VOTE_PASSED, {"vote": VoteStanding.NONE}, "There was no vote yet."),
    (lifecycle.VOTE_PASSED, {"vote": VoteStanding.OPEN}, "The vote is still open."),
    (
        lifecycle.VOTE_PASSED,
        {"vote": VoteStanding.WAITING_FOR_RM},
        "The vote passed with a -1: the release manager has to confirm it.",
    ),
    (lifecycle.VOTE_PASSED, {"vote": VoteStanding.FAILED}, "The vote did not pass."),
    (lifecycle.VOTE_PASSED, {"vote": VoteStanding.CANCELLED}, "The vote was cancelled."),
    (lifecycle.VOTE_FAILED, {"vote": VoteStanding.OPEN}, "The vote has not been closed as failed."),
    (lifecycle.VOTE_OVER, {"vote": VoteStanding.OPEN}, "A vote is going on: cancel it first."),
    (lifecycle.PUBLISHED, {"published": False}, "The files are not in the download area yet."),
    (
        lifecycle.CHANNELS_CONFIRMED,
        {"unconfirmed_channels": ("npm",)},
        "Not confirmed on the required channels: npm.",
    ),
    (
        lifecycle.DOWNLOADS_VERIFIED,
        {"downloads_verified": False},
        "The public downloads have not answered with the voted bytes yet.",
    ),
    (lifecycle.ANNOUNCED, {"announced": False}, "The announcement has not been sent."),
    (
        lifecycle.WAS_RELEASED,
        {"was_released": False},
        "It was never released, so there is nothing to restore: compose a new candidate.",
    ),
]


def name_guards(guards: tuple[Guard, ...]) -> str:
    names = {id(value): name for name, value in vars(lifecycle).items() if isinstance(value, Guard)}
    return " ".join(names[id(guard)] for guard in guards)


def test_every_phase_has_the_stage_of_the_table() -> None:
    assert {phase: phase.stage for phase in Phase} == STAGES


@pytest.mark.parametrize(("source", "target"), list(product(Phase, Phase)))
def test_a_step_is_open_exactly_where_the_table_has_it(source: Phase, target: Phase) -> None:
    row = ROWS.get((source, target))
    if row is None:
        with pytest.raises(Refused, match=f"A release in phase {source} cannot go to {target}; possible: "):
            find_transition(source, target)
        return
    step = find_transition(source, target)
    assert (step.source, step.target, step.activity) == (source, target, row["activity"])
    assert (step.only or "") == row["only"]
    assert name_guards(step.guards) == row["guards"]


def test_no_step_stands_twice_in_the_table() -> None:
    assert len(TRANSITIONS) == len({(step.source, step.target) for step in TRANSITIONS}) == len(ROWS)


@pytest.mark.parametrize("source", Phase)
def test_the_steps_of_a_phase_are_listed_in_order(source: Phase) -> None:
    assert list_transitions(source) == tuple(step for step in TRANSITIONS if step.source is source)


def test_a_refusal_names_the_possible_steps() -> None:
    with pytest.raises(Refused) as refusal:
        find_transition(Phase.TEST, Phase.RELEASED)
    assert str(refusal.value) == (
        "A release in phase test cannot go to released; possible: vote, compose, abandoned."
    )


@pytest.mark.parametrize(("guard", "change", "sentence"), SENTENCES)
def test_a_guard_says_what_is_missing(guard: Guard, change: dict[str, object], sentence: str) -> None:
    lacking = replace(READY, **change)  # type: ignore[arg-type]
    assert not guard.holds(lacking)
    assert guard.explain(lacking) == sentence


def test_every_guard_is_tried() -> None:
    guards = {id(value) for value in vars(lifecycle).values() if isinstance(value, Guard)}
    assert {id(guard) for guard, _, _ in SENTENCES} == guards


@pytest.mark.parametrize("standing", VoteStanding)
def test_votes_are_judged_by_their_standing(standing: VoteStanding) -> None:
    situation = replace(READY, vote=standing)
    assert lifecycle.VOTE_PASSED.holds(situation) is (standing is VoteStanding.PASSED)
    assert lifecycle.VOTE_FAILED.holds(situation) is (standing is VoteStanding.FAILED)
    over = {VoteStanding.NONE, VoteStanding.FAILED, VoteStanding.CANCELLED}
    assert lifecycle.VOTE_OVER.holds(situation) is (standing in over)


@pytest.mark.parametrize("step", TRANSITIONS, ids=lambda step: f"{step.source}-{step.target}")
def test_a_step_is_taken_when_everything_is_ready(step: lifecycle.Transition) -> None:
    needs_other_vote = {lifecycle.VOTE_FAILED: VoteStanding.FAILED, lifecycle.VOTE_OVER: VoteStanding.NONE}
    votes = [vote for guard, vote in needs_other_vote.items() if guard in step.guards]
    ready = replace(READY, phase=step.source, vote=votes[0] if votes else VoteStanding.PASSED)
    assert check_step(ready, step.target) is step


@pytest.mark.parametrize("step", TRANSITIONS, ids=lambda step: f"{step.source}-{step.target}")
def test_a_refused_step_answers_with_all_failing_sentences(step: lifecycle.Transition) -> None:
    nothing = Situation(
        phase=step.source,
        open_blockers=2,
        unacknowledged_concerns=1,
        undeliverable=("No file goes to npm.",),
        unverified_channels=("npm",),
        unconfirmed_channels=("npm",),
        vote=VoteStanding.OPEN,
    )
    if not step.guards:
        assert check_step(nothing, step.target) is step
        return
    with pytest.raises(Refused) as refusal:
        check_step(nothing, step.target)
    assert refusal.value.reasons == tuple(guard.explain(nothing) for guard in step.guards)
    assert refusal.value.reasons == step.explain_refusal(nothing)
    assert len(refusal.value.reasons) == len(step.guards)
