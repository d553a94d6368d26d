# SPDX-License-Identifier: Apache-2.0
"""Announcing a release: a draft, its approval, and a mail once the public downloads are the voted bytes."""

from dataclasses import dataclass, replace
from typing import ClassVar

from atr.domain.announcement import Announcement, AnnouncementState
from atr.domain.coordinates import KeysCoordinate
from atr.domain.errors import ChangedMeanwhile, Invalid, Refused
from atr.domain.event import EventDetail, Subject
from atr.domain.lifecycle import CHANNELS_CONFIRMED, Phase, Stage
from atr.domain.mail import LONGEST_BODY, LONGEST_SUBJECT, is_one_line
from atr.domain.mail_layout import Letter
from atr.domain.mail_template import MailTemplate, TemplateKind, fill_known
from atr.domain.names import MailAddress, ReleaseKey
from atr.domain.permissions import Activity, Permission
from atr.domain.project import Project
from atr.domain.release import Release
from atr.ports.jobs import Job, JobKind
from atr.services.announcement_text import AnnouncementFacts, list_values, write_announcement
from atr.services.door import Command, Done, Place, Work
from atr.services.mail_templates import load_templates
from atr.services.projects import find_project
from atr.services.release_phases import gather_situation
from atr.services.releases import find_release
from atr.services.vote_mails import make_page_url, name_release

_ENDED = frozenset({Phase.RELEASED, Phase.ARCHIVED, Phase.REVOKED, Phase.ABANDONED, Phase.END_OF_LIFE})


def draft_announcement(work: Work, release: Release) -> Announcement:
    """Return the announcement, written and kept now if there is none yet."""
    known = work.unit.announcements.find(release.key)
    return known or work.unit.announcements.save(compose_announcement(work, release))


def compose_announcement(work: Work, release: Release, template: MailTemplate | None = None) -> Announcement:
    """Return the draft as it would be now, in the wording in force or in another, without keeping it."""
    project = find_project(work, release.key.project)
    wording = template or load_templates(work, project.key)[TemplateKind.ANNOUNCEMENT]
    letter = write_announcement(gather_announced(work, release, project), wording)
    return Announcement(release.key, _list_addresses(work, project), letter.subject, letter.body)


def gather_announced(work: Work, release: Release, project: Project) -> AnnouncementFacts:
    """Return what an announcement tells, as it is now."""
    revision = work.unit.revisions.find(release.key, release.shown_revision)
    rounds = work.unit.votes.list_rounds(release.key)
    return AnnouncementFacts(
        foundation=work.around.foundation.name,
        title=name_release(work, release.key),
        project_name=project.name,
        description=project.description,
        homepage=project.homepage,
        folder_url=make_page_url(work, release.key, Stage.CURRENT),
        keys_url=_make_keys_url(work, project),
        files=revision.files if revision else (),
        summary=rounds[-1].summary if rounds else "",
        release=str(release.key),
    )


def _make_keys_url(work: Work, project: Project) -> str:
    keys = KeysCoordinate(Stage.CURRENT, project.key)
    return f"{work.around.foundation.public_url.rstrip('/')}{keys.path}"


def _list_addresses(work: Work, project: Project) -> tuple[MailAddress, ...]:
    own = project.mailing_lists.announce or project.mailing_lists.dev
    return tuple(dict.fromkeys((*work.around.foundation.announce_to, *((own,) if own else ()))))


def explain_edit(release: Release, announcement: Announcement) -> tuple[str, ...]:
    """Say why the announcement cannot be changed any more."""
    if announcement.state is AnnouncementState.SENT:
        return ("The announcement was sent already.",)
    if release.phase in _ENDED:
        return (f"The release is {release.phase}: there is nothing left to announce.",)
    if release.downloads_verified_at is not None:
        return ("The downloads were found right, and the announcement is on its way.",)
    return ()


def explain_announce(work: Work, release: Release, announcement: Announcement) -> tuple[str, ...]:
    """Say everything that keeps the announcement from being approved."""
    closed = explain_edit(release, announcement)
    if closed:
        return closed
    is_due = release.phase is Phase.ANNOUNCE
    waits = announcement.state is AnnouncementState.APPROVED and announcement.last_problem is None
    situation = gather_situation(work, release)
    conditions = (
        (not is_due, f"A release is announced in phase announce; this one is in phase {release.phase}."),
        (is_due and not CHANNELS_CONFIRMED.holds(situation), CHANNELS_CONFIRMED.explain(situation)),
        (waits, "It is approved already, and sent as soon as the downloads are found right."),
        (not announcement.to, "There is no address to announce it at: set the project's lists."),
    )
    return tuple(sentence for unmet, sentence in conditions if unmet)


