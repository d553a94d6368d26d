# SPDX-License-Identifier: Apache-2.0
"""Backup and restore: the database as a dump, then every blob that it may name.

The dump comes first and the blobs after it, so that every blob the dump names is there to be copied.
Restoring goes the other way round: a database whose blobs are missing never comes to be.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import URL

from atr.bootstrap.store import open_store
from atr.config import Settings
from atr.db.backup import dump, restore
from atr.db.programs import find_programs
from atr.domain.artifact import Digest
from atr.domain.errors import Conflict, Refused
from atr.storage.places import Storage

DUMP_NAME = "database.dump"
CONTENTS_NAME = "contents.json"
_BLOBS = "blobs"
_CHUNK_BYTES = 1 << 20
Report = Callable[[int, int], object]  # blobs done, blobs in all


def back_up(settings: Settings, url: URL, folder: Path, report: Report) -> int:
    """Write dump and blobs into the folder; return the number of blobs. A repeat only adds what is new."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONTENTS_NAME).unlink(missing_ok=True)
    dump(url, folder / DUMP_NAME, find_programs(settings.postgres_bin))
    storage = open_store(settings)
    digests = sorted(stat.digest for stat in storage.blobs.list())
    for done, digest in enumerate(digests, start=1):
        _copy_out(storage, digest, _place_blob(folder, digest))
        report(done, len(digests))
    # Written last: a folder without it is not a whole backup.
    contents = {"format": 1, "blobs": [digest.hex for digest in digests]}
    (folder / CONTENTS_NAME).write_text(json.dumps(contents, indent=1) + "\n")
    return len(digests)


def bring_back(settings: Settings, url: URL, folder: Path, report: Report) -> int:
    """Fill an empty installation from the folder; raise Refused for a folder that is no whole backup."""
    digests = _read_contents(folder)
    storage = open_store(settings)
    for done, digest in enumerate(digests, start=1):
        content = storage.blobs.put(_read_chunks(_place_blob(folder, digest)))
        if content.sha512 != digest:
            raise Conflict(f"The backup is damaged: {digest} now has the content {content.sha512}.")
        report(done, len(digests))
    restore(url, folder / DUMP_NAME, find_programs(settings.postgres_bin))
    return len(digests)


def _read_contents(folder: Path) -> list[Digest]:
    try:
        contents = json.loads((folder / CONTENTS_NAME).read_text())
    except OSError:
        raise Refused(f"{folder} is no finished backup: it has no {CONTENTS_NAME}.") from None
    return [Digest("sha512", each) for each in contents["blobs"]]


def _place_blob(folder: Path, digest: Digest) -> Path:
    return folder / _BLOBS / digest.hex[:2] / digest.hex


def _copy_out(storage: Storage, digest: Digest, target: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    with draft.open("wb") as file:
        for chunk in storage.blobs.open(digest).iterate():
            file.write(chunk)
    draft.replace(target)


def _read_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
