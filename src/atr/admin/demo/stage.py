# SPDX-License-Identifier: Apache-2.0
"""The demo's stage: people with logins of their own, and their commands, shown and run."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from pydantic import BaseModel

from atr.admin.demo.server import DemoServer
from atr.admin.demo.stage_error import StepFailed

Answer = TypeVar("Answer", bound=BaseModel)
SAMPLE_FOUNDATION = Path(__file__).parent.parent / "data" / "sample-foundation.yaml"
CAST = ("rm", "pmc1", "pmc2", "pmc3", "sysadmin")
_PATIENCE_SECONDS = 120.0


class Stage:
    """Runs `atr` as one person or another."""

    def __init__(self, server: DemoServer, scratch: Path) -> None:
        self._server = server
        self._logins = scratch / "logins"

    def gather_cast(self) -> None:
        """Load the sample foundation and sign in everybody who plays a part."""
        self._run("operator", ["admin", "load", str(SAMPLE_FOUNDATION), "--data", str(self._server.data)])
        for person, link in zip(CAST, self.make_login_links(*CAST), strict=True):
            self._run(person, ["login", link])

    def make_login_links(self, *people: str) -> list[str]:
        """Return links with which the people sign in once each."""
        words = ["admin", "login-link", *people, "--data", str(self._server.data)]
        return self._run("operator", words).split()

    def show(self, person: str, *words: str, ends_with: int = 0) -> None:
        """Print the command, then run it with its output on the terminal; raise StepFailed."""
        click.echo()
        prompt = click.style(f"{person}$", fg="cyan")
        click.echo(f"{prompt} {click.style(shlex.join(['atr', *words]), bold=True)}")
        finished = subprocess.run(_name_program(words), env=self._make_environment(person), check=False)
        if finished.returncode != ends_with:
            raise StepFailed(f"`{shlex.join(['atr', *words])}` ended with exit code {finished.returncode}.")

    def do(self, person: str, *words: str) -> None:
        """Run a command without showing it; raise StepFailed."""
        self._run(person, words)

    def ask(self, person: str, answer: type[Answer], *words: str) -> Answer:
        """Return what a command prints as JSON; raise StepFailed."""
        return answer.model_validate_json(self._run(person, [*words, "--json"]))

    def wait_until(self, what: str, is_so: Callable[[], bool]) -> None:
        """Wait for something that workers do; raise StepFailed when it takes too long."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                raise StepFailed(f"Waited {_PATIENCE_SECONDS:.0f} s in vain until {what}.")
            time.sleep(0.2)

    def _run(self, person: str, words: list[str] | tuple[str, ...]) -> str:
        finished = subprocess.run(
            _name_program(words),
            env=self._make_environment(person),
            check=False,
            capture_output=True,
            text=True,
        )
        if finished.returncode != 0:
            said = (finished.stderr or finished.stdout).strip()
            raise StepFailed(f"`{shlex.join(['atr', *words])}` failed: {said}")
        return finished.stdout

    def _make_environment(self, person: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name != "ATR_TOKEN"}
        return inherited | {
            "ATR_URL": self._server.address,
            "ATR_LOGIN_FILE": str(self._logins / f"{person}.json"),
        }


def _name_program(words: list[str] | tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "atr.client.main", *words]
