# SPDX-License-Identifier: Apache-2.0
"""Projects on the wire."""

from pydantic import Field

from atr.domain.project import LONGEST_DESCRIPTION, LONGEST_NAME, ProjectStatus
from atr.schema.names import MailText, ProjectKeyText, UserIdText
from atr.schema.people import MemberAnswer
from atr.schema.policies import VotePolicyAnswer
from atr.schema.products import LineAnswer
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

MOST_MEMBERS = 10_000


class MailingListsBody(WireRequest):
    """Where a project talks; sent as a whole."""

    dev: MailText | None = None
    announce: MailText | None = None
    private: MailText | None = None


class MailingListsAnswer(WireAnswer):
    """Where a project talks."""

    dev: str | None
    announce: str | None
    private: str | None


class RosterPut(WireRequest):
    """Who is what in a project; replaces everything that was before."""

    pmc_members: tuple[UserIdText, ...] = Field(max_length=MOST_MEMBERS)
    committers: tuple[UserIdText, ...] = Field(max_length=MOST_MEMBERS)
    release_managers: tuple[UserIdText, ...] = Field(max_length=MOST_MEMBERS)


class RosterAnswer(WireAnswer):
    """Who is what in a project; `members` has everybody once, with all roles."""

    pmc_members: tuple[str, ...]
    committers: tuple[str, ...]
    release_managers: tuple[str, ...]
    members: tuple[MemberAnswer, ...]
    permitted: tuple[str, ...]


class ProjectCreate(WireRequest):
    """A new project; its main product line is made with it."""

    key: ProjectKeyText
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    status: ProjectStatus = ProjectStatus.ACTIVE
    description: str = Field(default="", max_length=LONGEST_DESCRIPTION)
    homepage: str = ""
    mailing_lists: MailingListsBody = Field(default_factory=MailingListsBody)
    sponsor: ProjectKeyText | None = None
    roster: RosterPut = Field(
        default_factory=lambda: RosterPut(pmc_members=(), committers=(), release_managers=())
    )


class ProjectPatch(WireRequest):
    """Which fields to change; what is left out stays."""

    name: str = Field(default="", min_length=1, max_length=LONGEST_NAME)
    status: ProjectStatus = ProjectStatus.ACTIVE
    description: str = Field(default="", max_length=LONGEST_DESCRIPTION)
    homepage: str = ""
    mailing_lists: MailingListsBody = Field(default_factory=MailingListsBody)
    sponsor: ProjectKeyText | None = None


class ProjectItem(WireAnswer):
    """A project in a list."""

    key: str
    name: str
    status: ProjectStatus
    description: str
    lines: int = Field(description="How many product lines it has.")
    latest: str | None = Field(description="The latest version of the main product line.")


class ProjectAnswer(WireAnswer):
    """A project."""

    key: str
    name: str
    status: ProjectStatus
    description: str
    homepage: str
    mailing_lists: MailingListsAnswer
    sponsor: str | None
    sponsor_name: str | None
    products: tuple[LineAnswer, ...]
    policy: VotePolicyAnswer
    policy_version: str
    created_at: UtcTime | None
    permitted: tuple[str, ...] = Field(description="What you may do in this project.")
