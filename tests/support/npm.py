# SPDX-License-Identifier: Apache-2.0
"""A real npm registry (Verdaccio) on the loopback, without others behind it, and the real npm client."""

import gzip
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".cache/servers/node_modules/verdaccio/bin/verdaccio"
_START_SECONDS = 60
_CONFIG = """
storage: ./storage
auth:
  htpasswd: {file: ./htpasswd, max_users: 100}
security:
  api: {legacy: false, jwt: {sign: {expiresIn: 1d}}}
packages:
  '@*/*': {access: $all, publish: $authenticated, unpublish: $authenticated}
  '**': {access: $all, publish: $authenticated, unpublish: $authenticated}
server: {keepAliveTimeout: 60}
max_body_size: 1gb
userRateLimit: {windowMs: 1000, max: 100000}
log: {type: stdout, format: pretty, level: error}
web: {enable: false}
publish: {allow_offline: true}
"""


@dataclass(frozen=True, slots=True)
class NpmServer:
    """Where it is, and the token of an account that may publish."""

    url: str
    token: str


@contextmanager
def run_verdaccio(folder: Path) -> Iterator[NpmServer]:
    """Start the registry with its files in the folder, and stop it."""
    if not PROGRAM.exists():
        raise FileNotFoundError(
            "Verdaccio is not installed: `make test` does it, or sh tools/install_servers.sh."
        )
    (folder / "config.yaml").write_text(_CONFIG)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = ["node", str(PROGRAM), "--config", "config.yaml", "--listen", f"127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_for(f"{url}/-/ping", process)
        yield NpmServer(url, _sign_up(url))
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise TimeoutError("Verdaccio did not start.")


def _sign_up(url: str) -> str:
    person = {"name": "atr", "password": "correct-horse", "type": "user", "roles": []}
    request = Request(
        f"{url}/-/user/org.couchdb.user:atr",
        json.dumps(person).encode(),
        {"content-type": "application/json"},
        method="PUT",
    )
    with urlopen(request, timeout=30) as answer:
        return str(json.load(answer)["token"])


def pack_npm(name: str, version: str, seed: bytes = b"", **manifest: object) -> bytes:
    """Return a tarball as `npm pack` makes it."""
    files = {
        "package.json": json.dumps(
            {"name": name, "version": version, "main": "index.js", **manifest}
        ).encode(),
        "index.js": b"module.exports = 42;\n",
        "seed.bin": seed,
    }
    return pack_files({f"package/{path}": data for path, data in files.items()})


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """Return a tarball of the files, always the same for the same files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, data in files.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(data), 0o644
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(buffer.getvalue(), compresslevel=1, mtime=0)


def run_npm(folder: Path, server: NpmServer, *words: str, succeeds: bool = True) -> str:
    """Run the real npm client with the registry's token, and return what it says."""
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is not installed: `make test` does it.")
    host = server.url.removeprefix("http:")
    (folder / "user.npmrc").write_text(f"registry={server.url}\n{host}/:_authToken={server.token}\n")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "npm_config_userconfig": str(folder / "user.npmrc"),
        "npm_config_cache": str(folder / "npm-cache"),
        "npm_config_update_notifier": "false",
        "npm_config_audit": "false",
        "npm_config_fund": "false",
    }
    done = subprocess.run(
        [npm, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    if (done.returncode == 0) is not succeeds:
        raise AssertionError(
            f"npm {' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}"
        )
    return done.stdout + done.stderr


def view_npm(folder: Path, server: NpmServer, spec: str) -> dict[str, Any]:
    """Return what `npm view` says of a version."""
    found, _ = json.JSONDecoder().raw_decode(run_npm(folder, server, "view", spec, "--json"))
    assert isinstance(found, dict)
    return found