@dataclass(frozen=True, slots=True)
class EditAnnouncement(Command[Announcement]):
    """Change the draft; an approved one has to be approved again. None leaves a field as it is.

    Variables of the template, such as `{{ folder_url }}`, are filled in where they stand.
    """

    release: ReleaseKey
    subject: str | None = None
    body: str | None = None
    to: tuple[MailAddress, ...] | None = None
    expected: int | None = None

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Announcement]:
        """Save the text; raise Refused, Invalid, or ChangedMeanwhile for another edition than expected."""
        release = find_release(work, self.release)
        known = work.unit.announcements.find(self.release) or compose_announcement(work, release)
        reasons = explain_edit(release, known)
        if reasons:
            raise Refused(*reasons)
        _check_edition(known, self.expected)
        letter = self._write(work, release, known)
        subject, body = letter.subject, letter.body
        _check_text(subject, body)
        edited = replace(
            known,
            subject=subject,
            body=body,
            to=known.to if self.to is None else tuple(dict.fromkeys(self.to)),
            state=AnnouncementState.DRAFT,
            approved_by=None,
            approved_at=None,
            last_problem=None,
        )
        details: dict[str, EventDetail] = {"subject": subject, "to": tuple(map(str, edited.to))}
        saved = work.unit.announcements.save(edited)
        return Done(saved, "announcement.edited", _make_subject(self.release), details)

    def _write(self, work: Work, release: Release, known: Announcement) -> Letter:
        subject = known.subject if self.subject is None else self.subject.strip()
        body = known.body if self.body is None else self.body
        if "{{" not in subject + body:
            return Letter(subject, body)
        values = list_values(gather_announced(work, release, find_project(work, release.key.project)))
        return Letter(fill_known(subject, values), fill_known(body, values))


def _check_text(subject: str, body: str) -> None:
    if not is_one_line(subject) or len(subject) > LONGEST_SUBJECT:
        raise Invalid.field(
            "subject", f"Write a subject of one line and at most {LONGEST_SUBJECT} characters."
        )
    if not body.strip() or len(body) > LONGEST_BODY:
        raise Invalid.field("body", f"Write a text of at most {LONGEST_BODY} characters.")


def _check_edition(announcement: Announcement, expected: int | None) -> None:
    if expected is not None and announcement.edition != expected:
        raise ChangedMeanwhile("announcement of", announcement.release)


@dataclass(frozen=True, slots=True)
class ReopenAnnouncement(Command[Announcement]):
    """Take the approval back, as long as the mail has not left: the text is a draft again."""

    release: ReleaseKey
    expected: int | None = None

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Announcement]:
        """Make it a draft; raise Refused when it is none to reopen, ChangedMeanwhile."""
        release, known = find_release(work, self.release), work.unit.announcements.find(self.release)
        if known is None or known.state is AnnouncementState.DRAFT:
            raise Refused("The announcement is not approved: there is nothing to take back.")
        reasons = explain_edit(release, known)
        if reasons:
            raise Refused(*reasons)
        _check_edition(known, self.expected)
        draft = replace(
            known, state=AnnouncementState.DRAFT, approved_by=None, approved_at=None, last_problem=None
        )
        saved = work.unit.announcements.save(draft)
        return Done(saved, "announcement.reopened", _make_subject(self.release))


def _make_subject(key: ReleaseKey) -> Subject:
    return Subject.of_release(key, "announcement")


@dataclass(frozen=True, slots=True)
class Announce(Command[Announcement]):
    """Approve the text; ATR sends it once the public downloads are the voted bytes."""

    release: ReleaseKey
    expected: int | None = None

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Announcement]:
        """Approve it and have the downloads looked at; raise Refused with all reasons, ChangedMeanwhile."""
        release = find_release(work, self.release)
        known = work.unit.announcements.find(self.release) or compose_announcement(work, release)
        reasons = explain_announce(work, release, known)
        if reasons:
            raise Refused(*reasons)
        _check_edition(known, self.expected)
        approved = work.unit.announcements.save(
            replace(
                known,
                state=AnnouncementState.APPROVED,
                approved_by=work.actor.label,
                approved_at=work.now,
                last_problem=None,
            )
        )
        name = self.release.storage_key
        work.unit.jobs.enqueue(Job(JobKind.ANNOUNCE_RELEASE, name, lock=f"announce {name}"))
        details: dict[str, EventDetail] = {"subject": approved.subject, "to": tuple(map(str, approved.to))}
        return Done(approved, "announcement.approved", _make_subject(self.release), details)
