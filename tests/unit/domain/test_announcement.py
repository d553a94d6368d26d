# SPDX-License-Identifier: Apache-2.0
"""Announcements begin as drafts."""

from atr.domain.announcement import Announcement, AnnouncementState
from tests.unit.domain.vote_samples import RELEASE


def test_an_announcement_begins_as_a_draft_that_nobody_approved() -> None:
    announcement = Announcement(RELEASE, (), "[ANNOUNCE] Tika 3.1.0", "It is out.")
    assert announcement.state is AnnouncementState.DRAFT
    assert (announcement.approved_by, announcement.sent_at, announcement.edition) == (None, None, 1)
