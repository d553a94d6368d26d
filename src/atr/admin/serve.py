# SPDX-License-Identifier: Apache-2.0
"""`atr serve`: web, API, one worker and, unless a URL is set, the database, from one command."""

import contextlib
import logging
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import URL

from atr.admin.running import note_address
from atr.admin.supervisor import Child, Supervisor
from atr.bootstrap.database import describe_embedded, find_database_url
from atr.bootstrap.first_start import prepare_installation
from atr.bootstrap.logs import set_up_logs
from atr.bootstrap.mail_in import run_mail_process
from atr.bootstrap.web import run_web_process
from atr.bootstrap.worker import run_worker_process
from atr.config import Settings, load_settings
from atr.db.claim import await_orphans, claim_data
from atr.db.embedded import EmbeddedServer
from atr.domain.errors import DomainError

_BACKLOG = 512
_LOOK_EVERY_SECONDS = 5.0
log = logging.getLogger("atr.serve")


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder for everything kept on this machine.")
def serve(host: str | None, port: int | None, data: Path | None) -> None:
    """Serve pages and API, with one worker and an embedded database, until Ctrl-C."""
    overrides = {"host": host, "port": port, "data_dir": data}
    try:
        settings = load_settings(overrides=overrides)
        await_orphans(settings.data_dir)
        with claim_data(settings.data_dir), contextlib.closing(open_listener(settings)) as listener:
            if settings.port == 0:
                settings = load_settings(overrides={**overrides, "port": listener.getsockname()[1]})
            sys.exit(serve_everything(settings, listener))
    except DomainError as error:
        raise click.ClickException("\n".join(error.reasons)) from None


def open_listener(settings: Settings) -> socket.socket:
    """Return the listening socket, so that a taken port is said at once and children inherit it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. Choose another --port."
        ) from None


def serve_everything(settings: Settings, listener: socket.socket) -> int:
    """Start the database, bring it up to date, and supervise web and worker; return the exit code."""
    set_up_logs()
    database = describe_embedded(settings) if settings.embedded else None
    if database is not None:
        database.start()
    try:
        url = find_database_url(settings)
        link = prepare_installation(settings, url)
        note_address(settings)
        _print_addresses(settings, link)
        return _supervise(settings, url, listener, database)
    finally:
        if database is not None:
            database.stop()


def _print_addresses(settings: Settings, link: str | None) -> None:
    click.echo(f"ATR serves {settings.address}")
    if link is not None:
        click.echo(f"Sign in once with {link}")
    click.echo("Stop with Ctrl-C.")


def _supervise(settings: Settings, url: URL, listener: socket.socket, database: EmbeddedServer | None) -> int:
    children = [
        Child("web", lambda: run_web_process(settings, url, listener)),
        Child("worker", lambda: run_worker_process(settings, url)),
    ]
    if settings.mail_listen is not None:
        children.append(Child("mail", lambda: run_mail_process(settings, url)))
    look_after = DatabaseWatch(database).look_after if database is not None else _do_nothing
    return Supervisor(children, look_after).run()


@dataclass(slots=True)
class DatabaseWatch:
    """Starts the embedded database again when it is gone."""

    database: EmbeddedServer
    clock: Callable[[], float] = time.monotonic
    looked_at: float = 0.0

    def look_after(self, is_urgent: bool) -> None:
        """Look every few seconds, or now; a database that does not come up is tried again next time."""
        if not is_urgent and self.clock() - self.looked_at < _LOOK_EVERY_SECONDS:
            return
        self.looked_at = self.clock()
        try:
            if self.database.ensure_running():
                log.warning("the embedded database was gone and was started again")
        except DomainError:
            log.exception("the embedded database does not come up")


def _do_nothing(_is_urgent: bool) -> None:
    """Leave a database that somebody else runs alone."""
