# SPDX-License-Identifier: Apache-2.0
"""The announcement on its page: read, changed, approved, waiting, sent."""

import pytest

from atr.domain.announcement import AnnouncementState
from atr.domain.lifecycle import Phase
from atr.services.announcement_views import AnnouncementView, ShowAnnouncement
from atr.services.announcements import EditAnnouncement
from atr.services.announcing import NoteDownloadProblem
from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.services.surroundings import Surroundings
from tests.support.browsing import Fields, Seen, Visitor, walk_in
from tests.support.door import RecordedQueue
from tests.support.playground import act_as, make_project
from tests.support.publishing import publish_voted
from tests.support.voting import KEY, Bench, make_bench, read_release
from tests.support.website import Client

PAGE = "/releases/demo/main/1.0/announcement"


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    """Return a bench with a release that stands in the download area."""
    made = make_bench(door, surroundings, queue)
    make_project(door)
    publish_voted(made)
    return made


def read_announcement(bench: Bench) -> AnnouncementView:
    door = bench.tools.door
    return door.ask(act_as(door, "rm"), ShowAnnouncement(KEY))


def fill_in(bench: Bench, **changes: str) -> Fields:
    """Return the form as a browser sends it, with some fields changed."""
    known = read_announcement(bench).announcement
    return {
        "edition": str(known.edition),
        "to": " ".join(known.to),
        "subject": known.subject,
        "body": known.body.replace("\n", "\r\n"),
        **changes,
    }


def approve(rm: Visitor, bench: Bench) -> Seen:
    return rm.send(PAGE, fill_in(bench, action="announce"))


def test_the_draft_is_read_by_everybody_and_changed_by_some(door: Door, api: Client, bench: Bench) -> None:
    rm = walk_in(api, door, "rm").look(PAGE)
    visitor = walk_in(api, door).look(PAGE)

    assert rm.values["subject"] == "[ANNOUNCE] Sample Demo 1.0 released"
    assert "Approve and send" in rm.text
    assert "subject" not in visitor.values
    assert "[ANNOUNCE] Sample Demo 1.0 released" in visitor.text


def test_a_changed_text_is_kept_as_a_draft(door: Door, api: Client, bench: Bench) -> None:
    rm = walk_in(api, door, "rm")

    sent = rm.send(PAGE, fill_in(bench, subject="[ANNOUNCE] New", body="Hello,\r\n\r\nnew.\r\n"))

    known = read_announcement(bench).announcement
    assert sent.leads_to == PAGE
    assert (known.subject, known.body) == ("[ANNOUNCE] New", "Hello,\n\nnew.\n")
    assert known.state is AnnouncementState.DRAFT


def test_approving_what_was_not_changed_makes_no_other_edition(door: Door, api: Client, bench: Bench) -> None:
    before = read_announcement(bench).announcement

    sent = approve(walk_in(api, door, "rm"), bench)

    known = read_announcement(bench).announcement
    assert sent.leads_to == PAGE
    assert known.state is AnnouncementState.APPROVED
    assert (known.body, known.edition) == (before.body, before.edition + 1)


def test_an_approved_announcement_is_followed_until_it_is_sent(door: Door, api: Client, bench: Bench) -> None:
    rm = walk_in(api, door, "rm")
    approve(rm, bench)
    waiting = rm.look(PAGE)
    bench.offer_files()
    bench.work_off()

    seen = walk_in(api, door, "rm").look(PAGE)

    assert "Approved: ATR compares the public downloads" in waiting.text
    assert "It is approved already" in waiting.text
    assert "It was sent." in seen.text
    assert "subject" not in seen.values
    assert read_release(door).phase is Phase.RELEASED


def test_a_download_that_is_wrong_is_told(door: Door, api: Client, bench: Bench) -> None:
    rm = walk_in(api, door, "rm")
    approve(rm, bench)
    door.keep(NoteDownloadProblem(KEY, "/current/demo/1.0/x is not what was voted on."))

    page, release = rm.look(PAGE), rm.look("/releases/demo/main/1.0")

    assert "It waits: the public downloads are not what was voted on." in page.text
    assert "/current/demo/1.0/x is not what was voted on." in page.text
    assert "/current/demo/1.0/x is not what was voted on." in release.text


def test_faults_stand_beside_their_fields(door: Door, api: Client, bench: Bench) -> None:
    rm = walk_in(api, door, "rm")

    sent = rm.send(PAGE, fill_in(bench, subject="", body="  "))
    wrong = rm.send(PAGE, fill_in(bench, to="nobody"))

    assert sent.status == 422
    assert "Write a subject of one line" in sent.text
    assert wrong.status == 422
    assert "'nobody' is not a mail address" in wrong.text
    assert read_announcement(bench).announcement.state is AnnouncementState.DRAFT


def test_somebody_elses_change_is_not_overwritten(door: Door, api: Client, bench: Bench) -> None:
    rm = walk_in(api, door, "rm")
    stale = fill_in(bench, subject="Mine")
    door.perform(act_as(door, "alice"), EditAnnouncement(KEY, subject="Theirs"))

    sent = rm.send(PAGE, stale)

    assert sent.status == 412
    assert "was changed in the meantime" in sent.text
    assert read_announcement(bench).announcement.subject == "Theirs"


def test_who_may_not_announce_is_denied(door: Door, api: Client, bench: Bench) -> None:
    assert walk_in(api, door, "dave").send(PAGE, fill_in(bench, subject="Mine")).status == 403
    assert walk_in(api, door).send(PAGE, fill_in(bench)).leads_to.startswith("/sign-in")


def test_before_its_time_the_button_says_why(door: Door, api: Client) -> None:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    rm = walk_in(api, door, "rm")

    seen = rm.look(PAGE)

    sentence = "A release is announced in phase announce; this one is in phase compose."
    assert sentence in seen.text
    assert 'aria-disabled="true"' in seen.answer.text
