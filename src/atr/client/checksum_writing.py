# SPDX-License-Identifier: Apache-2.0
"""Writing the checksums that are missing beside files of this machine."""

from collections.abc import Iterator

from atr.checks.local_revision import LocalRevision
from atr.domain.artifact import CHECKSUM_SUFFIXES
from atr.domain.artifact_names import is_artifact, write_checksum
from atr.domain.names import FilePath


def write_checksums(revision: LocalRevision) -> Iterator[FilePath]:
    """Write a `.sha512` beside each artifact that has no checksum, and yield its name.

    A file that is there already is never touched.
    """
    there = {entry.path for entry in revision.entries}
    for entry in revision.entries:
        has_one = any(f"{entry.path}{suffix}" in there for suffix in CHECKSUM_SUFFIXES)
        if has_one or not is_artifact(entry.path) or not entry.content.size:
            continue
        source = revision.sources[entry.path]
        with source.with_name(f"{source.name}.sha512").open("xb") as file:
            file.write(write_checksum(source.name, entry.content.sha512))
        yield FilePath(f"{entry.path}.sha512")
