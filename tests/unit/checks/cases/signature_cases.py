# SPDX-License-Identifier: Apache-2.0
"""Signatures and keys, good and bad."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.support.keys import CERTIFY, MADE_AT, SIGNED_AT, KeyPart, TestKey, make_dsa, make_rsa
from tests.unit.checks.cases.case import Case
from tests.unit.checks.examination import NAME, NOW, Release

DAY = timedelta(days=1)


def _sign_with(make: Callable[[], TestKey]) -> Callable[[Release], object]:
    def build(release: Release) -> None:
        release.key = make()
        release.add_source()

    return build


def _keep(_release: Release) -> None:
    """Leave the good release as it is."""


def _sign_otherwise(**how: object) -> Callable[[Release], object]:
    def build(release: Release) -> None:
        content = release.folder.joinpath(NAME).read_bytes()
        release.write(f"{NAME}.asc", release.key.sign(content, **how))  # type: ignore[arg-type]

    return build


def _sign_other_file(release: Release) -> None:
    release.write(f"{NAME}.asc", release.key.sign(b"something else"))


def _own_as(owner: str | None) -> Callable[[Release], object]:
    def build(release: Release) -> None:
        release.keys = (release.key.own(owner),)

    return build


def _claim(release: Release) -> None:
    release.keys = (release.key.claim("rm"),)


def _forget_key(release: Release) -> None:
    release.keys = (TestKey().own(),)


def _fill_signature(content: bytes) -> Callable[[Release], object]:
    return lambda release: release.write(f"{NAME}.asc", content)


def _say_uploader(uploader: str) -> Callable[[Release], object]:
    return lambda release: release.describe(uploader=uploader)


def _go_back(release: Release) -> None:
    release.describe(now=SIGNED_AT - DAY)


CASES: tuple[Case, ...] = (
    Case("signature.unreadable", "words", _fill_signature(b"nonsense"), finds=True),
    Case("signature.unreadable", "a signature in armor", _keep, finds=False),
    Case("signature.bad", "a signature over another file", _sign_other_file, finds=True),
    Case("signature.bad", "a signature over the file", _keep, finds=False),
    Case("signature.no-key", "a key the project does not know", _forget_key, finds=True),
    Case("signature.no-key", "a key of the project", _keep, finds=False),
    Case("signature.key-expired", "a key over", _sign_with(lambda: TestKey(lasts=30 * DAY)), finds=True),
    Case(
        "signature.key-expired",
        "a key that was valid when it signed",
        _sign_with(lambda: TestKey(lasts=NOW - MADE_AT - DAY)),
        finds=False,
    ),
    Case("signature.key-revoked", "a revoked key", _sign_with(lambda: TestKey(revoked=True)), finds=True),
    Case("signature.key-revoked", "a good key", _keep, finds=False),
    Case(
        "signature.key-cannot-sign",
        "a key for certifying only",
        _sign_with(lambda: TestKey(flags=CERTIFY)),
        finds=True,
    ),
    Case(
        "signature.key-cannot-sign",
        "a signing subkey of such a key",
        _sign_with(lambda: TestKey(subkey=KeyPart(), flags=CERTIFY)),
        finds=False,
    ),
    Case("signature.key-weak", "a DSA key", _sign_with(lambda: TestKey(KeyPart(make_dsa()))), finds=True),
    Case(
        "signature.key-weak",
        "an RSA key of 1024 bits",
        _sign_with(lambda: TestKey(KeyPart(make_rsa(1024)))),
        finds=True,
    ),
    Case(
        "signature.key-weak",
        "an RSA key of 2048 bits",
        _sign_with(lambda: TestKey(KeyPart(make_rsa(2048)))),
        finds=False,
    ),
    Case("signature.hash-weak", "SHA-1", _sign_otherwise(hash_name="sha1"), finds=True),
    Case("signature.hash-weak", "MD5", _sign_otherwise(hash_name="md5"), finds=True),
    Case("signature.hash-weak", "SHA-256", _sign_otherwise(hash_name="sha256"), finds=False),
    Case("signature.future", "a signature of tomorrow", _go_back, finds=True),
    Case("signature.future", "a signature of last month", _keep, finds=False),
    Case("signature.expired", "a signature that is over", _sign_otherwise(lasts=DAY), finds=True),
    Case("signature.expired", "one that lasts", _sign_otherwise(lasts=100 * DAY), finds=False),
    Case(
        "signature.key-unusable",
        "a subkey that does not answer",
        _sign_with(lambda: TestKey(subkey=KeyPart(), answers=False)),
        finds=True,
    ),
    Case(
        "signature.key-unusable",
        "a key bound with SHA-1",
        _sign_with(lambda: TestKey(binding_hash="sha1")),
        finds=False,
    ),
    Case(
        "signature.key-binding-weak",
        "a key bound with SHA-1",
        _sign_with(lambda: TestKey(binding_hash="sha1")),
        finds=True,
    ),
    Case(
        "signature.key-binding-weak",
        "a key whose older bindings were not kept",
        _sign_with(lambda: TestKey(bound_at=SIGNED_AT + DAY)),
        finds=False,
    ),
    Case(
        "signature.key-short",
        "an RSA key of 2048 bits of today",
        _sign_with(lambda: TestKey(KeyPart(make_rsa(2048)))),
        finds=True,
    ),
    Case(
        "signature.key-short",
        "an RSA key of 2048 bits of 2020",
        _sign_with(lambda: TestKey(KeyPart(make_rsa(2048), datetime(2020, 12, 31, tzinfo=UTC)))),
        finds=False,
    ),
    Case(
        "signature.key-expires-soon",
        "a key that ends in 20 days",
        _sign_with(lambda: TestKey(lasts=NOW - MADE_AT + 20 * DAY)),
        finds=True,
    ),
    Case(
        "signature.key-expires-soon",
        "a key that ends in 31 days",
        _sign_with(lambda: TestKey(lasts=NOW - MADE_AT + 31 * DAY)),
        finds=False,
    ),
    Case(
        "signature.key-expired-now",
        "a key that ended yesterday",
        _sign_with(lambda: TestKey(lasts=NOW - MADE_AT - DAY)),
        finds=True,
    ),
    Case("signature.key-expired-now", "a key without an end", _keep, finds=False),
    Case("signature.not-uploader", "another's upload", _say_uploader("somebody"), finds=True),
    Case("signature.not-uploader", "the signer's upload", _say_uploader("rm"), finds=False),
    Case("signature.owner-unproven", "a key of nobody", _own_as(None), finds=True),
    Case("signature.owner-unproven", "a key that somebody only claims", _claim, finds=True),
    Case("signature.owner-unproven", "a key whose owner proved it", _keep, finds=False),
)
