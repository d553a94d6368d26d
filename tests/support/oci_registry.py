# SPDX-License-Identifier: Apache-2.0
"""Debian's docker-registry on the loopback, signed in to by password or by token, and skopeo beside it."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from atr.ports.platforms import Site
from tests.simulators.registry_tokens import ISSUER, SERVICE, TokenServer, serve_tokens

USERNAME, PASSWORD = "releaser", "correct-horse"
_HASHED = "$2y$04$abcdefghijklmnopqrstuuPoaPXzWjiVz4HaNq2LJXksWbO79E.S6"  # bcrypt, the only one it knows
_START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class RunningRegistry:
    """A registry that runs; `folder` is what it keeps on disk."""

    url: str
    folder: Path
    tokens: TokenServer | None = None

    @property
    def site(self) -> Site:
        """Return the site signed in."""
        return Site(self.url, {"username": USERNAME, "password": PASSWORD}, local=True)

    @property
    def host(self) -> str:
        """Return host and port."""
        return self.url.removeprefix("http://")

    def skopeo(self, *words: str) -> bytes:
        """Run the independent client; `{image}` in a word stands for the registry."""
        program = shutil.which("skopeo")
        assert program is not None, "make test installs skopeo"
        filled = [word.replace("{image}", f"docker://{self.host}") for word in words]
        policy = [program, "--insecure-policy", "--override-os", "linux", "--override-arch", "amd64"]
        done = subprocess.run([*policy, *filled], capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def inspect(self, image: str) -> dict[str, object]:
        """Return what skopeo says of an image, such as `apache/demo:1.0`."""
        account = f"{USERNAME}:{PASSWORD}"
        data = self.skopeo("inspect", "--tls-verify=false", "--creds", account, f"{{image}}/{image}")
        found: dict[str, object] = json.loads(data)
        return found

    def blob_file(self, digest: str) -> Path:
        """Return the file in which the registry keeps a blob."""
        name = digest.removeprefix("sha256:")
        return self.folder / f"docker/registry/v2/blobs/sha256/{name[:2]}/{name}/data"


@contextmanager
def run_registry(folder: Path, sign_in: dict[str, object], *, deletes: bool = False) -> Iterator[str]:
    """Run a registry that keeps its files in the folder."""
    settings = {
        "version": "0.1",
        "log": {"level": "info", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}, "delete": {"enabled": deletes}},
        "http": {"addr": "127.0.0.1:0", "secret": "tests"},
        "auth": sign_in,
    }
    path, log = folder / "registry.yml", folder / "registry.log"
    path.write_text(json.dumps(settings))  # JSON is YAML
    program = shutil.which("docker-registry")
    assert program is not None, "make test installs docker-registry"
    with log.open("wb") as output:
        words = [program, "serve", str(path)]
        server = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        yield f"http://127.0.0.1:{_await_port(server, log)}"
    finally:
        server.terminate()
        server.wait(10)


def _await_port(server: "subprocess.Popen[bytes]", log: Path) -> int:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if found := re.search(r"listening on 127\.0\.0\.1:(\d+)", log.read_text()):
            return int(found[1])
        time.sleep(0.02)
    raise TimeoutError(f"The registry did not start: {log.read_text()}")


@contextmanager
def run_with_password(folder: Path) -> Iterator[RunningRegistry]:
    """Run a registry that wants a name and a password."""
    (folder / "htpasswd").write_text(f"{USERNAME}:{_HASHED}\n")
    sign_in: dict[str, object] = {"htpasswd": {"realm": "tests", "path": str(folder / "htpasswd")}}
    with run_registry(folder, sign_in) as url:
        yield RunningRegistry(url, folder / "data")


@contextmanager
def run_with_tokens(folder: Path) -> Iterator[RunningRegistry]:
    """Run a registry that wants a token, and the server that has them."""
    with serve_tokens(USERNAME, PASSWORD) as tokens:
        sign_in: dict[str, object] = {
            "token": {
                "realm": tokens.url,
                "service": SERVICE,
                "issuer": ISSUER,
                "rootcertbundle": str(tokens.write_bundle(folder)),
            }
        }
        with run_registry(folder, sign_in, deletes=True) as url:
            yield RunningRegistry(url, folder / "data", tokens)


@pytest.fixture(scope="session")
def password_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    with run_with_password(tmp_path_factory.mktemp("registry")) as registry:
        yield registry


@pytest.fixture(scope="session")
def token_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    with run_with_tokens(tmp_path_factory.mktemp("registry")) as registry:
        yield registry
