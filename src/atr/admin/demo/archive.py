# SPDX-License-Identifier: Apache-2.0
"""The archive that the demo releases: fetched or given, then signed with a fresh key."""

import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import click

from atr.admin.demo.stage_error import StepFailed
from atr.openpgp.signing import SecretKey

# Small, pure Python, and its source distribution is the official release of an Apache project.
REQUIREMENT = "apache-libcloud==3.9.1"
_VERSION = re.compile(
    r"[-_](v?\d[A-Za-z0-9.+~]*(?:-incubating)?)(?:-(?:src|source|source-release))?\.(?:tar|tgz|zip)"
)
_SIGNER = "Sample Release Manager <rm@foundation.example>"

_NOTICE = """Sample Project
Copyright 2026 The Sample Foundation

This product includes software developed at
The Sample Foundation.
"""
LEGAL_FILES = {"LICENSE": (files("atr.checks") / "data" / "Apache-2.0.txt").read_text(), "NOTICE": _NOTICE}


@dataclass(frozen=True, slots=True)
class SignedArchive:
    """An archive with its companions, all in one folder, and the key that signed it."""

    folder: Path
    archive: Path
    version: str
    public_key: Path
    key: SecretKey = field(repr=False)


def prepare_archive(given: Path | None, folder: Path, kept: Path) -> SignedArchive:
    """Copy the given archive, or the fetched one, into the folder and sign it there."""
    folder.mkdir(parents=True, exist_ok=True)
    source = given or fetch_archive(kept)
    found = _VERSION.search(source.name)
    if found is None:
        raise StepFailed(f"{source.name} does not tell its version: name it NAME-VERSION.tar.gz or the like.")
    place = folder / "files"
    place.mkdir()
    archive = place / source.name
    shutil.copyfile(source, archive)
    return sign_archive(archive, found[1], folder)


def fetch_archive(kept: Path) -> Path:
    """Return the source distribution, fetched once and then kept."""
    there = sorted(kept.glob("apache_libcloud-*.tar.gz"))
    if there:
        return there[0]
    click.echo(f"Fetching the source distribution of {REQUIREMENT} from the Python package registry ...")
    kept.mkdir(parents=True, exist_ok=True)
    words = ["download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(kept), REQUIREMENT]
    finished = subprocess.run(
        [sys.executable, "-m", "pip", *words], check=False, capture_output=True, text=True
    )
    there = sorted(kept.glob("apache_libcloud-*.tar.gz"))
    if finished.returncode != 0 or not there:
        reason = finished.stderr.strip().rpartition("\n")[2]
        raise StepFailed(f"The archive could not be fetched ({reason}). Give one by path: atr demo ARCHIVE")
    return there[0]


def sign_archive(archive: Path, version: str, folder: Path) -> SignedArchive:
    """Write signature and checksum beside the archive, and the fresh public key into the folder."""
    key = SecretKey(_SIGNER)
    sign_file(key, archive)
    public = folder / "release-manager.asc"
    public.write_text(key.public_armor)
    return SignedArchive(archive.parent, archive, version, public, key)


def sign_file(key: SecretKey, path: Path) -> None:
    """Write signature and checksum beside the file."""
    key.sign(path)
    digest = hashlib.sha512(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.sha512").write_text(f"{digest}  {path.name}\n")


def make_archive(folder: Path, version: str) -> SignedArchive:
    """Return a small signed source archive of the sample project."""
    place = folder / "files"
    place.mkdir(parents=True)
    root = f"sample-{version}"
    archive = place / f"{root}-src.tar.gz"
    members = {**LEGAL_FILES, "README.md": f"# Sample Project {version}\n"}
    with tarfile.open(archive, "w:gz") as tar:
        for name, text in members.items():
            data = text.encode()
            member = tarfile.TarInfo(f"{root}/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return sign_archive(archive, version, folder)
