# SPDX-License-Identifier: Apache-2.0
"""Subjects of mails in a vote's thread, and the digests in their text."""

from dataclasses import replace

import pytest

from atr.domain.names import Version
from atr.domain.vote_message import (
    MessageSource,
    MessageState,
    VoteMessage,
    explain_remedy,
    find_digests,
    names_other_release,
    simplify_subject,
)
from tests.unit.domain.vote_samples import OPENED_AT, RELEASE

UNREAD = VoteMessage(
    release=RELEASE,
    round=1,
    message_id="<1@example.org>",
    source=MessageSource.LISTENER,
    sender=None,
    sender_name="Kim",
    subject="Re: [VOTE] Release X 1.0",
    sent_at=None,
    received_at=OPENED_AT,
    choice=None,
    text="",
    comment="",
    explanation="",
    is_proven=False,
    identity="",
    state=MessageState.RECEIVED,
)


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


@pytest.mark.parametrize("state", MessageState)
def test_every_mail_that_does_not_count_says_what_to_do(state: MessageState) -> None:
    mail = replace(UNREAD, state=state)
    assert bool(explain_remedy(mail)) is (state is not MessageState.COUNTED)


def test_a_sender_who_was_asked_follows_the_link() -> None:
    asked = replace(UNREAD, state=MessageState.UNCONFIRMED, asked_at=OPENED_AT)
    assert "follows the link" in explain_remedy(asked)
    assert "follows the link" not in explain_remedy(replace(asked, asked_at=None))
