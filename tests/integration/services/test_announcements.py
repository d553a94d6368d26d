# SPDX-License-Identifier: Apache-2.0
"""A release is announced once, by mail, and only when the public downloads are the voted bytes."""

from dataclasses import replace

import pytest

from atr.domain.announcement import AnnouncementState
from atr.domain.errors import ChangedMeanwhile, Conflict, Denied, Invalid, NotFound, NotSignedIn, Refused
from atr.domain.lifecycle import Phase
from atr.domain.mail import MailKind, MailState
from atr.domain.names import MailAddress, ReleaseKey
from atr.domain.people import ANONYMOUS, SERVICE
from atr.domain.project import MailingLists
from atr.ports.jobs import JobKind
from atr.ports.unit_of_work import OpenUnit
from atr.services.announcement_views import AnnouncementView, ShowAnnouncement
from atr.services.announcements import Announce, EditAnnouncement
from atr.services.announcing import AnnounceRelease, NoteDownloadProblem, RecordVerified
from atr.services.door import Door
from atr.services.errand import TryLater
from atr.services.mails import ListMails
from atr.services.release_phases import MoveRelease
from atr.services.surroundings import Foundation, Surroundings
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.voting import (
    FILES,
    KEY,
    Bench,
    change_project,
    make_bench,
    pass_vote,
    publish_release,
    read_release,
    seal_release,
)


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    seal_release(door)
    return make_bench(door, surroundings, queue)


@pytest.fixture
def published(door: Door, bench: Bench, clock: SettableClock) -> None:
    pass_vote(door, clock, bench)
    publish_release(door)
    bench.work_off(JobKind.SEND_MAIL)


def show(door: Door, user: str = "rm") -> AnnouncementView:
    return door.ask(act_as(door, user), ShowAnnouncement(KEY))


def approve(door: Door) -> None:
    door.perform(act_as(door, "rm"), Announce(KEY))


def test_entering_the_phase_keeps_a_draft(door: Door, published: None) -> None:
    view = show(door)
    assert read_release(door).phase is Phase.ANNOUNCE
    assert view.is_kept
    assert view.announcement.state is AnnouncementState.DRAFT
    assert view.announcement.subject == "[ANNOUNCE] Sample Demo 1.0 released"
    assert view.announcement.to == (
        MailAddress("announce@example.org"),
        MailAddress("dev@demo.example.org"),
    )
    assert (view.edit_reasons, view.announce_reasons, view.mail) == ((), (), None)


def test_the_draft_tells_where_the_files_are_and_how_to_verify_them(door: Door, published: None) -> None:
    body = show(door).announcement.body
    for part in (
        "http://atr.example.org/current/demo/1.0",
        "http://atr.example.org/current/demo/KEYS",
        "gpg --verify demo-1.0.tar.gz.asc demo-1.0.tar.gz",
    ):
        assert part in body


def test_before_that_there_is_a_preview_and_nothing_is_kept(
    door: Door, bench: Bench, open_unit: OpenUnit
) -> None:
    view = show(door)
    assert not view.is_kept
    assert view.announcement.subject == "[ANNOUNCE] Sample Demo 1.0 released"
    assert view.edit_reasons == ()
    assert view.announce_reasons == (
        "A release is announced in phase announce; this one is in phase evaluate.",
    )
    with open_unit() as unit:
        assert unit.announcements.find(KEY) is None


def test_a_project_with_a_list_for_announcements_uses_it(door: Door, bench: Bench) -> None:
    lists = MailingLists(dev=MailAddress("dev@x.org"), announce=MailAddress("announce@example.org"))
    change_project(door, mailing_lists=lists)
    assert show(door).announcement.to == (MailAddress("announce@example.org"),)


def test_an_approved_announcement_is_sent_once_the_downloads_are_the_voted_bytes(
    door: Door, bench: Bench, published: None, clock: SettableClock
) -> None:
    bench.offer_files()
    approve(door)
    clock.advance(minutes=1)
    bench.work_off()
    release = read_release(door)
    assert (release.phase, release.downloads_verified_at) == (Phase.RELEASED, clock.now)
    assert release.released_at == clock.now
    view = show(door)
    assert (view.announcement.state, view.announcement.sent_at) == (AnnouncementState.SENT, clock.now)
    assert view.announcement.approved_by == "rm"
    assert view.mail is not None
    assert (view.mail.state, view.mail.kind) == (MailState.SENT, MailKind.ANNOUNCEMENT)
    assert bench.list_subjects()[-1] == "[ANNOUNCE] Sample Demo 1.0 released"
    assert bench.mail.sent[view.mail.message_id].body == view.announcement.body


