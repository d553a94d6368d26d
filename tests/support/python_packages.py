# SPDX-License-Identifier: Apache-2.0
"""Wheels and source distributions, and a real index (pypiserver) on the loopback."""

import base64
import gzip
import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

TOKEN = "pypi-AgEIcHlwaS5vcmc-0123456789"
_START_SECONDS = 60


def write_metadata(name: str, version: str, extra: str = "") -> bytes:
    """Return core metadata with every kind of field."""
    return (
        f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nSummary: Größe zählt\n"
        "Keywords: one,two\nClassifier: Programming Language :: Python :: 3\n"
        "Classifier: Topic :: Software Development\nProject-URL: Home, https://demo.example.org/\n"
        "Project-URL: Source, https://code.example.org/demo\nRequires-Python: >=3.9\n"
        f"Requires-Dist: packaging\nLicense-Expression: Apache-2.0\nLicense-File: LICENSE\n{extra}"
        'Description-Content-Type: text/markdown\n\n# Demo\n\nText with ä and "quotes".\n'
    ).encode()


def pack_wheel(name: str, version: str, seed: bytes = b"", metadata: bytes | None = None) -> bytes:
    """Return a wheel that pip installs."""
    module = name.replace("-", "_")
    folder = f"{module}-{version}.dist-info"
    files = {
        f"{module}/__init__.py": b"ANSWER = 42\n",
        f"{module}/seed.bin": seed,
        f"{folder}/METADATA": write_metadata(name, version) if metadata is None else metadata,
        f"{folder}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{folder}/licenses/LICENSE": b"Apache-2.0\n",
    }
    record = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')},"
        f"{len(data)}\n"
        for path, data in files.items()
    )
    files[f"{folder}/RECORD"] = f"{record}{folder}/RECORD,,\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return buffer.getvalue()


def pack_sdist(name: str, version: str, seed: bytes = b"", metadata: bytes | None = None) -> bytes:
    """Return a source distribution."""
    folder = f"{name.replace('-', '_')}-{version}"
    files = {
        f"{folder}/PKG-INFO": write_metadata(name, version) if metadata is None else metadata,
        f"{folder}/pyproject.toml": b'[build-system]\nrequires = ["setuptools"]\n',
        f"{folder}/LICENSE": b"Apache-2.0\n",
        f"{folder}/seed.bin": seed,
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, data in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(buffer.getvalue(), compresslevel=1, mtime=0)


def name_wheel(name: str, version: str) -> str:
    """Return the file name of a wheel."""
    return f"{name.replace('-', '_')}-{version}-py3-none-any.whl"


def name_sdist(name: str, version: str) -> str:
    """Return the file name of a source distribution."""
    return f"{name.replace('-', '_')}-{version}.tar.gz"


@contextmanager
def run_pypiserver(folder: Path) -> Iterator[str]:
    """Start the index with its files in the folder, and stop it; uploads need the token."""
    packages = folder / "packages"
    packages.mkdir()
    digest = base64.b64encode(hashlib.sha1(TOKEN.encode()).digest()).decode()
    (folder / "htpasswd").write_text(f"__token__:{{SHA}}{digest}\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "pypiserver", "run", "-i", "127.0.0.1", "-p", str(port), "-a", "update"]
    command += ["-P", "htpasswd", "--hash-algo", "sha256", "--disable-fallback", "packages"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_for(f"{url}/health", process)
        yield url
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
    raise TimeoutError("pypiserver did not start.")
