# SPDX-License-Identifier: Apache-2.0
"""The KEYS file: readable by people, and by whoever imports it again."""

from dataclasses import replace
from datetime import UTC, datetime

from atr.domain.key import PublicKey, SigningKey
from atr.domain.keys_file import write_keys_file
from atr.domain.names import Fingerprint, UserId

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ARMOR = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n"
KEY = PublicKey(
    Fingerprint("ab" * 20), "RSA", 4096, NOON, None, False, ("Ada <ada@example.org>", "A\nB"), (), ARMOR
)


def own(key: PublicKey) -> SigningKey:
    return SigningKey(key, UserId("ada"), NOON)


def test_every_key_has_a_header_before_its_block() -> None:
    expiring = replace(KEY, fingerprint=Fingerprint("cd" * 20), expires_at=NOON, user_ids=())
    text = write_keys_file("Demo", [own(expiring), own(KEY)]).decode()
    first, second = (text.index(mark) for mark in ("AB" * 20, "CD" * 20))
    assert first < second
    assert text.count("-----BEGIN PGP PUBLIC KEY BLOCK-----") == 2
    assert "pub   RSA 4096  2026-11-21\n" in text
    assert "pub   RSA 4096  2026-11-21  expires 2026-11-21\n" in text
    assert "uid   Ada <ada@example.org>\nuid   A B\n" in text
    assert "keys that sign releases of Demo" in text


def test_a_revoked_key_is_marked() -> None:
    assert b"2026-11-21  REVOKED\n" in write_keys_file("Demo", [own(KEY).revoke(NOON, "lost")])


def test_a_user_id_cannot_pass_for_a_key() -> None:
    sly = replace(KEY, user_ids=("-----BEGIN PGP PUBLIC KEY BLOCK-----",))
    assert write_keys_file("Demo", [own(sly)]).count(b"-----BEGIN PGP") == 1


def test_the_same_keys_give_the_same_bytes() -> None:
    other = replace(KEY, fingerprint=Fingerprint("cd" * 20))
    assert write_keys_file("D", [own(KEY), own(other)]) == write_keys_file("D", [own(other), own(KEY)])
