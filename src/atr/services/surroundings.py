# SPDX-License-Identifier: Apache-2.0
"""What commands may use besides the transaction, and the facts of the foundation that runs ATR."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from atr.domain.check import Rule
from atr.domain.check_policy import DEFAULT_CHECKS, CheckPolicy
from atr.domain.names import MailAddress
from atr.domain.personal_data import PersonalColumn
from atr.domain.policy import FOUNDATION_DEFAULT, VotePolicy
from atr.domain.privacy import Retention
from atr.domain.rate_limits import VisitorLimits
from atr.ports.blobs import Blobs
from atr.ports.keyring import Keyring
from atr.ports.mail_identity import MailProver, NoProver
from atr.ports.member_texts import MemberTexts, NoTexts
from atr.ports.platforms import NoRegistries, Registries
from atr.ports.published import Published
from atr.ports.signer import Signer
from atr.ports.spool import Spool
from atr.ports.vault import Vault


@dataclass(frozen=True, slots=True)
class Foundation:
    """Facts that are configuration: names, addresses, floors and limits."""

    name: str
    public_url: str
    mail_host: str
    mail_from: MailAddress
    announce_to: tuple[MailAddress, ...] = ()
    default_policy: VotePolicy = FOUNDATION_DEFAULT
    default_checks: CheckPolicy = DEFAULT_CHECKS
    retention: Retention = field(default_factory=Retention)
    visitor_limits: VisitorLimits = field(default_factory=VisitorLimits)
    largest_file: int = 10 * 1024**3
    session_idle: timedelta = timedelta(hours=8)
    session_absolute: timedelta = timedelta(days=7)
    step_up: timedelta = timedelta()
    longest_token: timedelta = timedelta(days=180)
    list_hosts: frozenset[str] = frozenset()
    read_archives_every: timedelta | None = None
    worker_stalled: timedelta = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The ports that commands call directly; each call is harmless if the transaction is undone.

    `rules` are those of the checks of this program, by id; `personal_columns` declare what is kept of people.
    `registries` are only asked which calls they would make: nothing is called in a transaction.
    """

    foundation: Foundation
    blobs: Blobs
    spool: Spool
    published: Published
    keyring: Keyring
    vault: Vault
    make_secret: Callable[[], str]
    signer: Signer
    rules: Mapping[str, Rule] = field(default_factory=lambda: MappingProxyType({}))
    personal_columns: tuple[PersonalColumn, ...] = ()
    mail_prover: MailProver = field(default_factory=NoProver)
    registries: Registries = field(default_factory=NoRegistries)
    texts: MemberTexts = field(default_factory=NoTexts)
