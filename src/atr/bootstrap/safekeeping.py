# SPDX-License-Identifier: Apache-2.0
"""Backup and restore: the database as a dump, then every blob that it may name.

The dump comes first and the blobs after it, so that every blob the dump names is there to be copied.
Restoring goes the other way round: a database whose blobs are missing never comes to be.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import URL

from atr.bootstrap.store import open_store
from atr.config import Settings
from atr.db.backup import dump, restore
from atr.db.engine import create_engine
from atr.db.export import has_events
from atr.db.programs import find_programs
from atr.domain.artifact import Digest
from atr.domain.errors import Invalid, Refused
from atr.storage.places import Storage

DUMP_NAME = "database.dump"
CONTENTS_NAME = "contents.json"
_BLOBS = "blobs"
_FORMAT = 1
_CHUNK_BYTES = 1 << 20
Report = Callable[[int, int], object]  # blobs done, blobs in all


def back_up(settings: Settings, url: URL, folder: Path, report: Report) -> int:
    """Write dump and blobs into the folder; return the number of blobs. A repeat only adds what is new."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / CONTENTS_NAME).unlink(missing_ok=True)
    dump(url, folder / DUMP_NAME, find_programs(settings.postgres_bin))
    storage = open_store(settings)
    digests = sorted(stat.digest for stat in storage.blobs.list())
    for done, digest in enumerate(digests, start=1):
        _copy_out(storage, digest, _place_blob(folder, digest))
        report(done, len(digests))
    # Written last: a folder without it is not a whole backup.
    contents = {
        "format": _FORMAT,
        "dump": _hash_file(folder / DUMP_NAME),
        "blobs": [digest.hex for digest in digests],
    }
    draft = folder / f"{CONTENTS_NAME}.part"
    draft.write_text(json.dumps(contents, indent=1) + "\n")
    draft.replace(folder / CONTENTS_NAME)
    return len(digests)


def bring_back(settings: Settings, url: URL, folder: Path, report: Report) -> int:
    """Fill an empty installation from the folder; raise Refused for one in use or a damaged backup."""
    _refuse_inhabited(url)
    digests = _read_contents(folder)
    storage = open_store(settings)
    for done, digest in enumerate(digests, start=1):
        path = _place_blob(folder, digest)
        if not path.is_file() or _hash_file(path) != digest.hex:
            raise Refused(f"The backup is damaged: {path} is missing or has other bytes than it should.")
        storage.blobs.put(_read_chunks(path))
        report(done, len(digests))
    restore(url, folder / DUMP_NAME, find_programs(settings.postgres_bin))
    return len(digests)


def _refuse_inhabited(url: URL) -> None:
    """Raise Refused when the database holds anything but an empty schema."""
    engine = create_engine(url, pool=1)
    try:
        with engine.connect() as connection:
            if has_events(connection):
                raise Refused("There is an installation already: restore into an empty one.")
    finally:
        engine.dispose()


def _read_contents(folder: Path) -> list[Digest]:
    try:
        contents = json.loads((folder / CONTENTS_NAME).read_text())
        listed, dumped = [Digest("sha512", each) for each in contents["blobs"]], contents["dump"]
    except OSError:
        raise Refused(f"{folder} is no finished backup: it has no {CONTENTS_NAME}.") from None
    except (ValueError, TypeError, KeyError, Invalid):
        raise Refused(f"The backup is damaged: {CONTENTS_NAME} cannot be read.") from None
    dump_file = folder / DUMP_NAME
    if not dump_file.is_file() or _hash_file(dump_file) != dumped:
        raise Refused(f"The backup is damaged: {DUMP_NAME} is missing or has other bytes than it should.")
    return listed


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha512").hexdigest()


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
