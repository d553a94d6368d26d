# SPDX-License-Identifier: Apache-2.0
"""Checksum files in all their forms, right and wrong."""

import hashlib
from collections.abc import Callable

from tests.unit.checks.cases.case import Case
from tests.unit.checks.examination import NAME, Release

OTHER = hashlib.sha512(b"other").hexdigest()


def write_checksum(form: str, suffix: str = "sha512") -> Callable[[Release], object]:
    """Return a builder of a checksum file in which `{hex}`, `{name}` and `{groups}` are filled in."""

    def build(release: Release) -> None:
        digest = hashlib.new(suffix, release.folder.joinpath(NAME).read_bytes()).hexdigest()
        text = form.format(hex=digest, upper=digest.upper(), name=NAME, groups=group_digits(digest))
        release.write(f"{NAME}.{suffix}", text.encode())

    return build


def group_digits(digest: str) -> str:
    """Return the digits as GnuPG prints them: groups of eight, several lines."""
    groups = [digest[at : at + 8].upper() for at in range(0, len(digest), 8)]
    return "\n    ".join(" ".join(groups[at : at + 4]) for at in range(0, len(groups), 4))


CASES: tuple[Case, ...] = (
    Case("checksum.unreadable", "words", write_checksum("nonsense"), finds=True),
    Case("checksum.unreadable", "digits of no hash", write_checksum("{name}: 0123 4567"), finds=True),
    Case("checksum.unreadable", "a bare hash", write_checksum("{hex}"), finds=False),
    Case("checksum.unreadable", "the form of BSD", write_checksum("SHA512 ({name}) = {hex}\n"), finds=False),
    Case("checksum.unreadable", "the form of GnuPG", write_checksum("{name}: {groups}\n"), finds=False),
    Case("checksum.wrong-length", "half the digits", write_checksum("0" * 64), finds=True),
    Case("checksum.wrong-length", "a SHA-256", write_checksum("{hex}  {name}\n", "sha256"), finds=False),
    Case("checksum.other-file", "another file's", write_checksum("{hex}  other.zip\n"), finds=True),
    Case(
        "checksum.other-file",
        "one of several entries",
        write_checksum(f"{OTHER}  other.zip\n{{hex}}  {{name}}\n"),
        finds=False,
    ),
    Case("checksum.mismatch", "other digits", write_checksum(f"{OTHER}  {{name}}\n"), finds=True),
    Case("checksum.mismatch", "upper case and CRLF", write_checksum("{upper} *{name}\r\n"), finds=False),
    Case("checksum.mismatch", "groups of digits", write_checksum("{name}: {groups}\n"), finds=False),
)
