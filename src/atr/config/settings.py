# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: RUF009 -- `_setting` returns a dataclass field
"""Every setting, declared once: its name, kind, default, meaning and whether it is a secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import platformdirs

from atr.config.declaration import (
    Declaration,
    Rule,
    require_between,
    require_host_name,
    require_long_secret,
    require_mail_address,
    require_mail_server,
    require_positive_duration,
    require_scheme,
)
from atr.config.kinds import (
    ADDRESSES,
    DEFAULT_ROLE_LABELS,
    DURATION,
    LABELS,
    NUMBER,
    PATH,
    REPOSITORIES,
    SECRET,
    TEXT,
    TRUTH,
    Kind,
    show_value,
)
from atr.config.mail_listener import require_mail_listener, require_networks
from atr.config.secret import Secret
from atr.domain.names import MailAddress
from atr.domain.people import Role

_T = TypeVar("_T")
GIBIBYTE = 1024**3
_POSITIVE = require_between(1, 2**53)
_WEB = require_scheme("http", "https")
_DATABASE = require_scheme("postgresql", "postgres", "postgresql+psycopg")
_STORE = require_scheme("s3", "file")


def _setting(
    kind: Kind, default: _T, meaning: str, *, rule: Rule | None = None, under_data: bool = False
) -> _T:
    declared = Declaration(kind, default, meaning, rule, under_data)
    return field(default_factory=lambda: default, metadata={"declared": declared})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decided; `load_settings` reads it, nothing else makes one in production."""

    data_dir: Path = _setting(
        PATH,
        Path(platformdirs.user_data_dir("atr")),
        "Folder for everything kept on this machine: embedded database, files, mail",
    )

    # Where it answers
    host: str = _setting(TEXT, "127.0.0.1", "Address to listen on")
    port: int = _setting(
        NUMBER, 8080, "Port to listen on; 0 takes a free one", rule=require_between(0, 65_535)
    )
    public_url: str | None = _setting(
        TEXT, None, "Address under which people reach this server; unset: made from host and port", rule=_WEB
    )

    # Database
    database_url: Secret | None = _setting(
        SECRET,
        None,
        "PostgreSQL to use, postgresql://user:password@host/name; unset: an embedded one under data_dir",
        rule=_DATABASE,
    )
    database_pool: int = _setting(
        NUMBER, 10, "Connections one process keeps open at most", rule=require_between(1, 1_000)
    )
    statement_timeout: timedelta = _setting(
        DURATION, timedelta(seconds=30), "A statement that runs longer is cancelled; 0s: never"
    )
    postgres_bin: Path | None = _setting(
        PATH, None, "Folder with initdb, pg_ctl and pg_dump; unset: those installed with ATR or the system's"
    )
    postgres_account: str = _setting(
        TEXT,
        "atr-postgres",
        "Account the embedded database runs as when ATR is started as root; made if it is missing",
    )

    # Files
    store_url: str | None = _setting(
        TEXT,
        None,
        "Where files are kept: s3://bucket/prefix, or file:///folder; unset: `store` under data_dir",
        rule=_STORE,
    )
    store_endpoint: str | None = _setting(
        TEXT, None, "Address of the S3-type service when it is not Amazon's", rule=_WEB
    )
    store_region: str | None = _setting(TEXT, None, "Region of the S3-type service")
    store_access_key: Secret | None = _setting(SECRET, None, "Access key of the S3-type service")
    store_secret_key: Secret | None = _setting(SECRET, None, "Secret key of the S3-type service")
    store_allow_http: bool = _setting(
        TRUTH, False, "Whether the S3-type service may be reached without encryption"
    )

    # Uploads
    max_file_size: int = _setting(
        NUMBER, 4 * GIBIBYTE, "Largest file that is accepted, in bytes", rule=_POSITIVE
    )
    max_release_size: int = _setting(
        NUMBER, 16 * GIBIBYTE, "Largest sum of all files of one revision, in bytes", rule=_POSITIVE
    )
    max_release_files: int = _setting(NUMBER, 10_000, "Most files in one revision", rule=_POSITIVE)
    spool_dir: Path = _setting(
        PATH, Path("spool"), "Folder of uploads in progress; relative: under data_dir", under_data=True
    )
    upload_kept: timedelta = _setting(
        DURATION, timedelta(days=1), "How long an upload that nobody continues is kept"
    )

    # Checks
    source_repositories: tuple[str, ...] = _setting(
        REPOSITORIES,
        (),
        "Addresses, https://host/path, at or below which commits may be fetched to compare sources with",
    )
    rat_jar: Path | None = _setting(
        PATH, None, "Jar of Apache RAT, for projects that want its opinion on licence headers; unset: none"
    )
    java: str = _setting(TEXT, "java", "The Java that runs Apache RAT: a program on the PATH, or where it is")

    # Mail
    mail_sender: str = _setting(
        TEXT, "atr@localhost", "Address that ATR's mail comes from", rule=require_mail_address
    )
    announce_to: tuple[MailAddress, ...] = _setting(
        ADDRESSES, (), "Addresses that every announcement goes to, beside the project's own"
    )
    maildir: Path = _setting(
        PATH, Path("mail"), "Folder that mail is delivered to; relative: under data_dir", under_data=True
    )
    smtp_url: Secret | None = _setting(
        SECRET,
        None,
        "Mail server: smtp://, smtps:// or smtp+starttls://user:password@host:port; unset: maildir only",
        rule=require_mail_server,
    )
    smtp_timeout: timedelta = _setting(
        DURATION,
        timedelta(minutes=1),
        "How long the mail server may take for one answer",
        rule=require_positive_duration,
    )
    smtp_ca_file: Path | None = _setting(
        PATH, None, "Certificates that vouch for the mail server's; unset: those the system trusts"
    )
    dkim_key: Secret | None = _setting(
        SECRET, None, "Private RSA key in PEM form that mail is signed with (DKIM); unset: unsigned"
    )
    dkim_selector: str = _setting(
        TEXT, "atr", "Name under which the domain publishes that key", rule=require_host_name
    )
    dkim_domain: str | None = _setting(
        TEXT, None, "Domain that signs mail; unset: that of mail_sender", rule=require_host_name
    )

    # Mail that comes in
    mail_listen: str | None = _setting(
        TEXT,
        None,
        "Where votes by mail come in: lmtp://host:port, smtp://host:port or lmtp:///path; unset: nowhere",
        rule=require_mail_listener,
    )
    mail_receivers: tuple[MailAddress, ...] = _setting(
        ADDRESSES, (), "Addresses that mail is taken for; unset: any"
    )
    mail_peers: str = _setting(
        TEXT,
        "127.0.0.0/8, ::1",
        "Networks that mail is taken from; for a socket its permissions decide",
        rule=require_networks,
    )
    max_mail_size: int = _setting(
        NUMBER, 4 * 1024**2, "Largest mail that is taken in, in bytes", rule=require_between(1, 64 * 1024**2)
    )
    mail_archive: str | None = _setting(
        TEXT,
        None,
        "Address of the lists' archive (Pony Mail) in which votes by mail are looked for; unset: none",
        rule=_WEB,
    )
    mail_archive_every: timedelta = _setting(
        DURATION,
        timedelta(minutes=5),
        "How often that archive is read while a vote is open",
        rule=require_positive_duration,
    )
    list_hosts: str | None = _setting(
        TEXT, None, "Hosts of lists, with commas between them, whose seals (ARC) are believed; unset: none"
    )
    mail_keys_file: Path | None = _setting(
        PATH, None, "File of names and keys (DKIM) instead of DNS: a line each; unset: DNS"
    )

    # The foundation
    foundation_name: str = _setting(TEXT, "The Foundation", "Name shown on pages and in mail")
    role_labels: Mapping[Role, str] = _setting(
        LABELS,
        DEFAULT_ROLE_LABELS,
        "What roles are called on pages: role=label, role=label; those left out keep their name",
    )

    # Sessions and tokens
    master_secret: Secret | None = _setting(
        SECRET,
        None,
        "Protects what is encrypted or signed; unset: made once in the embedded set-up",
        rule=require_long_secret,
    )
    service_key: Secret | None = _setting(
        SECRET,
        None,
        "Random text that makes the key ATR signs receipts with; unset: made from the master secret",
        rule=require_long_secret,
    )
    session_idle: timedelta = _setting(DURATION, timedelta(hours=8), "A session unused for so long ends")
    session_limit: timedelta = _setting(
        DURATION, timedelta(days=7), "A session ends after so long in any case"
    )
    step_up_valid: timedelta = _setting(
        DURATION,
        timedelta(hours=8),
        "How long after signing in a browser takes the gravest steps without a fresh sign-in; 0s: always",
    )
    login_link_valid: timedelta = _setting(
        DURATION, timedelta(minutes=15), "How long a one-time login link works"
    )
    token_limit: timedelta = _setting(DURATION, timedelta(days=180), "Longest life of a token")

    # Work and retention
    worker_concurrency: int = _setting(
        NUMBER, 4, "Jobs one worker does at the same time", rule=require_between(1, 1_000)
    )
    worker_heartbeat: timedelta = _setting(
        DURATION,
        timedelta(seconds=5),
        "How often a worker says it is alive",
        rule=require_positive_duration,
    )
    worker_stalled: timedelta = _setting(
        DURATION,
        timedelta(seconds=20),
        "After how long without that its jobs are given to others; several times worker_heartbeat",
        rule=require_positive_duration,
    )
    jobs_kept: timedelta = _setting(DURATION, timedelta(days=7), "How long finished jobs are kept")
    orphans_kept: timedelta = _setting(
        DURATION, timedelta(days=1), "How long a stored file that no revision names is kept"
    )
    replies_kept: timedelta = _setting(
        DURATION, timedelta(days=1), "How long the answer to a repeated Idempotency-Key is kept"
    )
    contacts_kept: timedelta = _setting(
        DURATION, timedelta(days=30), "How long after a vote's result visitors' contact data is kept"
    )
    confirmations_kept: timedelta = _setting(
        DURATION,
        timedelta(hours=24),
        "How long the link works, and is kept, with which a visitor confirms a ballot",
        rule=require_positive_duration,
    )
    stray_mails_kept: timedelta = _setting(
        DURATION,
        timedelta(days=30),
        "How long it is kept that a mail came in that looks like a vote and answers none",
        rule=require_positive_duration,
    )
    rate_hashes_kept: timedelta = _setting(
        DURATION,
        timedelta(days=7),
        "How long the keyed hashes are kept by which floods of visitors' requests are noticed",
        rule=require_positive_duration,
    )

    @property
    def embedded(self) -> bool:
        """Tell whether ATR runs a database of its own."""
        return self.database_url is None

    @property
    def store_path(self) -> Path:
        """Return the folder of stored files, used while `store_url` is unset."""
        return self.data_dir / "store"

    @property
    def address(self) -> str:
        """Return the public address, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


@dataclass(frozen=True, slots=True)
class SettingDescription:
    """One line of the settings' reference page."""

    name: str
    variable: str
    type: str
    default: str
    meaning: str
    secret: bool


def list_declarations() -> Mapping[str, Declaration]:
    """Return every declaration by the name of its setting."""
    return {each.name: each.metadata["declared"] for each in fields(Settings)}


def name_variable(setting: str) -> str:
    """Return the environment variable of a setting."""
    return f"ATR_{setting.upper()}"


def describe_settings() -> tuple[SettingDescription, ...]:
    """Return every setting in the order of its declaration, for the reference page."""
    return tuple(_describe(name, declared) for name, declared in list_declarations().items())


def _describe(name: str, declared: Declaration) -> SettingDescription:
    return SettingDescription(
        name=name,
        variable=name_variable(name),
        type=declared.kind.name,
        default="the user's data folder" if name == "data_dir" else show_value(declared.default),
        meaning=declared.meaning,
        secret=declared.kind.secret,
    )
