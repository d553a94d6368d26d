# SPDX-License-Identifier: Apache-2.0
"""Subjects of mails in a vote's thread, and the digests in their text."""

import pytest

from atr.domain.names import Version
from atr.domain.vote_message import find_digests, names_other_release, simplify_subject


@pytest.mark.parametrize(
    "subject",
    ["Re: [VOTE] Release X 1.0", "AW: [x-dev] RE[2]: [VOTE]  Release X 1.0", "fwd: re: [vote] release x 1.0"],
)
def test_marks_of_answers_and_lists_are_no_part_of_a_subject(subject: str) -> None:
    assert simplify_subject(subject) == "[vote] release x 1.0"


@pytest.mark.parametrize(
    ("subject", "other"),
    [
        ("Re: [VOTE] Release X 1.0.2", False),
        ("Re: [VOTE] Release X v1.0.2", False),
        ("Re: [VOTE] Release X 1.0.2.", False),
        ("Re: the vote", False),
        ("Re: [VOTE] Release X 1.0.2.1", True),
        ("Re: [VOTE] Release X 1.0.20", True),
        ("Re: [VOTE] Release X 2.0", True),
        ("Re: [VOTE] Release X v2.0-rc1", True),
    ],
)
def test_a_subject_with_another_version_names_another_release(subject: str, other: bool) -> None:
    assert names_other_release(subject, Version("1.0.2")) is other


def test_digests_are_found_in_the_text() -> None:
    digest = "sha512:" + "a" * 128
    assert find_digests(f"I looked at {digest}, all fine") == (digest,)
    assert find_digests("sha512:abc") == ()
