# SPDX-License-Identifier: Apache-2.0
"""Archives to measure with: releases from the Python package registry, kept once fetched, and made ones."""

import gzip
import io
import random
import subprocess
import sys
import tarfile
from pathlib import Path

import platformdirs

from atr.formats.header_text import ASF_HEADER

REQUIREMENTS = (
    "pyiceberg==0.12.0",  # 1 MB
    "apache-airflow-core==3.3.2",  # 7 MB, with a front end
    "apache-superset==6.1.0",  # 100 MB, with a front end
    "pyspark==3.5.1",  # 300 MB, with 250 jars
)
SMALL_FILES = 100_000
_WORDS = [f"{first}_{second}" for first in ("read", "write", "find", "list") for second in range(500)]


def find_kept() -> Path:
    """Return the folder where archives stay."""
    return Path(platformdirs.user_cache_dir("atr-benchmarks"))


def fetch_archives(folder: Path) -> list[Path]:
    """Return the archives, smallest first."""
    folder.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    for requirement in REQUIREMENTS:
        name, _, version = requirement.partition("==")
        if not list(folder.glob(f"{name.replace('-', '_')}-{version}.tar.gz")):
            subprocess.run([*words, "--dest", str(folder), requirement], check=True)
    made = folder / "small-files-1.0.tar.gz"
    if not made.exists():
        made.write_bytes(make_small_files())
    return sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_size)


def make_small_files() -> bytes:
    """Return an archive of 100,000 source files of about 2 KB, each with the header."""
    chance = random.Random(1)
    header = "".join(f"# {line}".rstrip() + "\n" for line in ASF_HEADER.splitlines())
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for number in range(SMALL_FILES):
            lines = (
                f"{chance.choice(_WORDS)} = {chance.choice(_WORDS)}({chance.randrange(1 << 20)})\n"
                for _ in range(30)
            )
            content = f"{header}\n{''.join(lines)}".encode()
            _add(archive, f"small-files-1.0/package{number // 500}/module{number}.py", content)
    return gzip.compress(target.getvalue(), 6)


def make_variant(archive: Path, folder: Path, number: int, place: int | None = None) -> Path:
    """Return a copy of the archive that differs from other numbers, under the name of a place."""
    folder.mkdir(exist_ok=True)
    content = io.BytesIO(gzip.decompress(archive.read_bytes()))
    with tarfile.open(fileobj=content, mode="a") as tar:
        _add(tar, f"{tar.getnames()[0].partition('/')[0]}/variant", f"{number}\n".encode())
    target = folder / f"part{number if place is None else place}-1.0.tar.gz"
    target.write_bytes(gzip.compress(content.getvalue(), 6, mtime=0))
    return target


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))
