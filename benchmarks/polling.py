# SPDX-License-Identifier: Apache-2.0
"""An open vote on a served installation, and people with tokens who can cast ballots in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atr.bootstrap.database import hold_database
from atr.bootstrap.platform import Platform, open_platform
from atr.config import load_settings
from tests.support.playground import add_person, log_in, make_project
from tests.support.voting import KEY, seal_release, start_vote

ROUND = f"/api/v1/releases/{KEY.storage_key}/votes/1"


@contextmanager
def attach(data: Path) -> Iterator[Platform]:
    """Work on the folder's database beside whoever serves it."""
    settings = load_settings(overrides={"data_dir": data})
    with hold_database(settings) as url, open_platform(settings, url) as platform:
        yield platform


def open_vote(platform: Platform) -> str:
    """Open a vote of three days and return the manifest digest that is voted on."""
    make_project(platform.door)
    seal_release(platform.door)
    return str(start_vote(platform.door).manifest_digest)


def admit_voters(platform: Platform, number: int) -> list[str]:
    """Return the tokens of so many people."""
    names = [f"voter{each}" for each in range(number)]
    for name in names:
        add_person(platform.door, name)
    return [log_in(platform.door, name) for name in names]
