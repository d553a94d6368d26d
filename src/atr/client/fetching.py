# SPDX-License-Identifier: Apache-2.0
"""Receiving files: into `.part` files first, compared before they get their names."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from atr.client.failures import Failed
from atr.client.output import Advance
from atr.client.patience import LOST_CONNECTION, Patience

Open = Callable[[dict[str, str]], AbstractContextManager[httpx2.Response]]
"""Opens the download with some more request headers."""
_BLOCK = 1024 * 1024
_PARTIAL = 206


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to receive: where it goes, its size in bytes, and its sha512 in hexadecimal."""

    target: Path
    size: int
    sha512: str


def has_file(wanted: Wanted) -> bool:
    """Tell whether the file is here already; raise Failed when another one has its name."""
    if not wanted.target.exists():
        return False
    if wanted.target.stat().st_size == wanted.size and digest_path(wanted.target) == wanted.sha512:
        return True
    raise Failed(f"{wanted.target} is here already with other content: choose another folder, or --force.")


def digest_path(path: Path) -> str:
    """Return the sha512 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha512").hexdigest()


def receive_file(wanted: Wanted, open_download: Open, advance: Advance) -> None:
    """Receive a file, going on where it was cut off; raise Failed when it is not the wanted one."""
    wanted.target.parent.mkdir(parents=True, exist_ok=True)
    part = wanted.target.with_name(f"{wanted.target.name}.part")
    part.unlink(missing_ok=True)
    patience = Patience()
    arrived = 0
    while arrived < wanted.size or not part.exists():
        try:
            for block in _read_rest(part, arrived, open_download):
                arrived += len(block)
                advance(len(block))
                patience.renew()
        except LOST_CONNECTION as error:
            patience.wait(error)
        else:
            break
    _finish(wanted, part)


def _read_rest(part: Path, offset: int, open_download: Open) -> Iterator[bytes]:
    """Append what is missing to the part; yield each piece that is on the disk."""
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    with open_download(headers | ({"Range": f"bytes={offset}-"} if offset else {})) as response:
        skip = 0 if response.status_code == _PARTIAL else offset
        with part.open("ab") as file:
            for block in response.iter_raw(_BLOCK):
                fresh, skip = block[skip:], max(0, skip - len(block))
                file.write(fresh)
                yield fresh


def _finish(wanted: Wanted, part: Path) -> None:
    found = digest_path(part)
    if found != wanted.sha512:
        part.unlink()
        raise Failed(f"{wanted.target.name} arrived with other content than it has on the server.")
    part.replace(wanted.target)
