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


def test_a_preview_shows_the_mail_with_what_was_typed_and_keeps_nothing(
    door: Door, api: Client, bench: Bench
) -> None:
    rm = walk_in(api, door, "rm")
    typed = fill_in(
        bench, subject="[ANNOUNCE] {{ title }}", body="At {{ folder_url }}\r\nTODO\r\n{{ nothing }}"
    )

    seen = rm.send(PAGE, {**typed, "to": "friends@example.org, dev@demo.example.org", "action": "preview"})

    assert seen.status == 200
    assert "Subject [ANNOUNCE] Sample Demo 1.0" in seen.text
    assert "friends@example.org added by hand" in seen.text
    assert "dev@demo.example.org the list of the developers of Sample Demo" in seen.text
    assert "At http://atr.example.org/current/demo/1.0 TODO {{ nothing }}" in seen.text
    assert "The text says where the files are." in seen.text
    assert "Something is marked as unfinished" in seen.text
    assert "it is sent as it is" in seen.text
    assert seen.values["subject"] == "[ANNOUNCE] {{ title }}"
    assert read_announcement(bench).announcement.subject == "[ANNOUNCE] Sample Demo 1.0 released"


def test_a_preview_tells_faults_beside_their_fields(door: Door, api: Client, bench: Bench) -> None:
    rm = walk_in(api, door, "rm")

    seen = rm.send(PAGE, fill_in(bench, to="nobody me@example.org", action="preview"))

    assert "'nobody' is not a mail address" in seen.text
    assert "me@example.org added by hand" in seen.text


def test_the_template_gives_the_text_anew(door: Door, api: Client, bench: Bench) -> None:
    rm = walk_in(api, door, "rm")

    seen = rm.send(PAGE, fill_in(bench, subject="Mine", body="Mine", action="anew"))

    assert seen.values["subject"] == "[ANNOUNCE] Sample Demo 1.0 released"
    assert "announce@example.org where the foundation announces everything" in seen.text


def test_variables_are_filled_in_when_the_text_is_kept(door: Door, api: Client, bench: Bench) -> None:
    rm = walk_in(api, door, "rm")

    rm.send(PAGE, fill_in(bench, body="{{ checksums }}\r\n{{ more }}\r\nof {{ title }}, not {{ x }}"))

    body = read_announcement(bench).announcement.body
    assert body.startswith("SHA-512:\n")
    assert body.endswith("\nof Sample Demo 1.0, not {{ x }}\n")


def test_an_approval_is_taken_back_before_the_mail_leaves(door: Door, api: Client, bench: Bench) -> None:
    rm = walk_in(api, door, "rm")
    approve(rm, bench)
    waiting = rm.look(PAGE)

    stale = rm.send(f"{PAGE}/reopen", {"edition": "1"})
    answer = rm.send(f"{PAGE}/reopen", {"edition": waiting.values["edition"]})

    assert "Take the approval back" in waiting.text
    assert stale.status == 412
    assert answer.leads_to == PAGE
    assert read_announcement(bench).announcement.state is AnnouncementState.DRAFT
    assert "Take the approval back" not in rm.look(PAGE).text
    again = rm.send(f"{PAGE}/reopen", {"edition": "9"})
    assert "there is nothing to take back" in again.text
    bench.work_off()
    assert read_release(door).phase is Phase.ANNOUNCE


def test_what_was_sent_is_not_taken_back(door: Door, api: Client, bench: Bench) -> None:
    rm = walk_in(api, door, "rm")
    approve(rm, bench)
    bench.offer_files()
    bench.work_off()

    answer = rm.send(f"{PAGE}/reopen", {"edition": "3"})

    assert answer.status == 409
    assert "The announcement was sent already." in answer.text
    assert "The mail as it was sent" in rm.look(PAGE).text


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
    assert sent.values["edition"] == str(read_announcement(bench).announcement.edition)
    assert sent.values["subject"] == "Mine"
    assert read_announcement(bench).announcement.subject == "Theirs"


def test_who_may_not_announce_is_denied(door: Door, api: Client, bench: Bench) -> None:
    assert walk_in(api, door, "dave").send(PAGE, fill_in(bench, subject="Mine")).status == 403
    assert walk_in(api, door).send(PAGE, fill_in(bench)).status == 401


def test_before_its_time_the_button_says_why(door: Door, api: Client) -> None:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    rm = walk_in(api, door, "rm")

    seen = rm.look(PAGE)

    sentence = "A release is announced in phase announce; this one is in phase compose."
    assert sentence in seen.text
    assert 'aria-disabled="true"' in seen.answer.text
