# SPDX-License-Identifier: Apache-2.0
"""Checksums that ATR makes: only what is missing, in a revision that says so."""

import hashlib

import pytest

from atr.domain.errors import Refused
from atr.domain.names import FilePath
from atr.services.checksum_files import CreateChecksums
from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision, FindFile
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY, StoreFiles

CONTENT = b"an archive"


def add_files(door: Door, files: dict[str, bytes]) -> None:
    rm = act_as(door, "rm")
    door.perform(rm, CreateRelease(KEY.line, KEY.version))
    if files:
        door.perform(rm, AddRevision(KEY, 0, door.keep(StoreFiles(files))))


def test_what_is_missing_is_made_and_named(door: Door) -> None:
    make_project(door)
    add_files(door, {"demo-2.0.zip": CONTENT, "a/b.zip": b"b", "a/b.zip.sha256": b"sum", "README": b"words"})
    rm = act_as(door, "rm")
    made = door.perform(rm, CreateChecksums(KEY))
    path = FilePath("demo-2.0.zip.sha512")
    assert (made.number, made.created_by) == (2, "rm")
    assert made.description == "ATR made the missing checksums: demo-2.0.zip.sha512"
    assert {entry.path for entry in made.files} == {
        "demo-2.0.zip", "a/b.zip", "a/b.zip.sha256", "README", path,
    }  # fmt: skip
    found = door.ask(rm, FindFile(KEY, 2, path))
    expected = f"{hashlib.sha512(CONTENT).hexdigest()}  demo-2.0.zip\n".encode()
    assert b"".join(found.reader.iterate()) == expected


def test_where_nothing_is_missing_nothing_is_made(door: Door) -> None:
    make_project(door)
    add_files(door, {"demo-2.0.zip": CONTENT, "demo-2.0.zip.sha512": b"sum", "empty.zip": b""})
    with pytest.raises(Refused, match="Every artifact has a checksum"):
        door.perform(act_as(door, "rm"), CreateChecksums(KEY))


def test_without_files_there_is_nothing_to_sum(door: Door) -> None:
    make_project(door)
    add_files(door, {})
    with pytest.raises(Refused, match="no files yet"):
        door.perform(act_as(door, "rm"), CreateChecksums(KEY))


def test_many_names_are_cut_short(door: Door) -> None:
    make_project(door)
    add_files(door, {f"demo-{number}.zip": b"%d" % number for number in range(21)})
    assert door.perform(act_as(door, "rm"), CreateChecksums(KEY)).description.endswith(" ...")
