# SPDX-License-Identifier: Apache-2.0
"""Sealed texts open for their owner under the same master secret alone; digests serve one purpose each."""

import pytest

from atr.ports.vault import Sealed, Unreadable
from atr.vault import MasterVault

VAULT = MasterVault("one master secret of the tests, long")
OTHER = MasterVault("another master secret of the tests!")


def test_a_sealed_text_opens_for_its_owner() -> None:
    assert VAULT.unseal(VAULT.seal("wanda@visitors.example", "one"), "one") == "wanda@visitors.example"


def test_the_same_text_is_sealed_differently_each_time() -> None:
    first, second = VAULT.seal("text", "one"), VAULT.seal("text", "one")
    assert {first.text, first.key}.isdisjoint({second.text, second.key})
    assert b"text" not in first.text


@pytest.mark.parametrize("part", ["text", "key"])
def test_changed_bytes_do_not_open(part: str) -> None:
    sealed = VAULT.seal("text", "one")
    changed = {each: getattr(sealed, each) for each in ("text", "key")}
    changed[part] = changed[part][:-1] + bytes([changed[part][-1] ^ 1])
    with pytest.raises(Unreadable):
        VAULT.unseal(Sealed(**changed), "one")


def test_neither_another_owner_nor_another_master_secret_opens_it() -> None:
    sealed = VAULT.seal("text", "one")
    for vault, owner in ((VAULT, "two"), (OTHER, "one")):
        with pytest.raises(Unreadable):
            vault.unseal(sealed, owner)


def test_a_key_that_was_cut_off_is_refused_with_words() -> None:
    with pytest.raises(Unreadable):
        VAULT.unseal(Sealed(VAULT.seal("text", "one").text, b""), "one")


def test_a_digest_depends_on_purpose_parts_and_secret() -> None:
    digests = {
        VAULT.digest("a", "b", "c"),
        VAULT.digest("a", "bc"),
        VAULT.digest("ab", "c"),
        OTHER.digest("a", "b", "c"),
    }
    assert len(digests) == 4
    assert VAULT.digest("a", "b", "c") == VAULT.digest("a", "b", "c")


def test_nothing_secret_is_shown_by_accident() -> None:
    assert repr(Sealed(b"a", b"b")) == "Sealed()"
