# SPDX-License-Identifier: Apache-2.0
"""The program `atr` as people type it, against the real application on a port of loopback."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from atr.bootstrap.checks import build_examiner
from atr.client.main import main
from atr.domain.names import UserId
from atr.domain.people import OPERATOR
from atr.jobs.errands import ERRANDS
from atr.mail.memory import MemoryMail
from atr.openpgp.keyring import LocalKeyring
from atr.platforms.memory_registry import MemoryRegistries
from atr.platforms.public_downloads import PublicDownloads
from atr.services.accounts import MakeLoginLink
from atr.services.door import Door
from atr.services.errand import Tools
from atr.services.surroundings import Surroundings
from atr.web.parts import WebParts
from tests.support.door import RecordedQueue
from tests.support.house import ServedHouse
from tests.support.playground import add_person


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command printed, and how it ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def data(self) -> Any:
        """Return what was printed as JSON."""
        return json.loads(self.stdout)


@dataclass(slots=True)
class Site:
    """A running server with its jobs, and everybody's remembered logins."""

    url: str
    door: Door
    tools: Tools
    queue: RecordedQueue
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def atr(self, user: str | None, *words: str | Path, stdin: str = "") -> Ended:
        """Run the program as somebody who signed in before, or as nobody; then do the jobs it caused."""
        if user is not None and not self.find_login(user).exists():
            self.sign_in(user)
        ended = self.run(user or "nobody", *words, stdin=stdin)
        self.work_off()
        return ended

    def do(self, user: str | None, *words: str | Path) -> Ended:
        """Run the program and expect it to end well."""
        ended = self.atr(user, *words)
        assert ended.code == 0, ended
        return ended

    def run(self, user: str, *words: str | Path, stdin: str = "") -> Ended:
        """Run the program with somebody's remembered login, whatever comes of it."""
        environment: dict[str, str | None] = {
            "ATR_URL": self.url,
            "ATR_TOKEN": None,
            "ATR_LOGIN_FILE": str(self.find_login(user)),
            **self.environment,
        }
        return run_program(*words, stdin=stdin, environment=environment)

    def sign_in(self, user: str) -> None:
        """Sign somebody in by the link of the operator."""
        ended = self.run(user, "login", self.make_link(user))
        assert ended.code == 0, ended

    def make_link(self, user: str) -> str:
        """Return a one-time link for somebody, who is made known if need be."""
        add_person(self.door, user)
        return f"{self.url}/sign-in?code={self.door.perform(OPERATOR, MakeLoginLink(UserId(user))).code}"

    def find_login(self, user: str) -> Path:
        """Return the file in which somebody's login is remembered."""
        return self.folder / f"{user}.json"

    def read_token(self, user: str) -> str:
        """Return the token that somebody's login is remembered with."""
        token: str = json.loads(self.find_login(user).read_text())["token"]
        return token

    def work_off(self) -> None:
        """Do all jobs, with those they bring about."""
        while self.queue.jobs:
            job = self.queue.jobs.pop(0)
            ERRANDS[job.kind].parse(job.argument).run(self.tools)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Do jobs beside whatever runs in the block, as a worker does."""
        over = threading.Event()

        def work() -> None:
            while not over.wait(0.02):
                self.work_off()

        worker = threading.Thread(target=work, daemon=True)
        worker.start()
        try:
            yield
        finally:
            over.set()
            worker.join()


def run_program(
    *words: str | Path, stdin: str = "", environment: dict[str, str | None] | None = None
) -> Ended:
    """Run the program in this process, exit code and all."""
    arguments, sys.argv = sys.argv, ["atr", *map(str, words)]
    try:
        with CliRunner().isolation(stdin, environment) as (stdout, stderr, _):
            code = _run_main()
            return Ended(code, stdout.getvalue().decode(), stderr.getvalue().decode())
    finally:
        sys.argv = arguments


def _run_main() -> int:
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.fixture
def site(
    served_house: ServedHouse,
    website: WebParts,
    queue: RecordedQueue,
    surroundings: Surroundings,
    tmp_path: Path,
) -> Iterator[Site]:
    """Return the way to use a server with this test's own database from a terminal."""
    tools = Tools(
        door=website.door,
        blobs=surroundings.blobs,
        published=surroundings.published,
        examiner=build_examiner(website.door, surroundings.blobs, LocalKeyring()),
        transport=MemoryMail(),
        downloads=PublicDownloads(served_house.url),
        registries=MemoryRegistries(),
    )
    folder = tmp_path / "logins"
    folder.mkdir()
    # The server runs in this process, so its log would stand between what the program prints.
    with capture_logs(), served_house.inhabit(website) as url:
        yield Site(url, website.door, tools, queue, folder)
