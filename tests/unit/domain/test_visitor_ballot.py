# SPDX-License-Identifier: Apache-2.0
"""What waits for a click, and the links that lead to it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.domain.names import ParticipantId
from atr.domain.visitor_ballot import Confirmation, SignedLink, VisitorAnswer
from tests.unit.domain.vote_samples import OPENED_AT

SEEN = Digest("sha512", "a" * 128)
DAY = timedelta(days=1)
WAITING = Confirmation(
    "b" * 32,
    ParticipantId(f"participant:{'a' * 32}"),
    VisitorAnswer("Sunny", "+1", SEEN),
    "v1",
    OPENED_AT,
    OPENED_AT + DAY,
)


def test_an_answer_is_a_vote_with_a_comment_within_limits() -> None:
    with pytest.raises(Invalid, match="is not a vote"):
        VisitorAnswer("Sunny", "maybe", SEEN)
    with pytest.raises(Invalid, match="comment"):
        VisitorAnswer("Sunny", "+1", SEEN, "x" * 10_001)


def test_ticks_are_evidence_without_words() -> None:
    answer = replace(WAITING.answer, done=("checklist.2", "built"))
    assert answer.read_evidence("- one\n- two") == {"built": "done", "checklist.2": "done"}
    with pytest.raises(Invalid, match=r"no such item"):
        answer.read_evidence("- one")


def test_a_link_works_until_its_time_is_over() -> None:
    assert WAITING.is_open(OPENED_AT + DAY - timedelta(seconds=1))
    assert not WAITING.is_open(OPENED_AT + DAY)


def test_a_link_is_read_as_it_was_written() -> None:
    text = f"{'a' * 32}-{'b' * 32}"
    assert str(SignedLink.parse(text)) == text
    assert "b" * 32 not in repr(SignedLink.parse(text))


@pytest.mark.parametrize("text", ["", f"{'a' * 32}-{'b' * 31}", f"{'A' * 32}-{'b' * 32}", f"{'a' * 65}"])
def test_a_broken_link_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        SignedLink.parse(text)
