# SPDX-License-Identifier: Apache-2.0
"""Everything that web, worker and operator commands share: database, store, door."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import URL, Connection, Engine

from atr.bootstrap.service_key import ServiceSigner
from atr.bootstrap.store import open_store
from atr.checks.describe import describe_rules
from atr.checks.member_texts import ScannedTexts
from atr.checks.sandbox import open_scanner
from atr.config import Settings, provide_master_secret
from atr.db.engine import create_engine
from atr.db.personal_columns import list_personal_columns
from atr.db.unit_of_work import DatabaseUnit
from atr.domain.names import MailAddress
from atr.domain.privacy import Retention
from atr.jobs.queue import Outbox
from atr.mail.dkim_prover import DkimProver
from atr.mail.key_records import DnsKeys, FileKeys
from atr.openpgp.keyring import ProcessKeyring
from atr.platforms import REGISTRIES, PublicRegistries
from atr.ports.jobs import Job
from atr.ports.unit_of_work import UnitOfWork
from atr.services.door import Door
from atr.services.surroundings import Foundation, Surroundings
from atr.storage.places import Storage
from atr.storage.spool import DiskSpool
from atr.vault import MasterVault


def read_clock() -> datetime:
    """Return the moment in UTC; the only place that asks the machine."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Platform:
    """The parts that stand behind the ports."""

    settings: Settings
    engine: Engine
    storage: Storage
    keyring: ProcessKeyring
    door: Door


@contextmanager
def open_platform(settings: Settings, url: URL) -> Iterator[Platform]:
    """Connect the parts; let go of all of them at the end."""
    engine = create_engine(url, pool=settings.database_pool, statement_timeout=settings.statement_timeout)
    outbox = Outbox()

    def enqueue(connection: Connection, job: Job) -> None:
        outbox.enqueue(connection.connection.driver_connection, job)

    def open_unit() -> UnitOfWork:
        return DatabaseUnit(engine, enqueue)

    storage = open_store(settings)
    with ProcessKeyring(workers=1) as keyring, open_scanner(at_once=False) as scan:
        around = Surroundings(
            foundation=describe_foundation(settings),
            blobs=storage.blobs,
            spool=DiskSpool(settings.spool_dir),
            published=storage.published,
            keyring=keyring,
            make_secret=lambda: secrets.token_urlsafe(32),
            signer=ServiceSigner(settings),
            rules={row.rule.id: row.rule for row in describe_rules()},
            vault=MasterVault(provide_master_secret(settings).reveal()),
            personal_columns=list_personal_columns(),
            registries=PublicRegistries(REGISTRIES),
            texts=ScannedTexts(lambda entry: storage.blobs.open_file(entry.content.sha512), scan),
            mail_prover=DkimProver(
                FileKeys(settings.mail_keys_file) if settings.mail_keys_file else DnsKeys()
            ),
        )
        try:
            yield Platform(settings, engine, storage, keyring, Door(open_unit, read_clock, around))
        finally:
            engine.dispose()


def describe_foundation(settings: Settings) -> Foundation:
    """Return what services know of the foundation that runs this installation."""
    sender = MailAddress(settings.mail_sender)
    return Foundation(
        name=settings.foundation_name,
        public_url=settings.address,
        mail_host=sender.rpartition("@")[2],
        mail_from=sender,
        announce_to=settings.announce_to,
        retention=describe_retention(settings),
        largest_file=settings.max_file_size,
        session_idle=settings.session_idle,
        session_absolute=settings.session_limit,
        step_up=settings.step_up_valid,
        longest_token=settings.token_limit,
        read_archives_every=settings.mail_archive_every if settings.mail_archive else None,
        worker_stalled=settings.worker_stalled,
        list_hosts=frozenset(
            host.strip().lower() for host in (settings.list_hosts or "").split(",") if host.strip()
        ),
    )


def describe_retention(settings: Settings) -> Retention:
    """Return how long each kind of data is kept, as the operator set it."""
    return Retention(
        contact_after_result=settings.contacts_kept,
        confirmation_tokens=settings.confirmations_kept,
        rate_limit_hashes=settings.rate_hashes_kept,
        abandoned_uploads=settings.upload_kept,
        stray_mails=settings.stray_mails_kept,
        orphaned_blobs=settings.orphans_kept,
    )
