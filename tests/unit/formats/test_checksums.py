# SPDX-License-Identifier: Apache-2.0
"""Checksum files in every shape that is found in the wild."""

import hashlib

import pytest
from hypothesis import given, strategies

from atr.domain.artifact import Digest
from atr.domain.artifact_names import write_checksum
from atr.domain.errors import Invalid
from atr.formats.checksums import LARGEST_FILE, find_entry, read_checksums

HEX = hashlib.sha512(b"content").hexdigest()
GROUPS = [HEX[at : at + 8].upper() for at in range(0, 128, 8)]
GNUPG = f"a.tgz: {' '.join(GROUPS[:8])}\r\n       {' '.join(GROUPS[8:])}\r\n"

SHAPES = {
    "bare": HEX,
    "bare in upper case": f"{HEX.upper()}\r\n",
    "text mode": f"{HEX}  a.tgz\n",
    "binary mode": f"{HEX} *a.tgz\n",
    "with a folder": f"{HEX}  ./target/a.tgz\n",
    "with a Windows folder": f"{HEX}  target\\a.tgz\n",
    "BSD": f"SHA512 (a.tgz) = {HEX}\n",
    "OpenSSL": f"SHA2-512(a.tgz)= {HEX}\n",
    "GnuPG": GNUPG,
    "GnuPG with the name alone on a line": f"a.tgz:\n{' '.join(GROUPS[:4])}\n{' '.join(GROUPS[4:])}\n",
    "groups without a name": f"{' '.join(GROUPS[:8])}\n{' '.join(GROUPS[8:])}\n",
    "certutil": f"SHA512 hash of a.tgz:\r\n{HEX}\r\nCertUtil: -hashfile command completed successfully.\r\n",
    "older certutil": f"SHA512 hash of file a.tgz:\r\n{' '.join(GROUPS)}\r\nCertUtil: done\r\n",
    "with a byte order mark": f"\ufeff{HEX}",
    "with a comment": f"# made by a script\n\n{HEX}  a.tgz\n",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES.keys())
def test_every_known_shape_is_read(text: str) -> None:
    entry = find_entry(read_checksums(text.encode()), "a.tgz")
    assert entry is not None
    assert entry.hex == HEX


def test_one_of_several_entries_is_found_by_name() -> None:
    other = hashlib.sha512(b"other").hexdigest()
    entries = read_checksums(f"{other}  b.tgz\n{GNUPG}".encode())
    found = find_entry(entries, "a.tgz")
    assert len(entries) == 2
    assert found is not None
    assert found.hex == HEX


def test_an_entry_for_another_file_is_not_taken() -> None:
    assert find_entry(read_checksums(f"{HEX}  b.tgz".encode()), "a.tgz") is None


def test_several_bare_hashes_belong_to_nobody() -> None:
    assert find_entry(read_checksums(f"{HEX}\n{HEX}".encode()), "a.tgz") is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "holds no checksum"),
        (b"\n\n", "holds no checksum"),
        (b"not a checksum", "Line 1 is no known form"),
        (b"abc def", "has 6 digits"),
        (b"a.tgz: abc", "has 3 digits"),
        (b"\xff\xfe\0", "byte 0 is not UTF-8"),
        (b"0" * (LARGEST_FILE + 1), "no checksum file has"),
    ],
)
def test_what_is_no_checksum_is_refused_with_its_reason(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_checksums(data)


@given(strategies.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        entries = read_checksums(data)
    except Invalid:
        return
    assert all(set(entry.hex) <= set("0123456789abcdef") for entry in entries)


def test_a_written_checksum_is_read_again() -> None:
    digest = Digest("sha512", HEX)
    assert write_checksum("a.tgz", digest) == f"{HEX}  a.tgz\n".encode()
