# SPDX-License-Identifier: Apache-2.0
"""Files, their contents and their companions on the wire."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field

from atr.domain.artifact import Digest, FileEntry
from atr.domain.errors import Invalid
from atr.domain.names import FilePath
from atr.schema.wire import WireAnswer


def _check(parse: Callable[[str], object]) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            parse(text)
        except Invalid as refusal:
            raise ValueError(str(refusal)) from None
        return text

    return check


def _parse_sha512(text: str) -> Digest:
    digest = Digest.parse(text)
    if digest.algorithm != "sha512":
        raise Invalid.field("sha512", f"{text} is not a sha512: write sha512: and 128 hexadecimal digits.")
    return digest


PathText = Annotated[
    str,
    AfterValidator(_check(FilePath)),
    Field(description="A path inside the release: relative, NFC, with forward slashes."),
]
Sha512Text = Annotated[
    str, AfterValidator(_check(_parse_sha512)), Field(description="A digest: `sha512:` and lower-case hex.")
]


class FileAnswer(WireAnswer):
    """One file and its content."""

    path: str
    size: int
    sha512: str
    sha256: str

    @classmethod
    def describe(cls, entry: FileEntry) -> "FileAnswer":
        """Return the file as it goes over the wire."""
        content = entry.content
        return cls(path=entry.path, size=content.size, sha512=str(content.sha512), sha256=str(content.sha256))


class ArtifactAnswer(WireAnswer):
    """A downloadable file with its signature, checksums and SBOMs, as far as they are there."""

    file: FileAnswer
    signature: FileAnswer | None
    checksums: tuple[FileAnswer, ...]
    sboms: tuple[FileAnswer, ...]


class SbomAnswer(WireAnswer):
    """One bill of materials; `artifact` is what it describes, null when that cannot be told by its name."""

    file: FileAnswer
    format: str
    artifact: str | None