@pytest.mark.parametrize(
    ("offered", "problem"),
    [
        ({}, "There is no public download /current/demo/1.0/demo-1.0.tar.gz."),
        ({**FILES, "demo-1.0.tar.gz": b"altered"}, "is not what was voted on: it has sha512:"),
    ],
)
def test_while_the_downloads_are_wrong_nothing_is_sent_and_the_reason_is_shown(
    door: Door, bench: Bench, published: None, offered: dict[str, bytes], problem: str
) -> None:
    bench.offer_files(files=offered)
    approve(door)
    for _ in range(2):
        with pytest.raises(TryLater):
            AnnounceRelease(KEY).run(bench.tools)
    view = show(door)
    assert problem in (view.announcement.last_problem or "")
    assert (view.mail, read_release(door).phase) == (None, Phase.ANNOUNCE)
    bench.queue.forget()
    approve(door)
    bench.offer_files()
    bench.work_off()
    assert read_release(door).phase is Phase.RELEASED
    assert show(door).announcement.last_problem is None


def test_nothing_is_looked_at_before_somebody_approved(door: Door, bench: Bench, published: None) -> None:
    AnnounceRelease.parse("demo/main/1.0").run(bench.tools)
    assert show(door).announcement.last_problem is None
    with pytest.raises(Refused, match="No approved announcement waits"):
        door.perform(SERVICE, RecordVerified(KEY))


def test_running_the_job_again_announces_nothing_twice(door: Door, bench: Bench, published: None) -> None:
    bench.offer_files()
    approve(door)
    AnnounceRelease(KEY).run(bench.tools)
    AnnounceRelease(KEY).run(bench.tools)
    bench.work_off()
    AnnounceRelease(KEY).run(bench.tools)
    announced = [mail for mail in bench.mail.sent.values() if mail.kind is MailKind.ANNOUNCEMENT]
    assert len(announced) == 1


def test_the_text_can_be_changed_until_it_is_on_its_way(door: Door, bench: Bench, published: None) -> None:
    rm = act_as(door, "rm")
    to = (MailAddress("all@example.org"), MailAddress("all@example.org"))
    edited = door.perform(rm, EditAnnouncement(KEY, " It is out ", "Get it.\n", to))
    assert (edited.subject, edited.body, edited.to) == ("It is out", "Get it.\n", to[:1])
    assert show(door).announcement == edited
    kept = door.perform(rm, EditAnnouncement(KEY))
    assert replace(kept, edition=edited.edition) == edited
    approve(door)
    bench.offer_files()
    AnnounceRelease(KEY).run(bench.tools)
    with pytest.raises(Refused, match="on its way"):
        door.perform(rm, EditAnnouncement(KEY, "Wait"))
    bench.work_off()
    with pytest.raises(Refused, match="sent already"):
        door.perform(rm, EditAnnouncement(KEY, "Wait"))
    with pytest.raises(Refused, match="sent already"):
        approve(door)


def test_a_changed_text_has_to_be_approved_again(door: Door, bench: Bench, published: None) -> None:
    approve(door)
    with pytest.raises(Refused, match="approved already"):
        approve(door)
    edited = door.perform(act_as(door, "rm"), EditAnnouncement(KEY, "Better"))
    assert (edited.state, edited.approved_by) == (AnnouncementState.DRAFT, None)
    bench.offer_files()
    bench.work_off()
    assert read_release(door).phase is Phase.ANNOUNCE


def test_a_text_written_early_is_the_one_that_is_used(door: Door, bench: Bench, clock: SettableClock) -> None:
    door.perform(act_as(door, "rm"), EditAnnouncement(KEY, "Written early"))
    pass_vote(door, clock, bench)
    publish_release(door)
    assert show(door).announcement.subject == "Written early"


