# SPDX-License-Identifier: Apache-2.0
"""The command `atr demo`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from atr.admin.demo.archive import prepare_archive
from atr.admin.demo.distribution import VERSION, tell_distribution
from atr.admin.demo.registries import run_registries
from atr.admin.demo.server import DemoServer
from atr.admin.demo.stage import Stage
from atr.admin.demo.stage_error import StepFailed
from atr.admin.demo.story import refuse_repetition, tell_history, tell_story
from atr.admin.running import explain_errors
from atr.config import load_settings


@click.command()
@click.argument("archive", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--distribute",
    is_flag=True,
    help="Take a release to npm, container, Python and GitHub channels on this machine instead.",
)
@click.option("--once", is_flag=True, help="Exit at the end instead of serving on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port to serve on; 0 takes a free one."
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder of the installation.  [default: a new one]"
)
@explain_errors
def demo(archive: Path | None, port: int, data: Path | None, *, distribute: bool, once: bool) -> None:
    """Take a real archive from upload to announcement, showing each command, then verify the download.

    Without ARCHIVE the source distribution of an Apache project is fetched from the Python package registry.
    With --distribute packages of a small program go to registries that are started for it.
    """
    if distribute and archive is not None:
        raise click.UsageError("--distribute makes packages of its own: leave ARCHIVE out.")
    with TemporaryDirectory(prefix="atr-demo-", ignore_cleanup_errors=True) as scratch:
        folder = data or Path(scratch) / "data"
        try:
            server = DemoServer(folder, port)
            if distribute:
                _run_distribution(server, Path(scratch), once=once)
            else:
                _run_demo(archive, server, Path(scratch), once=once)
        except StepFailed as failure:
            click.echo(f"atr demo: {failure}", err=True)
            sys.exit(1)


def _run_demo(archive: Path | None, server: DemoServer, scratch: Path, *, once: bool) -> None:
    click.secho("Preparing: an archive, a fresh OpenPGP key, a server with a sample foundation", bold=True)
    candidate = prepare_archive(archive, scratch / "work", load_settings().data_dir / "demo")
    with server.running():
        stage = Stage(server, scratch)
        stage.gather_cast()
        refuse_repetition(stage, candidate, server.data)
        click.echo("Giving the sample project a past of finished releases ...")
        tell_history(stage, scratch / "history", candidate)
        ending = tell_story(stage, candidate, scratch)
        _point_to(server, stage, ending.page, once=once)
        click.secho(f"Verification: {ending.verification}", fg="green")
        if not once:
            server.wait()


def _run_distribution(server: DemoServer, scratch: Path, *, once: bool) -> None:
    click.secho("Preparing: registries on this machine, a server with a sample foundation", bold=True)
    with run_registries(scratch / "registries", f"v{VERSION}") as registries, server.running():
        stage = Stage(server, scratch)
        stage.gather_cast()
        page = tell_distribution(stage, registries, scratch)
        _point_to(server, stage, page, once=once)
        if not once:
            server.wait()


def _point_to(server: DemoServer, stage: Stage, page: str, *, once: bool) -> None:
    if not once:
        click.echo(f"\nATR goes on serving {server.address} until Ctrl-C.")
        click.echo(f"Sign in as the release manager: {stage.make_login_links('rm')[0]}")
    click.echo(f"\nRelease page: {server.address}{page}")
