# SPDX-License-Identifier: Apache-2.0
"""Where a release comes from: the repository, and the commit in it that its source archives are made of."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urlsplit

from atr.domain.errors import Invalid
from atr.domain.names import FilePath

SOURCE_FILE = FilePath(".atr/source.json")
LARGEST_SOURCE_FILE = 16 * 1024
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FIELDS = frozenset({"repository", "commit", "folder"})
_URL = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?/[A-Za-z0-9._~/+-]+")
_HOST = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?")
_LONGEST_URL = 2000


@dataclass(frozen=True, slots=True)
class SourceReference:
    """A commit; `folder` is where in the repository the tree of the archives begins, empty for its root.

    `repository` is an https address, or a place on this machine for those who compare with a clone of theirs.
    """

    repository: str
    commit: str
    folder: str = ""

    def __post_init__(self) -> None:
        """Raise Invalid for what names no commit, or could be read as an option or a program."""
        if not _COMMIT.fullmatch(self.commit):
            raise Invalid.field(
                "commit", f"{self.commit!r} names no commit: write all 40 digits, in lower case."
            )
        text = self.repository
        if not text or text.startswith("-") or "::" in text or not text.isprintable():
            raise Invalid.field("repository", f"{text!r} is no repository.")
        if self.folder:
            FilePath(self.folder)

    def __str__(self) -> str:
        place = f", folder {self.folder}" if self.folder else ""
        return f"commit {self.commit[:12]} of {self.repository}{place}"

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read `.atr/source.json`; raise Invalid with what is wrong with it."""
        try:
            read = json.loads(data)
        except (ValueError, RecursionError):
            raise Invalid.field(str(SOURCE_FILE), f"{SOURCE_FILE} is no JSON.") from None
        if not isinstance(read, dict) or not {"repository", "commit"} <= read.keys() <= _FIELDS:
            asked = "an object with repository, commit and, if need be, folder"
            raise Invalid.field(str(SOURCE_FILE), f"{SOURCE_FILE} must be {asked}.")
        if not all(isinstance(value, str) for value in read.values()):
            raise Invalid.field(str(SOURCE_FILE), f"{SOURCE_FILE} holds something that is no text.")
        return cls(read_repository(read["repository"]), read["commit"], read.get("folder", ""))

    def write(self) -> bytes:
        """Return the content of `.atr/source.json`."""
        values = {"repository": self.repository, "commit": self.commit}
        folder = {"folder": self.folder} if self.folder else {}
        return f"{json.dumps(values | folder, indent=2)}\n".encode()


def read_repository(text: str) -> str:
    """Return the address of a repository in its plainest form; raise Invalid for what is not plain https."""
    parts = urlsplit(text) if _URL.fullmatch(text) and len(text) <= _LONGEST_URL else SplitResult(*[""] * 5)
    if not parts.path or not {"", ".", ".."}.isdisjoint(parts.path.strip("/").split("/")):
        raise Invalid.field(
            "repository", f"{text!r} is not the address of a repository: write https://host/path."
        )
    return f"https://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def read_prefix(text: str) -> str:
    """Return an address below which repositories stand, a whole host too; raise Invalid for others."""
    bare = text.rstrip("/")
    return bare.lower() if _HOST.fullmatch(bare) else read_repository(bare)


def is_below(repository: str, prefixes: Iterable[str]) -> bool:
    """Tell whether a repository is one of those, or stands below one of those addresses."""
    return any(f"{repository}/".startswith(f"{prefix.rstrip('/')}/") for prefix in prefixes)
