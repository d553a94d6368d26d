# SPDX-License-Identifier: Apache-2.0
"""Gathering and hashing what passes by."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists

from atr.storage.digesting import BLOCK_BYTES, gather_blocks, hash_chunks


@given(lists(integers(0, BLOCK_BYTES * 2), max_size=6))
def test_blocks_are_the_same_bytes_and_large_but_for_the_last(sizes: list[int]) -> None:
    chunks = [bytes([index]) * size for index, size in enumerate(sizes)]
    blocks = list(gather_blocks(chunks))
    assert b"".join(blocks) == b"".join(chunks)
    assert all(len(block) >= BLOCK_BYTES for block in blocks[:-1])
    assert all(blocks)


def test_what_came_before_a_failure_is_passed_on_before_the_failure() -> None:
    def fail_late() -> Iterator[bytes]:
        yield b"a"
        yield b"b"
        raise ConnectionResetError

    seen: list[bytes] = []
    with pytest.raises(ConnectionResetError):
        seen.extend(gather_blocks(fail_late()))
    assert seen == [b"ab"]


def test_a_consumer_that_stops_early_is_left_alone() -> None:
    blocks = gather_blocks([b"x" * BLOCK_BYTES, b"y"])
    assert next(blocks)[:1] == b"x"
    blocks.close()  # type: ignore[attr-defined]  # every generator has it


def test_both_digests_and_the_size_come_from_one_pass() -> None:
    content = hash_chunks([b"a", b"bc"])
    assert content.size == 3
    assert content.sha512.hex.startswith("ddaf35a193617aba")
    assert content.sha256.hex.startswith("ba7816bf8f01cfea")
