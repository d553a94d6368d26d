# SPDX-License-Identifier: Apache-2.0
"""Signatures over a text, in the forms that programs write."""

from datetime import UTC, datetime

import pytest

from atr.domain.key import SignatureState
from atr.openpgp.answers import LARGEST_ANSWER
from atr.openpgp.keyring import LocalKeyring, ProcessKeyring
from tests.support.keys import KeyPart, TestKey

NOW = datetime(2025, 7, 1, tzinfo=UTC)
TEXT = "I own this key - and say so"


def weigh(key: TestKey, answer: bytes) -> SignatureState:
    return LocalKeyring().verify_answer(key.public, TEXT, answer, NOW).state


def clear_sign(key: TestKey, text: str, end: str = "\n") -> bytes:
    """Return the text clear-signed, as gpg writes it."""
    signature = key.sign("\r\n".join(text.splitlines()).encode(), kind=1).decode()
    lines = [f"- {line}" if line.startswith("-") else line for line in text.splitlines()]
    head = ["-----BEGIN PGP SIGNED MESSAGE-----", "Hash: SHA512", "", *lines, signature]
    return end.join(head).encode()


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
@pytest.mark.parametrize("kind", [0, 1])
def test_a_detached_signature_counts_with_and_without_a_line_end(ending: str, kind: int) -> None:
    key = TestKey(subkey=KeyPart())
    text = TEXT + (ending if kind == 0 else ending.replace("\n", "\r\n").replace("\r\r", "\r"))
    assert weigh(key, key.sign(text.encode(), kind=kind)) is SignatureState.GOOD


@pytest.mark.parametrize("key", [TestKey(), TestKey(binding_hash="sha1")])
@pytest.mark.parametrize("text", [TEXT, f"{TEXT}  ", f"\n{TEXT}\n"])
def test_a_clear_signed_text_counts(key: TestKey, text: str) -> None:
    signed = clear_sign(key, text.rstrip(" "))
    assert weigh(key, signed) in {SignatureState.GOOD, SignatureState.WEAK_BINDING}


def test_another_text_is_no_answer() -> None:
    key = TestKey()
    assert weigh(key, clear_sign(key, "Something else")) is SignatureState.BAD
    assert weigh(key, key.sign(b"Something else")) is SignatureState.BAD
    changed = clear_sign(key, "Something else").replace(b"Something else", TEXT.encode())
    assert weigh(key, changed) is SignatureState.BAD


def test_another_key_is_no_answer() -> None:
    assert weigh(TestKey(), TestKey().sign(TEXT.encode())) is SignatureState.NO_KEY


@pytest.mark.parametrize("answer", [b"", b"yes", b"x" * (LARGEST_ANSWER + 1)])
def test_what_is_no_signature_is_no_answer(answer: bytes) -> None:
    assert weigh(TestKey(), answer) is SignatureState.UNREADABLE


def test_other_processes_say_the_same() -> None:
    key = TestKey()
    with ProcessKeyring(1) as keyring:
        assert keyring.verify_answer(key.public, TEXT, key.sign(TEXT.encode()), NOW).state == "good"
