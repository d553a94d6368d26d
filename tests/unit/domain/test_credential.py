# SPDX-License-Identifier: Apache-2.0
"""Tokens are written so that scanners find them, and stored so that nobody can use them."""

import hashlib
import secrets

import pytest
from hypothesis import given
from hypothesis.strategies import text

from atr.domain.credential import hash_secret, is_token, write_token

RANDOM = "abcdefghijklmnopqrstuvwxyz0123456789-_"


def test_a_token_has_a_prefix_and_a_checksum() -> None:
    token = write_token(RANDOM)
    assert token.startswith(f"atr_{RANDOM}")
    assert is_token(token)


def test_random_tokens_are_recognised() -> None:
    assert all(is_token(write_token(secrets.token_urlsafe(32))) for _ in range(200))


@pytest.mark.parametrize("position", [5, 20, -1])
def test_a_mistyped_token_is_not_recognised(position: int) -> None:
    letters = list(write_token(RANDOM))
    letters[position] = "0" if letters[position] != "0" else "1"
    assert not is_token("".join(letters))


@given(text())
def test_other_text_is_no_token(anything: str) -> None:
    assert not is_token(anything)
    assert not is_token(f"atr_{anything}")


def test_secrets_are_stored_as_sha256() -> None:
    assert hash_secret("secret") == hashlib.sha256(b"secret").hexdigest()
    assert len(hash_secret("\ud800")) == 64
