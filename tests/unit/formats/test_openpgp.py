# SPDX-License-Identifier: Apache-2.0
"""Keys and signatures as values, and KEYS files with everything that is found in them."""

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies
from pysequoia import ArmorKind, CipherSuite, Profile, Tsk, armor

from atr.domain.errors import Invalid
from atr.formats.openpgp import PRIVATE_KEY, read_keys, read_signatures
from tests.support.keys import (
    CERTIFY,
    ENCRYPT,
    MADE_AT,
    SIGN,
    SIGNED_AT,
    KeyPart,
    TestKey,
    make_dsa,
    make_rsa,
    write_keys_file,
)

DAY = timedelta(days=1)


def test_a_key_says_all_that_is_asked_of_it() -> None:
    subkey = KeyPart(make_rsa(2048))
    key = TestKey(subkey=subkey, lasts=30 * DAY, subkey_lasts=10 * DAY, flags=CERTIFY).public
    assert (key.type, key.created_at, key.expires_at) == ("Ed25519", MADE_AT, MADE_AT + 30 * DAY)
    assert (key.user_ids, key.can_sign, key.revoked) == (("Release Manager <rm@example.org>",), False, False)
    assert [(each.fingerprint, each.algorithm, each.bits) for each in key.subkeys] == [
        (subkey.fingerprint, "RSA", 2048)
    ]
    assert (key.subkeys[0].expires_at, key.subkeys[0].can_sign) == (MADE_AT + 10 * DAY, True)


def test_a_subkey_for_encryption_cannot_sign() -> None:
    assert not TestKey(subkey=KeyPart(), subkey_flags=ENCRYPT).public.subkeys[0].can_sign


def test_revocations_are_seen() -> None:
    assert TestKey(revoked=True).public.revoked
    of_subkey = TestKey(subkey=KeyPart(), subkey_revoked=True).public
    assert of_subkey.subkeys[0].revoked
    assert not of_subkey.revoked


def test_an_old_weak_key_can_still_be_shown() -> None:
    assert TestKey(KeyPart(make_dsa()), binding_hash="sha1").public.type == "DSA 2048"
    assert TestKey(KeyPart(make_rsa(1024)), binding_hash="md5").public.type == "RSA 1024"


@pytest.mark.parametrize(
    ("suite", "profile", "kind"),
    [
        (CipherSuite.P256, Profile.RFC4880, "ECDSA P-256"),
        (CipherSuite.P521, Profile.RFC4880, "ECDSA P-521"),
        (CipherSuite.Cv448, Profile.RFC9580, "Ed448"),
        (CipherSuite.Cv25519, Profile.RFC9580, "Ed25519"),
    ],
)
def test_newer_algorithms_are_named(suite: CipherSuite, profile: Profile, kind: str) -> None:
    secret = Tsk.generate("A <a@example.org>", cipher_suite=suite, profile=profile)
    (key,), rejected = read_keys(str(secret.extract_certificate()).encode())
    assert (key.type, rejected) == (kind, ())
    assert any(part.can_sign for part in (key.primary, *key.subkeys))


def test_a_binary_key_is_read_too() -> None:
    key = TestKey()
    (found,), rejected = read_keys(key.packets)
    assert (found.fingerprint, rejected) == (key.fingerprint, ())


def test_one_block_may_hold_several_keys() -> None:
    first, second = TestKey(), TestKey()
    found, rejected = read_keys(armor(first.packets + second.packets, ArmorKind.PublicKey).encode())
    assert ([key.fingerprint for key in found], rejected) == ([first.fingerprint, second.fingerprint], ())


def test_copies_of_one_key_are_merged_so_that_a_revocation_counts() -> None:
    key = TestKey()
    found, _ = read_keys(f"{key.armored}\n{key.change(revoked=True).armored}\n{key.armored}".encode())
    assert [each.revoked for each in found] == [True]


def test_a_private_key_is_refused_by_name() -> None:
    secret = Tsk.generate("Ann <ann@example.org>")
    relabelled = armor(bytes(secret), ArmorKind.PublicKey)
    for data in (str(secret).encode(), bytes(secret), relabelled.encode()):
        found, rejected = read_keys(data)
        assert found == ()
        assert [each.reason for each in rejected] == [PRIVATE_KEY]


