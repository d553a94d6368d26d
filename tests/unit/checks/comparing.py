# SPDX-License-Identifier: Apache-2.0
"""A release beside what it is compared with: the release before, and commits."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from io import BytesIO

from atr.checks.local_revision import read_revision
from atr.checks.source_listing import SourceListing, SourceUnavailable
from atr.domain.artifact import FileEntry
from atr.domain.check import Finding
from atr.domain.previous import PreviousRelease
from atr.domain.source import SOURCE_FILE, SourceReference
from tests.support.archives import LEGAL, TarMember, make_tar_gz
from tests.unit.checks.examination import NAME, Release

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "https://git.example.org/example"
PREVIOUS_NAME = NAME.replace("1.0", "0.9")


def pack(*members: TarMember, root: str = "example-1.0") -> bytes:
    """Return a source archive with the legal files and more, below one folder."""
    legal = [TarMember(f"{root}/{name}", content) for name, content in LEGAL.items()]
    return make_tar_gz(*legal, *(replace(each, path=f"{root}/{each.path}") for each in members))


def add_previous(release: Release, files: Mapping[str, bytes], version: str = "0.9") -> None:
    """Give the release one before it, whose files are elsewhere; paths are renamed if a version is given."""
    folder = release.folder.with_name(f"{release.folder.name}-before")
    folder.mkdir()
    for name, content in files.items():
        folder.joinpath(name).write_bytes(content)
    before = read_revision([folder])
    entries = tuple(_rename(entry, version, release.facts.version) for entry in before.entries)
    release.describe(previous=PreviousRelease(version, entries))
    contents = {entry.content.sha512: before.sources[entry.path].read_bytes() for entry in before.entries}

    def open_file(entry: FileEntry) -> BytesIO:
        content = contents.get(entry.content.sha512)
        return BytesIO(content or release.folder.joinpath(entry.path).read_bytes())

    release.change = lambda engine: replace(engine, open_file=open_file)


def _rename(entry: FileEntry, old: str, new: str) -> FileEntry:
    return replace(entry, path=type(entry.path)(entry.path.replace(old, new))) if old else entry


def know_source(release: Release, listing: Callable[[SourceReference], SourceListing]) -> None:
    """Let the release name its commit, and let that be looked up."""
    release.write(SOURCE_FILE, SourceReference(REPOSITORY, COMMIT).write())
    release.change = lambda engine: replace(engine, fetch_source=listing)


def fail_to_fetch(reference: SourceReference) -> SourceListing:
    """Say that the commit cannot be had."""
    raise SourceUnavailable(f"not our ref {reference.commit}")


def find(release: Release, rule: str) -> list[Finding]:
    """Return what one rule found."""
    return [finding for finding in release.examine() if finding.rule == rule]


def list_rules(release: Release, subject: str) -> list[str]:
    """Return the rules about a subject that found something."""
    return [finding.rule for finding in release.examine() if finding.rule.startswith(f"{subject}.")]


def name_blobs(files: Mapping[str, bytes], missing: Iterable[str] = ()) -> SourceListing:
    """Return the listing of a commit that holds these files and the legal ones, but for some."""
    whole = {**LEGAL, **files}
    return SourceListing({path: name_blob(content) for path, content in whole.items() if path not in missing})


def name_blob(content: bytes) -> str:
    """Return git's name of a content."""
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()
