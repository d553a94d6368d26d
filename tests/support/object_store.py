# SPDX-License-Identifier: Apache-2.0
"""An object store on loopback, for tests that need a real S3 conversation."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

BUCKET = "atr-tests"
_START_SECONDS = 30.0
# Port 0: the system picks a free one, and the server's log says which.
_RUN = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', '0'])"


@contextmanager
def run_object_store(log: Path) -> Iterator[dict[str, str]]:
    """Run an S3-type server with one empty bucket and yield the options to reach it."""
    with log.open("wb") as output:
        server = subprocess.Popen([sys.executable, "-c", _RUN], stdout=output, stderr=output)
    try:
        options = {
            "endpoint": f"http://127.0.0.1:{_await_port(server, log)}",
            "region": "us-east-1",
            "access_key_id": "testing",
            "secret_access_key": "testing",
        }
        _create_bucket(options["endpoint"])
        yield options
    finally:
        server.terminate()
        server.wait(10)


def _await_port(server: "subprocess.Popen[bytes]", log: Path) -> int:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text())
        if found:
            return int(found[1])
        time.sleep(0.02)
    raise TimeoutError(f"The object store did not start: {log.read_text()}")


def _create_bucket(endpoint: str) -> None:
    with urlopen(Request(f"{endpoint}/{BUCKET}", method="PUT"), timeout=10):
        pass


@pytest.fixture(scope="session")
def object_store_options(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with run_object_store(tmp_path_factory.mktemp("object_store") / "log") as options:
        yield options


@pytest.fixture
def s3_url(object_store_options: dict[str, str]) -> str:
    """Return a prefix of its own for each test."""
    return f"s3://{BUCKET}/{uuid4().hex}"