def test_each_bad_block_of_a_keys_file_is_reported_with_place_and_name(tmp_path: Path) -> None:
    good, other = TestKey(), TestKey(user_id="Ben <ben@example.org>")
    text = write_keys_file(tmp_path / "KEYS", good).read_text()
    damaged = other.armored.splitlines()
    damaged[5] = damaged[5][:20]
    text += "\nuid           [ unknown] Ben <ben@example.org>\n\n" + "\n".join(damaged)
    text += f"\nsome words\n{good.sign(b'x').decode()}"
    text += f"\n{other.armored.partition('-----END')[0]}"
    text += f"\n{other.armored}"
    found, rejected = read_keys(text.encode())
    assert [key.fingerprint for key in found] == [good.fingerprint, other.fingerprint]
    assert [(each.position, each.label) for each in rejected] == [
        (2, "Ben <ben@example.org>"),
        (3, "some words"),
        (4, ""),
    ]
    assert "cannot be read" in rejected[0].reason
    assert rejected[1].reason == "it is a PGP SIGNATURE, not a public key"
    assert rejected[2].reason == "the block has no END line"


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----"]
)
def test_what_is_no_key_is_refused(data: bytes) -> None:
    found, rejected = read_keys(data)
    assert found == ()
    assert [each.reason for each in rejected] == ["there is no OpenPGP key in it"]


def test_packets_that_are_no_key_are_refused() -> None:
    packet = TestKey().signer.sign(b"", 0, "sha512", b"")
    _, rejected = read_keys(packet)
    assert [each.reason for each in rejected] == ["it holds no public key"]


def test_an_unprintable_user_id_cannot_command_a_terminal() -> None:
    assert TestKey(user_id="Ann\x1b[2J <a@example.org>").public.user_ids == ("Ann\ufffd[2J <a@example.org>",)


def test_three_hundred_keys_are_read(tmp_path: Path) -> None:
    path = write_keys_file(
        tmp_path / "KEYS", *(TestKey(user_id=f"N{number} <n@example.org>") for number in range(300))
    )
    found, rejected = read_keys(path.read_bytes())
    assert (len(found), rejected) == (300, ())


@given(strategies.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    found, rejected = read_keys(data)
    assert found or rejected


@given(strategies.integers(0, 400), strategies.binary(min_size=1, max_size=8))
def test_a_damaged_key_is_read_or_refused(at: int, noise: bytes) -> None:
    packets = TestKey(KeyPart(make_rsa(1024))).packets
    found, rejected = read_keys(packets[:at] + noise + packets[at + len(noise) :])
    assert found or rejected


def test_a_signature_says_who_made_it_when_and_how() -> None:
    key = TestKey(subkey=KeyPart())
    (signature,) = read_signatures(key.sign(b"data", hash_name="sha256", lasts=DAY))
    assert signature.issuer == key.signer.fingerprint
    assert (signature.signed_at, signature.expires_at) == (SIGNED_AT, SIGNED_AT + DAY)
    assert (signature.hash, signature.algorithm) == ("SHA-256", "EdDSA")


def test_several_signatures_are_all_read() -> None:
    keys = TestKey(), TestKey()
    data = b"\n".join(key.sign(b"data") for key in keys)
    assert [each.issuer for each in read_signatures(data)] == [key.fingerprint for key in keys]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no armored PGP SIGNATURE"),
        (TestKey().armored.encode(), "no armored PGP SIGNATURE"),
        (b"-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n" + TestKey().sign(b"x"), "signed message"),
        (TestKey().sign(b"x")[:120] + b"\n-----END PGP SIGNATURE-----\n", "damaged"),
        (armor(TestKey().packets, ArmorKind.Signature).encode(), "something else"),
        (b"-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n", "no signature"),
        (TestKey().sign(b"x", kind=0x10), "no signature over a document"),
    ],
)
def test_what_is_no_detached_signature_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_signatures(data)


def test_a_signature_without_a_time_is_refused() -> None:
    packet = KeyPart().sign(b"x", 0, "sha512", b"")
    with pytest.raises(Invalid, match="when it was made"):
        read_signatures(armor(packet, ArmorKind.Signature).encode())


def test_a_key_without_flags_may_sign_only_as_an_old_primary_key() -> None:
    assert replace(TestKey(KeyPart(make_rsa(2048))), flags=SIGN).public.can_sign


def test_a_signature_by_a_key_of_an_unknown_version_is_refused() -> None:
    """Found by fuzzing: the library reads such a packet and cannot write it."""
    lines = TestKey().sign(b"content").splitlines()
    packet = bytearray(base64.b64decode(b"".join(lines[lines.index(b"") + 1 : -2])))
    packet[packet.index(b"\x21\x04") + 1] = 7
    text = b"-----BEGIN PGP SIGNATURE-----\n\n%b-----END PGP SIGNATURE-----\n" % base64.encodebytes(packet)
    with pytest.raises(Invalid, match="It is damaged"):
        read_signatures(text)
