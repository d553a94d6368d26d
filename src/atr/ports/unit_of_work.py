# SPDX-License-Identifier: Apache-2.0
"""One transaction, and the repositories that read and write in it."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from atr.ports.jobs import JobQueue
from atr.ports.repositories.activity import Activities
from atr.ports.repositories.channels import Channels
from atr.ports.repositories.check_policies import CheckPolicies
from atr.ports.repositories.checks import Checks
from atr.ports.repositories.decisions import Decisions
from atr.ports.repositories.directory import Directory
from atr.ports.repositories.distributions import Distributions
from atr.ports.repositories.effects import Deadlines, Ledger, Replies
from atr.ports.repositories.events import Events
from atr.ports.repositories.findings import Findings
from atr.ports.repositories.key_ends import KeyEnds
from atr.ports.repositories.keys import Keys
from atr.ports.repositories.mails import Announcements, Mails, MailTemplates
from atr.ports.repositories.operations import Operations
from atr.ports.repositories.packages import Packages
from atr.ports.repositories.participants import Attempts, Participants
from atr.ports.repositories.people import Credentials, People
from atr.ports.repositories.projects import Products, Projects
from atr.ports.repositories.releases import Releases, Revisions, Uploads
from atr.ports.repositories.service_keys import ServiceKeys
from atr.ports.repositories.vote_messages import StrayMails, VoteMessages
from atr.ports.repositories.votes import Votes


class UnitOfWork(Protocol):
    """A transaction: leaving the `with` block without `commit` undoes everything, jobs included."""

    @property
    def people(self) -> People:
        """Return the people of this transaction."""

    @property
    def credentials(self) -> Credentials:
        """Return the credentials of this transaction."""

    @property
    def projects(self) -> Projects:
        """Return the projects of this transaction."""

    @property
    def products(self) -> Products:
        """Return the products of this transaction."""

    @property
    def channels(self) -> Channels:
        """Return the distribution channels of this transaction."""

    @property
    def packages(self) -> Packages:
        """Return what files are as packages, in this transaction."""

    @property
    def keys(self) -> Keys:
        """Return the keys of this transaction."""

    @property
    def key_ends(self) -> KeyEnds:
        """Return the keys of this transaction by their end."""

    @property
    def releases(self) -> Releases:
        """Return the releases of this transaction."""

    @property
    def revisions(self) -> Revisions:
        """Return the revisions of this transaction."""

    @property
    def uploads(self) -> Uploads:
        """Return the uploads of this transaction."""

    @property
    def checks(self) -> Checks:
        """Return the checks of this transaction."""

    @property
    def check_policies(self) -> CheckPolicies:
        """Return the check policies of this transaction."""

    @property
    def findings(self) -> Findings:
        """Return the findings of this transaction."""

    @property
    def decisions(self) -> Decisions:
        """Return the decisions about findings of this transaction."""

    @property
    def votes(self) -> Votes:
        """Return the votes of this transaction."""

    @property
    def vote_messages(self) -> VoteMessages:
        """Mails that came in for votes."""

    @property
    def stray_mails(self) -> StrayMails:
        """Mails that look like votes and answer none."""

    @property
    def participants(self) -> Participants:
        """Return the visitors who vote, in this transaction."""

    @property
    def attempts(self) -> Attempts:
        """Return the traces against abuse of this transaction."""

    @property
    def service_keys(self) -> ServiceKeys:
        """Return the keys the service signs with."""

    @property
    def mails(self) -> Mails:
        """Return the mails of this transaction."""

    @property
    def mail_templates(self) -> MailTemplates:
        """Return the wordings of mails of this transaction."""

    @property
    def announcements(self) -> Announcements:
        """Return the announcements of this transaction."""

    @property
    def distributions(self) -> Distributions:
        """Return the distributions of this transaction."""

    @property
    def events(self) -> Events:
        """Return the events of this transaction."""

    @property
    def ledger(self) -> Ledger:
        """Return the ledger of this transaction."""

    @property
    def deadlines(self) -> Deadlines:
        """Return the deadlines of this transaction."""

    @property
    def replies(self) -> Replies:
        """Return the replies of this transaction."""

    @property
    def activity(self) -> Activities:
        """Return how releases come along, as this transaction sees it."""

    @property
    def directory(self) -> Directory:
        """Return who is listed, in this transaction."""

    @property
    def operations(self) -> Operations:
        """Return how the machinery is, as this transaction sees it."""

    @property
    def jobs(self) -> JobQueue:
        """Return the jobs of this transaction."""

    def __enter__(self) -> Self:
        """Begin the transaction."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, undoing what was not committed."""

    def commit(self) -> None:
        """Make everything permanent; only the door calls this."""


OpenUnit = Callable[[], UnitOfWork]
