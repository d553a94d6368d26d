# SPDX-License-Identifier: Apache-2.0
"""A foundation at work for benchmarks of pages, and one web process in front of it."""

import multiprocessing
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psutil
from sqlalchemy import text

from atr.bootstrap.database import find_database_url, hold_database
from atr.bootstrap.first_start import update_schema
from atr.bootstrap.platform import Platform, open_platform
from atr.bootstrap.web import run_web_process
from atr.config import load_settings
from atr.domain.check import Finding, Severity
from atr.domain.names import ReleaseKey
from atr.services.ballots import CastBallot
from atr.services.door import Bookkeeping, Door, Work
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from benchmarks.serving import await_page
from tests.support.playground import act_as, add_person, make_project, sign_in
from tests.support.voting import StoreFiles, seal_release, start_vote

WORKED_ON = ReleaseKey.parse("demo/1.3")
VOTED_ON = ReleaseKey.parse("demo/1.2")
RELEASE_PAGE = f"/releases/{WORKED_ON.project}/{WORKED_ON.product}/{WORKED_ON.version}"
VOTE_PAGE = f"/releases/{VOTED_ON.project}/{VOTED_ON.product}/{VOTED_ON.version}/votes/1"
FILES = 200
FINDINGS = 500
BALLOTS = 40
PROJECTS = 20
RULES = (
    ("signature.no-key", Severity.BLOCKER),
    ("names.checksum-missing", Severity.BLOCKER),
    ("licence.notice", Severity.CONCERN),
    ("header.missing", Severity.CONCERN),
    ("binaries.compiled", Severity.CONCERN),
    ("third-party.unlisted", Severity.SUGGESTION),
    ("links.outside", Severity.SUGGESTION),
    ("archive.timestamps", Severity.NOTE),
)


@dataclass(frozen=True, slots=True)
class NoteFindings(Bookkeeping[None]):
    """Finish the evaluation of a revision as a worker does."""

    release: ReleaseKey
    found: tuple[Finding, ...] = ()

    def note(self, work: Work) -> None:
        """Write the findings down."""
        work.unit.checks.finish_evaluation(self.release, 1, self.found, work.now)


@dataclass(frozen=True, slots=True)
class Stage:
    """A server of one web process, and the session of a release manager."""

    address: str
    port: int
    process: psutil.Process
    session: str

    @property
    def cookie(self) -> str:
        """Return the cookies of the release manager's browser."""
        return f"atr_session={self.session}"


def make_files(version: str, number: int = FILES) -> Mapping[str, bytes]:
    """Return so many files: artifacts, each with a signature and a checksum, as far as the number goes."""
    artifacts = (f"demo-{version}-part{each}.tar.gz" for each in range(number))
    paths = (f"{artifact}{suffix}" for artifact in artifacts for suffix in ("", ".asc", ".sha512"))
    return {path: path.encode() for path in islice(paths, number)}


def make_findings(version: str, number: int = FINDINGS) -> tuple[Finding, ...]:
    """Return so many findings of several rules, spread over artifacts and members."""
    return tuple(_make_finding(version, each) for each in range(number))


def _make_finding(version: str, number: int) -> Finding:
    rule, severity = RULES[number % len(RULES)]
    member = f"demo-{version}/src/main/package{number // 50}/File{number}.java"
    sentence = f"{member} has something that somebody has to look at."
    data: dict[str, str | int | bool | tuple[str, ...]] = {"kind": "Java", "line": number}
    return Finding(rule, severity, f"demo-{version}-part{number % 60}.tar.gz", sentence, member, data)


def fill(platform: Platform) -> None:
    """Make people, projects, released versions, an open vote, and a candidate with much to decide about."""
    door = platform.door
    make_project(door)
    for each in range(PROJECTS):
        make_project(door, f"project{each}", pmc=("alice",), committers=(), release_managers=())
        seal_release(door, ReleaseKey.parse(f"project{each}/1.0"), user="alice")
    with platform.engine.begin() as connection:
        connection.execute(text("UPDATE releases SET phase = 'released', released_at = now()"))
    _open_vote(door)
    rm = act_as(door, "rm")
    door.perform(rm, CreateRelease(WORKED_ON.line, WORKED_ON.version))
    files = door.keep(StoreFiles(make_files(WORKED_ON.version)))
    door.perform(rm, AddRevision(WORKED_ON, 0, files))
    door.keep(NoteFindings(WORKED_ON, make_findings(WORKED_ON.version)))


def _open_vote(door: Door) -> None:
    seal_release(door, VOTED_ON, make_files(VOTED_ON.version))
    seen = start_vote(door, VOTED_ON, 72).manifest_digest
    for each in range(BALLOTS):
        voter = add_person(door, f"voter{each}")
        door.perform(voter, CastBallot(VOTED_ON, 1, "+1", seen, "Built and tested it, all is well."))


def _serve(data: Path, port: int, listener: socket.socket) -> None:
    settings = load_settings(overrides={"data_dir": data, "port": port})
    run_web_process(settings, find_database_url(settings), listener)


@contextmanager
def serve_scene(data: Path) -> Iterator[Stage]:
    """Serve the scene from one process until the block ends."""
    with hold_database(load_settings(overrides={"data_dir": data})) as url, ExitStack() as parts:
        listener = parts.enter_context(socket.create_server(("127.0.0.1", 0), backlog=512))
        port = listener.getsockname()[1]
        settings = load_settings(overrides={"data_dir": data, "port": port})
        update_schema(url)
        with open_platform(settings, url) as platform:
            fill(platform)
            session = sign_in(platform.door, "rm").secret
        server = multiprocessing.get_context("spawn").Process(target=_serve, args=(data, port, listener))
        server.start()
        parts.callback(server.join)
        parts.callback(server.terminate)
        address = f"http://127.0.0.1:{port}"
        await_page(address)
        yield Stage(address, port, psutil.Process(server.pid), session)
