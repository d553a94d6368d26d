# SPDX-License-Identifier: Apache-2.0
"""What an operator wants to know when something seems wrong: one line for each part."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import URL, Engine

from atr.bootstrap.mail import examine_server, examine_signature
from atr.bootstrap.store import open_store
from atr.config import Settings
from atr.config.reading import FILE_NAME, FILE_VARIABLE
from atr.db.engine import create_engine
from atr.db.queue_state import count_jobs, count_workers, list_failed
from atr.db.revision import find_current, find_newest
from atr.domain.errors import DomainError
from atr.domain.operations import PartState
from atr.isolation import describe_confinement

_GIBIBYTE = 1024**3


def examine_installation(settings: Settings, url: URL) -> Iterator[PartState]:
    """Yield the state of every part; a part that fails hides none of the others."""
    engine = create_engine(url, pool=1)
    parts: tuple[tuple[str, Callable[[], tuple[bool, str]]], ...] = (
        ("settings", lambda: (True, _name_source(settings))),
        ("database", lambda: _examine_database(engine, settings)),
        ("store", lambda: _examine_store(settings)),
        ("spool", lambda: _examine_folder(settings.spool_dir)),
        ("mail", lambda: _examine_mail(settings)),
        ("mail signature", lambda: examine_signature(settings)),
        ("mail in", lambda: (True, _describe_mail_in(settings))),
        ("public address", lambda: (True, settings.address)),
        ("workers", lambda: _examine_workers(engine, settings)),
        ("jobs", lambda: _examine_jobs(engine)),
        ("sandbox", _examine_sandbox),
        ("Apache RAT", lambda: _examine_rat(settings)),
        ("git", lambda: _examine_git(settings)),
    )
    try:
        for part, examine in parts:
            yield _examine_part(part, examine)
    finally:
        engine.dispose()


def _examine_mail(settings: Settings) -> tuple[bool, str]:
    return _examine_folder(settings.maildir) if settings.smtp_url is None else examine_server(settings)


def _describe_mail_in(settings: Settings) -> str:
    ways = [f"mail is taken in at {settings.mail_listen}"] if settings.mail_listen else []
    if settings.mail_archive:
        ways.append(f"the archive of lists at {settings.mail_archive} is read")
    return " and ".join(ways) or "none is taken in: votes by mail are handed in on the page of their round"


def _examine_rat(settings: Settings) -> tuple[bool, str]:
    if settings.rat_jar is None:
        return True, "none; projects that ask for it are told so"
    java = shutil.which(settings.java)
    if java is None:
        return False, f"there is no program {settings.java}: install Java, or set java to where it is"
    with settings.rat_jar.open("rb"):
        return True, f"{settings.rat_jar}, run by {java}"


def _examine_git(settings: Settings) -> tuple[bool, str]:
    if not settings.source_repositories:
        return True, "no commits are fetched: source_repositories is empty"
    git = shutil.which("git")
    if git is None:
        return False, "there is no program git, so sources are not compared with commits: install it"
    return True, f"{git} fetches from {', '.join(settings.source_repositories)}"


def _examine_part(part: str, examine: Callable[[], tuple[bool, str]]) -> PartState:
    try:
        return PartState(part, *examine())
    except DomainError as error:
        return PartState(part, False, " ".join(error.reasons))
    except OSError as error:
        return PartState(part, False, str(error))


def _name_source(settings: Settings) -> str:
    path = Path(os.environ.get(FILE_VARIABLE) or settings.data_dir / FILE_NAME)
    return f"environment and {path}" if path.is_file() else f"environment; there is no {path}"


def _examine_database(engine: Engine, settings: Settings) -> tuple[bool, str]:
    current, newest = find_current(engine), find_newest()
    with engine.connect() as connection:
        version = connection.exec_driver_sql("SHOW server_version").scalar_one()
    version = f"{version}, {'embedded' if settings.embedded else 'external'}"
    if current != newest:
        return False, f"PostgreSQL {version}, schema {current}, not {newest}: run `atr admin migrate`"
    return True, f"PostgreSQL {version}, schema {current} is the newest"


def _examine_store(settings: Settings) -> tuple[bool, str]:
    if settings.store_url is None:
        return _examine_folder(settings.store_path)
    next(iter(open_store(settings).blobs.list()), None)
    return True, f"{settings.store_url} answers"


def _examine_folder(folder: Path) -> tuple[bool, str]:
    if not folder.exists():
        return True, f"{folder} is made when it is needed"
    with tempfile.TemporaryFile(dir=folder):
        free = shutil.disk_usage(folder).free
    return free > _GIBIBYTE, f"{folder} can be written; {free / _GIBIBYTE:.1f} GiB are free"


def _examine_sandbox() -> tuple[bool, str]:
    """Say what confines the reading of archives; on Linux, one of the two last layers must be there."""
    state = describe_confinement()
    is_open = sys.platform == "linux" and not state.landlock and not state.seccomp
    return not is_open, f"archives are read in processes of their own, with {state}"


def _examine_workers(engine: Engine, settings: Settings) -> tuple[bool, str]:
    alive = count_workers(engine, settings.worker_stalled)
    return alive > 0, f"{alive} loops of workers are alive" if alive else "no worker is alive: start one"


def _examine_jobs(engine: Engine) -> tuple[bool, str]:
    counts, failed = count_jobs(engine), list_failed(engine)
    state = ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "none wait"
    return not failed, "; ".join([state, *failed])
