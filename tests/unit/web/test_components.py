# SPDX-License-Identifier: Apache-2.0
"""Views that decide what components show, and the words they use."""

import pytest

from atr.domain.lifecycle import Phase
from atr.web.components import PHASE_LABELS, PersonView, StepState, TallyView, make_phase_badge, trace_way
from atr.web.forms import EMPTY_FORM, FormView
from atr.web.rendering import format_size, make_slug, shorten_digest


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_has_a_way_with_one_place_to_be(phase: Phase) -> None:
    here = [step for step in trace_way(phase) if step.state in {StepState.CURRENT, StepState.FAILED}]

    assert len(here) == 1
    assert make_phase_badge(phase).label == PHASE_LABELS[phase]


def test_what_lies_behind_is_done_and_what_lies_ahead_is_not() -> None:
    states = [str(step.state) for step in trace_way(Phase.DISTRIBUTE)]

    assert states == ["done", "done", "skipped", "done", "current", "ahead", "ahead"]


def test_a_tested_release_did_not_skip_the_test() -> None:
    assert trace_way(Phase.VOTE, was_tested=True)[2].state is StepState.DONE


def test_an_abandoned_candidate_got_nowhere() -> None:
    steps = trace_way(Phase.ABANDONED, was_released=False)

    assert [str(step.state) for step in steps] == ["ahead"] * 7 + ["current"]


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Robin Manager", "RM"), ("madonna", "M"), ("Ana-Lucía de Souza", "AS"), ("🙂", "R")],
)
def test_initials_come_from_the_first_and_last_word(name: str, initials: str) -> None:
    assert PersonView("rmanager", name).initials == initials


def test_an_empty_tally_has_a_scale() -> None:
    assert TallyView("Binding", 0, 0, 0).scale == 1
    assert TallyView("Binding", 1, 0, 0, required=3).scale == 3


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (4_812_331, "4.8 MB"),
        (999_999, "1.0 MB"),
        (150_000_000, "150 MB"),
        (5 * 10**12, "5.0 TB"),
    ],
)
def test_sizes_are_readable(size: int, text: str) -> None:
    assert format_size(size) == text


def test_digests_are_shortened_in_the_middle() -> None:
    assert shorten_digest("sha512:" + "ab" * 64) == "sha512:abababab…abababab"
    assert shorten_digest("5f2c91d0") == "5f2c91d0"


def test_ids_are_made_of_letters_digits_and_hyphens() -> None:
    assert make_slug("/releases/Wid get/2.4.0?x=1") == "releases-wid-get-2-4-0-x-1"


def test_a_form_knows_what_was_typed_and_chosen() -> None:
    form = FormView({"one": "a", "many": ["b", "c"], "none": None}, {"one": "Wrong."})

    assert (form.value("one"), form.value("none"), form.value("other")) == ("a", "", "")
    assert form.chosen("many") == ("b", "c")
    assert form.chosen("one") == ("a",)
    assert EMPTY_FORM.chosen("many") == ()
    assert (form.error("one"), form.error("many")) == ("Wrong.", "")
