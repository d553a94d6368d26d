# SPDX-License-Identifier: Apache-2.0
"""An announcement as it would be sent, with who gets it and what is noticed; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from atr.domain.announcement_review import Draft, Remark, review_announcement
from atr.domain.mail_layout import Letter
from atr.domain.mail_template import TemplateKind, TemplateVariable, fill_known, list_variables
from atr.domain.names import MailAddress, ReleaseKey
from atr.domain.project import Project
from atr.services.announcement_text import list_values
from atr.services.announcements import compose_announcement, gather_announced
from atr.services.door import Place, Query, Work
from atr.services.projects import find_project
from atr.services.releases import find_release


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets it, and what the address is."""

    address: MailAddress
    what: str


@dataclass(frozen=True, slots=True)
class AnnouncementPreview:
    """The mail, what was looked at in it, and the variables that a text may name with what they are now."""

    sender: MailAddress
    recipients: tuple[Recipient, ...]
    letter: Letter
    remarks: tuple[Remark, ...]
    variables: tuple[tuple[TemplateVariable, str], ...]


@dataclass(frozen=True, slots=True)
class PreviewAnnouncement(Query[AnnouncementPreview]):
    """An announcement with these texts; None stands for what the project's template gives now."""

    release: ReleaseKey
    subject: str | None = None
    body: str | None = None
    to: tuple[MailAddress, ...] | None = None

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> AnnouncementPreview:
        """Return the mail as it would be sent; raise NotFound."""
        release = find_release(work, self.release)
        project = find_project(work, self.release.project)
        facts, drafted = gather_announced(work, release, project), compose_announcement(work, release)
        values = list_values(facts)
        to = drafted.to if self.to is None else tuple(dict.fromkeys(self.to))
        letter = Letter(
            fill_known(drafted.subject if self.subject is None else self.subject.strip(), values),
            fill_known(drafted.body if self.body is None else self.body, values),
        )
        draft = Draft(to, letter.subject, letter.body, self.release.version, facts.folder_url, facts.keys_url)
        names = _name_addresses(work, project)
        return AnnouncementPreview(
            sender=work.around.foundation.mail_from,
            recipients=tuple(Recipient(each, names.get(each, "added by hand")) for each in to),
            letter=letter,
            remarks=review_announcement(draft),
            variables=tuple((each, values[each.name]) for each in list_variables(TemplateKind.ANNOUNCEMENT)),
        )


def _name_addresses(work: Work, project: Project) -> Mapping[MailAddress, str]:
    lists = project.mailing_lists
    known = (
        (lists.dev, f"the list of the developers of {project.name}"),
        (lists.announce, f"the list for announcements of {project.name}"),
        *((each, "where the foundation announces everything") for each in work.around.foundation.announce_to),
    )
    return {address: name for address, name in known if address is not None}
