# SPDX-License-Identifier: Apache-2.0
"""What is said about a release beside its files: the commit it is made of, and what others built from it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from atr.client.failures import Failed
from atr.client.local_files import LocalFile
from atr.domain.errors import Invalid
from atr.domain.rebuild import place_rebuilt
from atr.domain.source import SOURCE_FILE, SourceReference, read_repository


def read_reference(repository: str | None, commit: str | None, folder: str) -> SourceReference | None:
    """Return the commit that the options name, None for no options; raise Failed or UsageError."""
    if repository is None and commit is None:
        return None
    if repository is None or commit is None:
        raise click.UsageError("Name both --repository and --commit.")
    try:
        return SourceReference(read_repository(repository), commit.lower(), folder.strip("/"))
    except Invalid as error:
        raise Failed(*error.reasons) from None


def place_rebuilds(files: Sequence[LocalFile], rebuilder: str | None) -> tuple[LocalFile, ...]:
    """Return the files, as those that a rebuilder built if one is named; raise Failed for a bad name."""
    if rebuilder is None:
        return tuple(files)
    try:
        return tuple(replace(file, path=place_rebuilt(rebuilder, file.path)) for file in files)
    except Invalid as error:
        raise Failed(*error.reasons) from None


@contextmanager
def with_source(
    files: Sequence[LocalFile], reference: SourceReference | None
) -> Iterator[tuple[LocalFile, ...]]:
    """Yield the files, with the one that names the commit if there is one to name."""
    if reference is None:
        yield tuple(files)
        return
    with TemporaryDirectory(prefix="atr-upload-") as scratch:
        source = Path(scratch, SOURCE_FILE.name)
        source.write_bytes(reference.write())
        others = (file for file in files if file.path != SOURCE_FILE)
        yield (*others, LocalFile(SOURCE_FILE, source, source.stat().st_size))
