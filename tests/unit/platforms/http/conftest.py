# SPDX-License-Identifier: Apache-2.0
"""A server that answers by a script, and a client of it that is quick to give up."""

from collections.abc import Iterator

import pytest

from atr.platforms._http import Limits, RegistryClient
from atr.ports.platforms import Site
from tests.simulators.lying import Script, follow_script

SECRET = "s3cret/token+of=channel"
QUICK = Limits(
    connect_seconds=1,
    silence_seconds=0.5,
    whole_seconds=0.5,
    slowest_rate=4096,
    attempts=3,
    first_wait=0.001,
    longest_wait=0.2,
    largest_answer=100_000,
)


@pytest.fixture
def script() -> Iterator[Script]:
    with follow_script() as script:
        yield script


@pytest.fixture
def client(script: Script) -> Iterator[RegistryClient]:
    site = Site(script.url, {"token": SECRET}, local=True)

    def authorize(headers: object) -> None:
        headers["authorization"] = f"Bearer {SECRET}"  # type: ignore[index]

    with RegistryClient(site, authorize=authorize, limits=QUICK) as client:
        yield client