@pytest.mark.parametrize(
    ("subject", "body"), [("", None), ("a\nBcc: x@y", None), ("a\u2028b", None), ("x" * 251, None)]
)
def test_a_subject_is_one_line(door: Door, published: None, subject: str, body: str | None) -> None:
    with pytest.raises(Invalid, match="one line"):
        door.perform(act_as(door, "rm"), EditAnnouncement(KEY, subject, body))


@pytest.mark.parametrize("body", [" \n", "x" * 200_001])
def test_a_text_is_neither_empty_nor_endless(door: Door, published: None, body: str) -> None:
    with pytest.raises(Invalid, match="Write a text"):
        door.perform(act_as(door, "rm"), EditAnnouncement(KEY, None, body))


def test_whoever_looked_at_an_older_text_is_told(door: Door, published: None) -> None:
    rm = act_as(door, "rm")
    seen = show(door).announcement.edition
    door.perform(rm, EditAnnouncement(KEY, "Newer", expected=seen))
    for command in (EditAnnouncement(KEY, "Mine", expected=seen), Announce(KEY, expected=seen)):
        with pytest.raises(ChangedMeanwhile):
            door.perform(rm, command)


def test_two_who_save_at_once_do_not_overwrite_each_other(
    door: Door, published: None, open_unit: OpenUnit
) -> None:
    announcement = show(door).announcement
    with open_unit() as unit:
        unit.announcements.save(announcement)
        with pytest.raises(Conflict, match="was changed"):
            unit.announcements.save(announcement)


def test_an_announcement_to_nobody_is_not_approved(door: Door, published: None) -> None:
    door.perform(act_as(door, "rm"), EditAnnouncement(KEY, to=()))
    with pytest.raises(Refused, match="no address to announce it at"):
        approve(door)


def test_only_who_may_run_phases_writes_and_approves(door: Door, published: None) -> None:
    for command in (EditAnnouncement(KEY, "x"), Announce(KEY)):
        with pytest.raises(Denied):
            door.perform(act_as(door, "dave"), command)
        with pytest.raises(NotSignedIn):
            door.perform(ANONYMOUS, command)
    assert show(door, "dave").edit_reasons[0].startswith("Only PMC members")
    assert door.ask(ANONYMOUS, ShowAnnouncement(KEY)).announce_reasons == ("Sign in first.",)
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ShowAnnouncement(ReleaseKey.parse("demo/9")))


def test_a_release_revoked_before_the_mail_left_is_not_announced(
    door: Door, bench: Bench, published: None
) -> None:
    bench.offer_files()
    approve(door)
    AnnounceRelease(KEY).run(bench.tools)
    door.perform(act_as(door, "rm"), MoveRelease(KEY, Phase.REVOKED, "a hole"))
    bench.work_off(JobKind.SEND_MAIL)
    assert "[ANNOUNCE]" not in "".join(bench.list_subjects())
    assert door.ask(ANONYMOUS, ListMails(KEY))[-1].state is MailState.FAILED
    with pytest.raises(Refused, match="nothing left to announce"):
        approve(door)


def test_a_release_revoked_while_the_mail_left_stays_revoked_and_is_recorded(
    door: Door, bench: Bench, published: None
) -> None:
    bench.offer_files()
    approve(door)
    AnnounceRelease(KEY).run(bench.tools)
    mail = door.ask(ANONYMOUS, ListMails(KEY))[-1]
    bench.mail.deliver(mail)
    door.perform(act_as(door, "rm"), MoveRelease(KEY, Phase.REVOKED, "a hole"))
    bench.work_off(JobKind.SEND_MAIL)
    assert read_release(door).phase is Phase.REVOKED
    assert show(door).announcement.state is AnnouncementState.SENT


def test_a_release_revoked_while_the_downloads_were_looked_at_notes_nothing(
    door: Door, bench: Bench, published: None
) -> None:
    approve(door)
    door.keep(NoteDownloadProblem(KEY, "first"))
    door.perform(act_as(door, "rm"), MoveRelease(KEY, Phase.REVOKED, "a hole"))
    door.keep(NoteDownloadProblem(KEY, "second"))
    assert show(door).announcement.last_problem == "first"


def test_a_foundation_without_addresses_and_a_project_without_lists_draft_for_nobody(
    door: Door, bench: Bench, foundation: Foundation
) -> None:
    change_project(door, mailing_lists=MailingLists())
    assert show(door).announcement.to == foundation.announce_to
