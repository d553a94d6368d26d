# SPDX-License-Identifier: Apache-2.0
"""The door as tests use it: a real database, files in memory, a clock that stands still, recorded jobs."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection, Engine, event

from atr.checks.describe import describe_rules
from atr.checks.member_texts import ScannedTexts
from atr.checks.onepass import scan_archive
from atr.db.personal_columns import list_personal_columns
from atr.db.unit_of_work import DatabaseUnit
from atr.domain.check import Rule, Severity
from atr.domain.names import MailAddress
from atr.formats.ed25519 import SigningKey
from atr.openpgp.keyring import LocalKeyring
from atr.ports.jobs import Job, JobKind
from atr.ports.unit_of_work import OpenUnit, UnitOfWork
from atr.services.door import Door
from atr.services.surroundings import Foundation, Surroundings
from atr.storage.places import open_storage
from atr.storage.spool import DiskSpool
from atr.vault import MasterVault

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(slots=True)
class SettableClock:
    """A clock that moves only when told."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        """Move on by days, hours, minutes or seconds."""
        self.now += timedelta(**amount)


@dataclass(slots=True)
class RecordedQueue:
    """Remembers the jobs of committed transactions in their order."""

    jobs: list[Job] = field(default_factory=list)
    _pending: dict[int, list[Job]] = field(default_factory=dict)

    def enqueue(self, connection: Connection, job: Job) -> None:
        """Take the job into the transaction."""
        self._pending.setdefault(id(connection), []).append(job)

    def list_arguments(self, kind: JobKind) -> list[str]:
        """Return what jobs of one kind were enqueued for."""
        return [job.argument for job in self.jobs if job.kind is kind]

    def forget(self) -> None:
        """Begin anew, as if all jobs had been done."""
        self.jobs.clear()

    def watch(self, engine: Engine) -> None:
        """Follow the commits and rollbacks of the engine's connections."""
        event.listen(engine, "commit", self._keep)
        event.listen(engine, "rollback", self._drop)

    def _keep(self, connection: Connection) -> None:
        self.jobs += self._pending.pop(id(connection), [])

    def _drop(self, connection: Connection) -> None:
        self._pending.pop(id(connection), None)


@pytest.fixture
def clock() -> SettableClock:
    """Return the clock of the test, at noon."""
    return SettableClock()


@pytest.fixture
def queue(engine: Engine) -> RecordedQueue:
    """Return the record of enqueued jobs."""
    recorded = RecordedQueue()
    recorded.watch(engine)
    return recorded


@pytest.fixture
def open_unit(engine: Engine, queue: RecordedQueue) -> OpenUnit:
    """Return the way to begin a transaction."""
    return lambda: cast("UnitOfWork", DatabaseUnit(engine, queue.enqueue))


@pytest.fixture
def foundation() -> Foundation:
    """Return the facts of the foundation; override it to change some."""
    return Foundation(
        name="Sample Foundation",
        public_url="http://atr.example.org",
        mail_host="example.org",
        mail_from=MailAddress("atr@example.org"),
        announce_to=(MailAddress("announce@example.org"),),
    )


# The rules of the checks, and some that only tests know.
RULES = {
    **{row.rule.id: row.rule for row in describe_rules()},
    **{
        rule: Rule(rule, severity, "A rule of the tests", "", "")
        for rule, severity in (
            ("licence.header", Severity.CONCERN),
            ("licence.notice", Severity.CONCERN),
            ("signature.bad", Severity.BLOCKER),
        )
    },
}


@pytest.fixture
def surroundings(foundation: Foundation, tmp_path: Path) -> Surroundings:
    """Return what commands work with besides the transaction."""
    storage = open_storage("memory://", {}, tmp_path / "scratch")
    return Surroundings(
        foundation=foundation,
        blobs=storage.blobs,
        published=storage.published,
        spool=DiskSpool(tmp_path / "spool"),
        keyring=LocalKeyring(),
        make_secret=lambda: secrets.token_urlsafe(32),
        signer=SigningKey(b"a key for tests, and only these!"),
        rules=RULES,
        vault=MasterVault("a master secret that only tests know"),
        personal_columns=list_personal_columns(),
        texts=ScannedTexts(lambda entry: storage.blobs.open_file(entry.content.sha512), scan_archive),
    )


@pytest.fixture
def door(open_unit: OpenUnit, clock: SettableClock, surroundings: Surroundings) -> Door:
    """Return the door."""
    return Door(open_unit, clock, surroundings)
