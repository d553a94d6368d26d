# SPDX-License-Identifier: Apache-2.0
"""Nothing becomes public unless every guard holds, and each says why it does not."""

from dataclasses import replace

import pytest

from atr.domain.artifact import Digest
from atr.domain.lifecycle import Phase, VoteStanding
from atr.domain.names import Version
from atr.domain.promotion_guards import Readiness, choose_names, explain_promotion, judge_holder
from atr.domain.versions import VersionOrder

VOTED, OTHER = Digest("sha512", "a" * 128), Digest("sha512", "b" * 128)
READY = Readiness(Phase.DISTRIBUTE, VoteStanding.PASSED, VOTED, VOTED, True, 3, 3)
MANY = tuple(f"file-{number}" for number in range(13))


def test_what_is_ready_becomes_public() -> None:
    assert explain_promotion(READY) == ()


@pytest.mark.parametrize("phase", Phase)
def test_only_what_was_voted_on_becomes_public(phase: Phase) -> None:
    is_open = phase in {Phase.DISTRIBUTE, Phase.ANNOUNCE, Phase.RELEASED}
    assert (explain_promotion(replace(READY, phase=phase)) == ()) is is_open


@pytest.mark.parametrize("vote", VoteStanding)
def test_only_a_passed_vote_counts(vote: VoteStanding) -> None:
    assert (explain_promotion(replace(READY, vote=vote)) == ()) is (vote is VoteStanding.PASSED)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"staged": OTHER}, "the candidate was replaced after staging"),
        ({"staged": None}, "What is staged is nothing"),
        ({"voted": None, "needs_staging": False}, "no sealed files"),
        ({"damaged": ("a.tgz",)}, "The store no longer has what was voted on: a.tgz."),
        ({"differing": ("a.tgz", "b.tgz")}, "hands out other bytes than the voted ones: a.tgz, b.tgz."),
        ({"missing": MANY}, "file-9 and 3 more."),
        ({"holder": "nightly", "holder_is_unclear": True}, "nightly holds the final name"),
        ({"access_problem": "The token is over."}, "The token is over."),
        ({"channel_edition": 4}, "The channel was changed since the plan was made"),
    ],
)
def test_each_guard_says_what_stands_in_the_way(changes: dict[str, object], sentence: str) -> None:
    reasons = explain_promotion(replace(READY, **changes))  # type: ignore[arg-type]
    assert len(reasons) == 1
    assert sentence in reasons[0]


def test_what_is_published_at_once_needs_nothing_staged() -> None:
    assert explain_promotion(replace(READY, needs_staging=False, staged=None)) == ()


def test_all_reasons_are_told_together() -> None:
    assert len(explain_promotion(replace(READY, phase=Phase.VOTE, staged=OTHER, damaged=("a",)))) == 3


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        (None, (False, False)),
        ("1.9.0", (False, False)),
        ("2.0.0", (False, False)),
        ("v2.0.1", (True, False)),
        ("3.0.0-rc1", (True, False)),
        ("nightly", (False, True)),
        ("1!2", (False, True)),
    ],
)
def test_who_holds_a_name_is_judged_by_the_lines_order(
    holder: str | None, expected: tuple[bool, bool]
) -> None:
    assert judge_holder(holder, Version("2.0.0"), VersionOrder.SEMVER) == expected


def test_an_older_line_leaves_the_names_that_everybody_follows() -> None:
    names = ("1.2.3", "1.2.3-slim", "latest", "1")
    assert choose_names(names, "1.2.3", is_older=True) == ("1.2.3", "1.2.3-slim")
    assert choose_names(names, "1.2.3", is_older=False) == names
    assert choose_names(("latest", "next"), "1.2.3", is_older=True) == ("release-1.2.3",)
    assert choose_names((), "1.2.3", is_older=True) == ()
