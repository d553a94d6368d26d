# SPDX-License-Identifier: Apache-2.0
"""What keys say of themselves, and what a signature by them is worth before any mathematics."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from atr.domain.key import (
    DetachedSignature,
    KeyProof,
    PublicKey,
    SignatureState,
    SigningKey,
    Subkey,
    find_signer,
    is_short,
    is_weak,
    judge_signature,
)
from atr.domain.names import Fingerprint, UserId

NOW = datetime(2026, 1, 10, tzinfo=UTC)
MADE_AT = NOW - timedelta(days=400)
PRIMARY = Fingerprint("a" * 24 + "0123456789abcdef")
SECOND = Fingerprint("b" * 40)
VERSION_6 = Fingerprint("c" * 64)

SUBKEY = Subkey(SECOND, "RSA", 4096, MADE_AT, None, revoked=False, can_sign=True)
KEY = PublicKey(PRIMARY, "Ed25519", None, MADE_AT, None, False, ("Ann <ann@example.org>",), (SUBKEY,), "")
SIGNATURE = DetachedSignature(PRIMARY, NOW - timedelta(days=1), None, "SHA-512", "EdDSA")
OWNED = SigningKey(KEY, UserId("ann"), MADE_AT)


def judge(key: PublicKey | None = KEY, signature: DetachedSignature = SIGNATURE) -> SignatureState:
    return judge_signature(signature, key, NOW).state


def test_a_type_names_the_size_only_where_there_is_one() -> None:
    assert KEY.type == "Ed25519"
    assert replace(KEY, algorithm="RSA", bits=4096).type == "RSA 4096"


def test_a_part_is_found_by_fingerprint_or_key_id() -> None:
    assert KEY.find_part(PRIMARY) == KEY.primary
    assert KEY.find_part("0123456789abcdef") == KEY.primary
    assert KEY.find_part(SECOND) == SUBKEY
    assert KEY.find_part("f" * 40) is None


def test_the_id_of_a_version_6_key_is_its_beginning() -> None:
    assert replace(SUBKEY, fingerprint=VERSION_6).is_named("c" * 16)


def test_a_signer_is_the_key_with_the_part_that_signed() -> None:
    by_subkey = replace(SIGNATURE, issuer=str(SECOND))
    assert find_signer([KEY], by_subkey) == KEY
    assert find_signer([], by_subkey) is None
    assert find_signer([KEY], replace(SIGNATURE, issuer=None)) is None


def test_a_good_signature_names_key_part_and_algorithm() -> None:
    verdict = judge_signature(replace(SIGNATURE, issuer=str(SECOND)), KEY, NOW)
    assert verdict.state is SignatureState.GOOD
    assert (verdict.fingerprint, verdict.signing_key) == (PRIMARY, SECOND)
    assert (verdict.algorithm, verdict.bits, verdict.hash) == ("RSA", 4096, "SHA-512")


def test_nobody_is_believed_without_a_key() -> None:
    assert judge(None) is SignatureState.NO_KEY
    assert judge(KEY, replace(SIGNATURE, issuer=None)) is SignatureState.NO_KEY
    assert judge(KEY, replace(SIGNATURE, issuer="f" * 40)) is SignatureState.NO_KEY


def test_a_revoked_key_is_refused() -> None:
    assert judge(replace(KEY, revoked=True)) is SignatureState.KEY_REVOKED


def test_a_revoked_subkey_is_refused_for_what_it_signed() -> None:
    key = replace(KEY, subkeys=(replace(SUBKEY, revoked=True),))
    assert judge(key, replace(SIGNATURE, issuer=str(SECOND))) is SignatureState.KEY_REVOKED
    assert judge(key) is SignatureState.GOOD


def test_a_key_that_is_not_for_signing_is_refused() -> None:
    assert judge(replace(KEY, can_sign=False)) is SignatureState.CANNOT_SIGN


@pytest.mark.parametrize("hash_name", ["MD5", "SHA-1", "RIPEMD-160"])
def test_a_broken_hash_is_refused(hash_name: str) -> None:
    assert judge(KEY, replace(SIGNATURE, hash=hash_name)) is SignatureState.WEAK_HASH


def test_a_signature_from_the_future_is_refused_beyond_the_tolerance() -> None:
    assert judge(KEY, replace(SIGNATURE, signed_at=NOW + timedelta(minutes=9))) is SignatureState.GOOD
    assert judge(KEY, replace(SIGNATURE, signed_at=NOW + timedelta(minutes=11))) is SignatureState.FUTURE


def test_a_key_must_have_been_alive_when_it_signed_but_may_have_ended_since() -> None:
    assert judge(replace(KEY, expires_at=SIGNATURE.signed_at)) is SignatureState.KEY_EXPIRED
    assert judge(replace(KEY, expires_at=NOW - timedelta(hours=1))) is SignatureState.GOOD


def test_a_subkey_that_had_expired_when_it_signed_is_refused() -> None:
    key = replace(KEY, subkeys=(replace(SUBKEY, expires_at=MADE_AT),))
    assert judge(key, replace(SIGNATURE, issuer=str(SECOND))) is SignatureState.KEY_EXPIRED


def test_a_signature_that_is_over_is_refused() -> None:
    assert judge(KEY, replace(SIGNATURE, expires_at=NOW)) is SignatureState.EXPIRED
    assert judge(KEY, replace(SIGNATURE, expires_at=NOW + timedelta(days=1))) is SignatureState.GOOD


@pytest.mark.parametrize(
    ("algorithm", "bits", "weak"),
    [
        ("DSA", 3072, True),
        ("RSA", 2047, True),
        ("RSA", None, True),
        ("RSA", 2048, False),
        ("Ed25519", None, False),
    ],
)
def test_weak_keys_are_dsa_and_small_rsa(algorithm: str, bits: int | None, *, weak: bool) -> None:
    assert is_weak(replace(SUBKEY, algorithm=algorithm, bits=bits)) is weak
    assert (judge(replace(KEY, algorithm=algorithm, bits=bits)) is SignatureState.WEAK_KEY) is weak


@pytest.mark.parametrize(
    ("algorithm", "bits", "year", "short"),
    [
        ("RSA", 2048, 2021, True),
        ("RSA", 2048, 2020, False),
        ("RSA", 3072, 2024, False),
        ("DSA", 2048, 2024, False),
    ],
)
def test_short_keys_are_rsa_made_too_late(algorithm: str, bits: int, year: int, *, short: bool) -> None:
    part = replace(SUBKEY, algorithm=algorithm, bits=bits, created_at=datetime(year, 6, 1, tzinfo=UTC))
    assert is_short(part) is short


def test_a_key_expires_soon_only_in_its_last_thirty_days() -> None:
    def ends(days: int) -> SigningKey:
        return replace(OWNED, key=replace(KEY, expires_at=NOW + timedelta(days=days)))

    assert [ends(days).expires_soon(NOW) for days in (31, 30, 0)] == [False, True, False]
    assert [ends(days).has_expired(NOW) for days in (31, 30, 0)] == [False, False, True]
    assert not OWNED.expires_soon(NOW)
    assert not OWNED.has_expired(NOW)


def test_the_first_revocation_stands() -> None:
    revoked = OWNED.revoke(NOW, "lost").revoke(NOW + timedelta(days=1), "found")
    assert (revoked.revoked_at, revoked.revocation_reason) == (NOW, "lost")
    assert revoked.is_revoked()
    assert not OWNED.is_revoked()
    assert replace(OWNED, key=replace(KEY, revoked=True)).is_revoked()
    assert revoked.fingerprint == PRIMARY


def test_a_key_names_the_addresses_of_its_user_ids_and_no_other() -> None:
    assert KEY.names_any(["other@example.org", "ANN@example.org"])
    assert replace(KEY, user_ids=("ann@example.org",)).names_any(["ann@example.org"])
    assert not KEY.names_any(["joann@example.org", "example.org", ""])
    assert not KEY.names_any([])


def test_a_proof_stands_until_somebody_else_proves_more() -> None:
    assert (OWNED.owner, OWNED.proven_owner) == ("ann", None)
    proven = OWNED.prove(UserId("ann"), KeyProof.CHALLENGE, NOW)
    assert (proven.proven_owner, proven.proven_at) == ("ann", NOW)
    assert proven.prove(UserId("ann"), KeyProof.DIRECTORY, NOW + timedelta(days=1)) == proven
    assert proven.prove(UserId("ben"), KeyProof.DIRECTORY, NOW).proven_owner == "ben"
