# SPDX-License-Identifier: Apache-2.0
"""Registries for the demo in a process of their own, real where there are real ones; for a checkout."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from atr.admin.demo.stage_error import StepFailed

_PROGRAM = "tests.support.registries"
_CHECKOUT = Path(__file__).parents[4]


@dataclass(frozen=True, slots=True)
class DemoRegistries:
    """The channels that lead to the registries, as the files that `atr channel create` reads."""

    channels: tuple[Path, ...]
    orders: IO[str]
    answers: IO[str]

    def tamper(self) -> str:
        """Have something changed behind everybody's back; return the name of the file."""
        self.orders.write("tamper\n")
        self.orders.flush()
        return self.answers.readline().strip()


@contextmanager
def run_registries(folder: Path, tag: str) -> Iterator[DemoRegistries]:
    """Run the registries, one of which knows a tag of the source; raise StepFailed."""
    if not (_CHECKOUT / f"{_PROGRAM.replace('.', '/')}.py").exists():
        raise StepFailed(
            "The registries are started from a checkout of ATR: run `make demo ARGS=--distribute` in one."
        )
    folder.mkdir(parents=True)
    with (folder / "registries.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", _PROGRAM, tag],
            cwd=_CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    with process:  # which closes the input, and so ends the registries
        if process.stdin is None or process.stdout is None:
            raise StepFailed("The registries cannot be talked to.")
        described = process.stdout.readline()
        if not described:
            told = (folder / "registries.log").read_text().strip().rpartition("\n")[2]
            raise StepFailed(f"The registries did not start: {told}")
        yield DemoRegistries(_write_channels(folder, described), process.stdin, process.stdout)


def _write_channels(folder: Path, described: str) -> tuple[Path, ...]:
    paths = []
    for channel in json.loads(described):
        paths.append(folder / f"{channel['key']}.json")
        paths[-1].write_text(json.dumps(channel, indent=2))
        paths[-1].chmod(0o600)
    return tuple(paths)
