# SPDX-License-Identifier: Apache-2.0
"""`release.json`: a release as data, as it stands beside its files."""

import hashlib

from pydantic import Field, ValidationError

from atr.client.failures import Failed
from atr.domain.artifact import Content, Digest, FileEntry, is_internal
from atr.domain.errors import Invalid
from atr.domain.names import FilePath
from atr.domain.revision import encode_manifest
from atr.schema.wire import WireAnswer

FORMAT = 1


class ListedFile(WireAnswer):
    """One file, with its size in bytes and its digests in hexadecimal."""

    path: str
    size: int = Field(ge=0)
    sha512: str
    sha256: str

    def to_entry(self) -> FileEntry:
        """Return the file as manifests have it; raise Invalid for a path or digest that can be none."""
        content = Content(Digest("sha512", self.sha512), Digest("sha256", self.sha256), self.size)
        return FileEntry(FilePath(self.path), content)


class HeldVote(WireAnswer):
    """One round of the vote."""

    round: int
    kind: str
    state: str
    manifest_digest: str
    summary: str


class Metadata(WireAnswer):
    """A release as data."""

    format: int
    release: str
    version: str
    stage: str
    phase: str
    path: str
    keys: str
    revision: int
    manifest_digest: str
    files: tuple[ListedFile, ...]
    votes: tuple[HeldVote, ...]

    @property
    def offered(self) -> tuple[ListedFile, ...]:
        """Return the files that stand at the public address; the others only say something about them."""
        return tuple(file for file in self.files if not is_internal(file.path))

    def compute_digest(self) -> str:
        """Return the manifest digest of the listed files, whatever the metadata claim."""
        manifest = encode_manifest(file.to_entry() for file in self.files)
        return f"sha512:{hashlib.sha512(manifest).hexdigest()}"


def read_metadata(data: bytes, place: str) -> Metadata:
    """Return the release; raise Failed when the data at the place are no metadata of a release."""
    try:
        found = Metadata.model_validate_json(data)
        entries = [file.to_entry() for file in found.files]
    except (ValidationError, Invalid):
        raise Failed(f"There are no metadata of a release at {place}.") from None
    if found.format != FORMAT:
        raise Failed(f"The metadata at {place} have format {found.format}; this program reads {FORMAT}.")
    if len({entry.path for entry in entries}) != len(entries):
        raise Failed(f"The metadata at {place} list a file twice.")
    return found
