# SPDX-License-Identifier: Apache-2.0
"""Each rule about signatures and their keys, from a real key to the finding."""

from datetime import UTC, datetime, timedelta

import pytest

from atr.domain.check import Severity
from tests.support.archives import TarMember, make_source
from tests.support.keys import CERTIFY, ENCRYPT, MADE_AT, SIGNED_AT, KeyPart, TestKey, make_dsa, make_rsa
from tests.unit.checks.examination import NAME, NOW, MemoryCache, Release

DAY = timedelta(days=1)


def rules_with(release: Release, key: TestKey) -> list[str]:
    """Return what is found when this key signs and the project knows it."""
    release.key = key
    release.add_source()
    return release.rules


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        (TestKey(lasts=30 * DAY), "signature.key-expired"),
        (TestKey(subkey=KeyPart(), subkey_lasts=30 * DAY), "signature.key-expired"),
        (TestKey(revoked=True), "signature.key-revoked"),
        (TestKey(subkey=KeyPart(), subkey_revoked=True), "signature.key-revoked"),
        (TestKey(flags=CERTIFY), "signature.key-cannot-sign"),
        (TestKey(subkey=KeyPart(), subkey_flags=ENCRYPT), "signature.key-cannot-sign"),
        (TestKey(KeyPart(make_dsa())), "signature.key-weak"),
        (TestKey(KeyPart(make_rsa(1024))), "signature.key-weak"),
        (TestKey(binding_hash="sha1"), "signature.key-binding-weak"),
        (TestKey(KeyPart(make_rsa(2048))), "signature.key-short"),
        (TestKey(lasts=NOW - MADE_AT + 20 * DAY), "signature.key-expires-soon"),
        (TestKey(lasts=NOW - MADE_AT - DAY), "signature.key-expired-now"),
        (TestKey(subkey=KeyPart(), subkey_lasts=NOW - MADE_AT - DAY), "signature.key-expired-now"),
    ],
)
def test_each_fault_of_a_key_is_named(release: Release, key: TestKey, rule: str) -> None:
    assert rules_with(release, key) == [rule]


@pytest.mark.parametrize(
    "key",
    [
        TestKey(subkey=KeyPart()),
        TestKey(subkey=KeyPart(), flags=CERTIFY),
        TestKey(KeyPart(make_rsa(2048), datetime(2020, 12, 31, tzinfo=UTC))),
        TestKey(lasts=NOW - MADE_AT + 31 * DAY),
    ],
)
def test_good_keys_find_nothing(release: Release, key: TestKey) -> None:
    assert rules_with(release, key) == []


def test_a_changed_file_is_found(release: Release) -> None:
    release.write(f"{NAME}.asc", release.key.sign(b"something else"))
    (finding,) = [each for each in release.examine() if each.rule.startswith("signature")]
    assert (finding.rule, finding.severity, finding.artifact) == ("signature.bad", Severity.BLOCKER, NAME)
    assert finding.data["fingerprint"] == release.key.fingerprint


def test_a_signature_by_a_strange_key_is_found(release: Release) -> None:
    release.keys = (TestKey().own(),)
    assert release.rules == ["signature.no-key"]
    release.keys = ()
    assert release.rules == ["signature.no-key"]


def test_a_key_that_its_owner_took_back_is_revoked(release: Release) -> None:
    release.keys = (release.key.own().revoke(NOW, "lost"),)
    assert release.rules == ["signature.key-revoked"]


@pytest.mark.parametrize("hash_name", ["sha1", "md5"])
def test_a_broken_hash_is_found(release: Release, hash_name: str) -> None:
    content = release.folder.joinpath(NAME).read_bytes()
    release.write(f"{NAME}.asc", release.key.sign(content, hash_name=hash_name))
    assert release.rules == ["signature.hash-weak"]


def test_time_is_asked_of_the_facts(release: Release) -> None:
    release.describe(now=SIGNED_AT - DAY)
    assert release.rules == ["signature.future"]


def test_a_signature_that_is_over_is_found(release: Release) -> None:
    content = release.folder.joinpath(NAME).read_bytes()
    release.write(f"{NAME}.asc", release.key.sign(content, lasts=DAY))
    assert release.rules == ["signature.expired"]


@pytest.mark.parametrize("content", [b"nonsense", b"x" * 300_000])
def test_what_is_no_signature_is_found(release: Release, content: bytes) -> None:
    release.write(f"{NAME}.asc", content)
    assert release.rules == ["signature.unreadable"]


def test_the_best_of_several_signatures_counts(release: Release) -> None:
    content = release.folder.joinpath(NAME).read_bytes()
    both = TestKey().sign(content) + b"\n" + release.key.sign(content)
    release.write(f"{NAME}.asc", both)
    assert release.rules == []


def test_a_signer_who_did_not_upload_is_a_concern(release: Release) -> None:
    release.describe(uploader="somebody")
    assert release.rules == ["signature.not-uploader"]
    release.describe(uploader=None)
    assert release.rules == []


def test_a_key_without_a_proven_owner_is_noted(release: Release) -> None:
    release.keys = (release.key.own(None),)
    assert release.rules == ["signature.owner-unproven"]


def test_an_owner_who_proved_nothing_is_not_taken_for_the_signer(release: Release) -> None:
    release.keys = (release.key.claim("somebody"),)
    (finding,) = [each for each in release.examine() if each.rule.startswith("signature")]
    assert (finding.rule, finding.severity) == ("signature.owner-unproven", Severity.SUGGESTION)
    assert finding.message.endswith("though somebody says to be its owner.")


def test_a_file_that_changes_under_its_signature_is_proven_again(release: Release) -> None:
    release.cache = MemoryCache()
    assert release.rules == []
    release.folder.joinpath(NAME).write_bytes(make_source("example-1.0", [TarMember("example-1.0/new")]))
    assert "signature.bad" in release.rules
