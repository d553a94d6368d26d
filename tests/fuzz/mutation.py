# SPDX-License-Identifier: Apache-2.0
"""Changing good samples a little, as damage does and as attackers do."""

from collections.abc import Sequence

from hypothesis import strategies

_TELLING = (
    b"\0", b"\xff", b"\x80", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff", b"0", b"-1",
    b"9" * 20, b"\n", b"\r\n", b" ", b"=", b"../", b"/", b"\\", b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6",
    b"PK\7\x08", b"\x1f\x8b\x08", b"-----BEGIN PGP ", b"-----END PGP ", b"\xed\xa0\x80", b"\xe2\x80\xae",
    bytes(512),
)  # fmt: skip


def mutate(samples: Sequence[bytes]) -> strategies.SearchStrategy[bytes]:
    """Return samples with up to six changes each."""
    return strategies.builds(
        _change_all, strategies.sampled_from(samples), strategies.lists(_CHANGES, min_size=1, max_size=6)
    )


_CHANGES = strategies.tuples(
    strategies.sampled_from(["replace", "insert", "delete", "repeat", "cut", "move", "add"]),
    strategies.floats(0, 1),
    strategies.integers(1, 40) | strategies.integers(1, 2000),
    strategies.sampled_from(_TELLING) | strategies.binary(min_size=1, max_size=12),
)
Change = tuple[str, float, int, bytes]


def _change_all(sample: bytes, changes: Sequence[Change]) -> bytes:
    for change in changes:
        sample = _change(sample, change)[: 1 << 20]
    return sample


def _change(data: bytes, change: Change) -> bytes:
    kind, share, length, new = change
    at = int(share * len(data))
    head, some, rest = data[:at], data[at : at + length], data[at + length :]
    changed = {
        "replace": head + new + data[at + len(new) :],
        "insert": head + new + some + rest,
        "delete": head + rest,
        "repeat": head + some * 3 + rest,
        "cut": head,
        "move": some + head + rest,
        "add": head + bytes([(some[0] + length) % 256]) + data[at + 1 :] if some else data,
    }
    return changed[kind]
