# SPDX-License-Identifier: Apache-2.0
"""The unit of work on PostgreSQL: one connection, one transaction, repositories built when first used."""

from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from atr.db.activity import ActivityRows
from atr.db.announcements import AnnouncementRows
from atr.db.attempts import AttemptRows
from atr.db.channels import ChannelRows
from atr.db.check_policies import CheckPolicyRows
from atr.db.checks import CheckRows
from atr.db.credentials import CredentialRows
from atr.db.decisions import DecisionRows
from atr.db.directory import DirectoryRows
from atr.db.distributions import DistributionRows
from atr.db.effects import DeadlineRows, LedgerRows
from atr.db.events import EventRows
from atr.db.faults import translate_faults
from atr.db.finding_lists import FindingRows
from atr.db.key_ends import KeyEndRows
from atr.db.keys import KeyRows
from atr.db.mail_templates import MailTemplateRows
from atr.db.mails import MailRows
from atr.db.operations import OperationRows
from atr.db.packages import PackageRows
from atr.db.participants import ParticipantRows
from atr.db.people import PersonRows
from atr.db.products import ProductRows
from atr.db.projects import ProjectRows
from atr.db.releases import ReleaseRows
from atr.db.replies import ReplyRows
from atr.db.revisions import RevisionRows
from atr.db.service_keys import ServiceKeyRows
from atr.db.stray_mails import StrayMailRows
from atr.db.uploads import UploadRows
from atr.db.vote_messages import VoteMessageRows
from atr.db.votes import VoteRows
from atr.ports.jobs import Job

Enqueue = Callable[[Connection, Job], None]
"""Adds a job to the transaction of the connection."""


class _Jobs:
    """The outbox of one transaction."""

    def __init__(self, connection: Connection, enqueue: Enqueue) -> None:
        self._connection = connection
        self._enqueue = enqueue

    def enqueue(self, job: Job) -> None:
        """Add the job to the current transaction."""
        if not self._connection.in_transaction():
            self._connection.begin()  # the queue uses the connection beneath, of which commit knows nothing
        self._enqueue(self._connection, job)


class DatabaseUnit:
    """A transaction: leaving the `with` block without `commit` undoes everything."""

    def __init__(self, engine: Engine, enqueue: Enqueue) -> None:
        self._engine = engine
        self._enqueue = enqueue

    @cached_property
    def _connection(self) -> Connection:
        return self._engine.connect()

    @cached_property
    def people(self) -> PersonRows:
        """Return the people of this transaction."""
        return PersonRows(self._connection)

    @cached_property
    def credentials(self) -> CredentialRows:
        """Return the credentials of this transaction."""
        return CredentialRows(self._connection)

    @cached_property
    def projects(self) -> ProjectRows:
        """Return the projects of this transaction."""
        return ProjectRows(self._connection)

    @cached_property
    def products(self) -> ProductRows:
        """Return the product lines of this transaction."""
        return ProductRows(self._connection)

    @cached_property
    def channels(self) -> ChannelRows:
        """Return the distribution channels of this transaction."""
        return ChannelRows(self._connection)

    @cached_property
    def releases(self) -> ReleaseRows:
        """Return the releases of this transaction."""
        return ReleaseRows(self._connection)

    @cached_property
    def revisions(self) -> RevisionRows:
        """Return the revisions of this transaction."""
        return RevisionRows(self._connection)

    @cached_property
    def uploads(self) -> UploadRows:
        """Return the uploads of this transaction."""
        return UploadRows(self._connection)

    @cached_property
    def votes(self) -> VoteRows:
        """Return the votes of this transaction."""
        return VoteRows(self._connection)

    @cached_property
    def vote_messages(self) -> VoteMessageRows:
        """Return the mails that came in for votes, in this transaction."""
        return VoteMessageRows(self._connection)

    @cached_property
    def stray_mails(self) -> StrayMailRows:
        """Return the mails that look like votes and answer none, in this transaction."""
        return StrayMailRows(self._connection)

    @cached_property
    def participants(self) -> ParticipantRows:
        """Return the visitors who vote, in this transaction."""
        return ParticipantRows(self._connection)

    @cached_property
    def attempts(self) -> AttemptRows:
        """Return the traces against abuse of this transaction."""
        return AttemptRows(self._connection)

    @cached_property
    def service_keys(self) -> ServiceKeyRows:
        """Return the keys the service signs with."""
        return ServiceKeyRows(self._connection)

    @cached_property
    def mails(self) -> MailRows:
        """Return the outgoing mails of this transaction."""
        return MailRows(self._connection)

    @cached_property
    def mail_templates(self) -> MailTemplateRows:
        """Return the wordings of mails of this transaction."""
        return MailTemplateRows(self._connection)

    @cached_property
    def announcements(self) -> AnnouncementRows:
        """Return the announcements of this transaction."""
        return AnnouncementRows(self._connection)

    @cached_property
    def distributions(self) -> DistributionRows:
        """Return the distributions of this transaction."""
        return DistributionRows(self._connection)

    @cached_property
    def events(self) -> EventRows:
        """Return the events of this transaction."""
        return EventRows(self._connection)

    @cached_property
    def packages(self) -> PackageRows:
        """Return what files are as packages, in this transaction."""
        return PackageRows(self._connection)

    @cached_property
    def keys(self) -> KeyRows:
        """Return the signing keys of this transaction."""
        return KeyRows(self._connection)

    @cached_property
    def key_ends(self) -> KeyEndRows:
        """Return the signing keys of this transaction by their end."""
        return KeyEndRows(self._connection)

    @cached_property
    def checks(self) -> CheckRows:
        """Return the checks of this transaction."""
        return CheckRows(self._connection)

    @cached_property
    def check_policies(self) -> CheckPolicyRows:
        """Return what projects tell the checks in this transaction."""
        return CheckPolicyRows(self._connection)

    @cached_property
    def findings(self) -> FindingRows:
        """Return the findings of this transaction."""
        return FindingRows(self._connection)

    @cached_property
    def decisions(self) -> DecisionRows:
        """Return the decisions about findings of this transaction."""
        return DecisionRows(self._connection)

    @cached_property
    def ledger(self) -> LedgerRows:
        """Return the ledger of this transaction."""
        return LedgerRows(self._connection)

    @cached_property
    def deadlines(self) -> DeadlineRows:
        """Return the deadlines of this transaction."""
        return DeadlineRows(self._connection)

    @cached_property
    def replies(self) -> ReplyRows:
        """Return the kept replies of this transaction."""
        return ReplyRows(self._connection)

    @cached_property
    def activity(self) -> ActivityRows:
        """Return how releases come along, as this transaction sees it."""
        return ActivityRows(self._connection)

    @cached_property
    def directory(self) -> DirectoryRows:
        """Return who is listed, in this transaction."""
        return DirectoryRows(self._connection)

    @cached_property
    def operations(self) -> OperationRows:
        """Return how the machinery is, as this transaction sees it."""
        return OperationRows(self._connection)

    @cached_property
    def jobs(self) -> _Jobs:
        """Return the outbox of this transaction."""
        return _Jobs(self._connection, self._enqueue)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._connection.close()
        finally:
            if isinstance(error, SQLAlchemyError):
                with translate_faults():
                    raise error

    def commit(self) -> None:
        """Make everything permanent; only the door calls this."""
        self._connection.commit()
