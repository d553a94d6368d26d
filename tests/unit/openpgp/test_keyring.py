# SPDX-License-Identifier: Apache-2.0
"""The keyring: signatures weighed with real mathematics, in this process and in others."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pysequoia import ArmorKind, armor

from atr.domain.key import SignatureState
from atr.openpgp.keyring import LocalKeyring, OpenPgpUnavailable, ProcessKeyring
from atr.openpgp.signing import SecretKey
from tests.support.keys import CERTIFY, SIGNED_AT, KeyPart, TestKey, make_rsa, write_keys_file
from tests.support.workers import wait_until

NOW = datetime(2025, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessKeyring]:
    with ProcessKeyring(1) as keyring:
        yield keyring


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.write_bytes(b"data" * 100_000)
    return path


KEYS = {
    "Ed25519": TestKey(),
    "with a subkey": TestKey(subkey=KeyPart()),
    "RSA": TestKey(KeyPart(make_rsa(2048))),
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS.keys())
@pytest.mark.parametrize("hash_name", ["sha256", "sha384", "sha512"])
def test_a_good_signature_is_good(data: Path, key: TestKey, hash_name: str) -> None:
    signature = key.sign(data.read_bytes(), hash_name=hash_name)
    verdict = LocalKeyring().verify_detached([TestKey().public, key.public], signature, data, NOW)
    assert (verdict.state, verdict.signed_at) == (SignatureState.GOOD, SIGNED_AT)
    assert (verdict.fingerprint, verdict.signing_key) == (key.fingerprint, key.signer.fingerprint)


def test_a_changed_file_is_bad(data: Path) -> None:
    key = TestKey()
    signature = key.sign(data.read_bytes())
    data.write_bytes(data.read_bytes() + b"!")
    assert LocalKeyring().verify_detached([key.public], signature, data, NOW).state is SignatureState.BAD


def test_a_changed_signature_is_not_good(data: Path) -> None:
    key = TestKey()
    other = TestKey().sign(data.read_bytes())
    forged = key.sign(b"other")
    keyring = LocalKeyring()
    assert keyring.verify_detached([key.public], other, data, NOW).state is SignatureState.NO_KEY
    assert keyring.verify_detached([key.public], forged, data, NOW).state is SignatureState.BAD
    assert keyring.verify_detached([key.public], b"", data, NOW).state is SignatureState.UNREADABLE


def test_a_signature_over_text_is_read_as_what_it_is(data: Path) -> None:
    key = TestKey()
    good = key.sign(data.read_bytes(), kind=1)
    assert LocalKeyring().verify_detached([key.public], good, data, NOW).state is SignatureState.GOOD
    bad = key.sign(b"other", kind=1)
    assert LocalKeyring().verify_detached([key.public], bad, data, NOW).state is SignatureState.BAD


@pytest.mark.parametrize("binding_hash", ["sha1", "md5"])
@pytest.mark.parametrize(
    "key",
    [
        TestKey(),
        TestKey(subkey=KeyPart()),
        TestKey(KeyPart(make_rsa(2048))),
        TestKey(KeyPart(make_rsa(2048)), KeyPart(make_rsa(3072)), flags=CERTIFY),
        TestKey(KeyPart(ec.generate_private_key(ec.SECP256R1()))),
    ],
)
def test_a_key_bound_with_a_broken_hash_is_believed_with_a_concern(
    data: Path, key: TestKey, binding_hash: str
) -> None:
    key = key.change(binding_hash=binding_hash)
    content = data.read_bytes()
    for kind in (0, 1):
        verdict = LocalKeyring().verify_detached([key.public], key.sign(content, kind=kind), data, NOW)
        assert (verdict.state, verdict.fingerprint) == (SignatureState.WEAK_BINDING, key.fingerprint)
        assert "SHA-1" in verdict.explain
    other = key.sign(content + b"x")
    assert LocalKeyring().verify_detached([key.public], other, data, NOW).state is SignatureState.BAD


def test_a_name_that_had_expired_is_a_weak_binding(data: Path) -> None:
    key = TestKey(names_last=timedelta(days=1))
    verdict = LocalKeyring().verify_detached([key.public], key.sign(data.read_bytes()), data, NOW)
    assert (verdict.state, verdict.explain) == (
        SignatureState.WEAK_BINDING,
        "The key's user ids had expired when it signed.",
    )


@pytest.mark.parametrize("key", [TestKey(), TestKey(subkey=KeyPart())])
def test_a_key_whose_older_bindings_were_not_kept_is_believed(data: Path, key: TestKey) -> None:
    renewed = key.change(bound_at=SIGNED_AT + timedelta(days=10))
    signature = key.sign(data.read_bytes())
    assert LocalKeyring().verify_detached([renewed.public], signature, data, NOW).state is SignatureState.GOOD


@pytest.mark.parametrize("binding_hash", ["sha1", "sha512"])
def test_a_subkey_that_never_answered_is_not_believed(data: Path, binding_hash: str) -> None:
    key = TestKey(subkey=KeyPart(), answers=False, binding_hash=binding_hash)
    verdict = LocalKeyring().verify_detached([key.public], key.sign(data.read_bytes()), data, NOW)
    assert verdict.state is SignatureState.UNUSABLE_KEY
    assert "nothing binds" in verdict.explain


def test_a_subkey_put_into_anothers_certificate_is_not_believed(data: Path) -> None:
    victim, thief = TestKey(binding_hash="sha1"), TestKey(subkey=KeyPart(), binding_hash="sha1")
    stolen = armor(victim.packets + thief.packets[thief.packets.index(b"\xce\xff") :], ArmorKind.PublicKey)
    (public,), _ = LocalKeyring().read_keys(stolen.encode())
    assert public.fingerprint == victim.fingerprint
    verdict = LocalKeyring().verify_detached([public], thief.sign(data.read_bytes()), data, NOW)
    assert verdict.state in {SignatureState.UNUSABLE_KEY, SignatureState.NO_KEY, SignatureState.CANNOT_SIGN}


def test_of_two_signatures_the_one_by_a_weakly_bound_key_counts_before_a_bad_one(data: Path) -> None:
    key = TestKey(binding_hash="sha1")
    both = TestKey().sign(data.read_bytes()) + b"\n" + key.sign(data.read_bytes())
    verdict = LocalKeyring().verify_detached([key.public], both, data, NOW)
    assert verdict.state is SignatureState.WEAK_BINDING


def test_one_good_signature_of_two_is_enough(data: Path) -> None:
    key = TestKey()
    both = key.sign(b"other") + b"\n" + key.sign(data.read_bytes())
    assert LocalKeyring().verify_detached([key.public], both, data, NOW).state is SignatureState.GOOD


def test_other_processes_come_to_the_same_verdicts(
    processes: ProcessKeyring, data: Path, tmp_path: Path
) -> None:
    key = TestKey()
    path = write_keys_file(tmp_path / "KEYS", key)
    keys, rejected = processes.read_keys(path.read_bytes())
    assert (keys, rejected) == LocalKeyring().read_keys(path.read_bytes())
    signature = key.sign(data.read_bytes())
    assert processes.verify_detached(keys, signature, data, NOW) == LocalKeyring().verify_detached(
        keys, signature, data, NOW
    )


def test_a_process_that_dies_is_replaced(processes: ProcessKeyring) -> None:
    processes.read_keys(b"")
    workers = [
        each for each in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(each.cmdline())
    ]
    for worker in workers:
        os.kill(worker.pid, signal.SIGKILL)
    psutil.wait_procs(workers, timeout=10)
    with pytest.raises(OpenPgpUnavailable, match="try again"):
        processes.read_keys(b"")
    assert processes.read_keys(TestKey().armored.encode())[0]


def test_the_processes_end_with_a_program_that_is_killed(tmp_path: Path) -> None:
    keys = tmp_path / "KEYS"
    keys.write_bytes(b"")
    script = (
        "import psutil, time\n"
        "from atr.openpgp.keyring import ProcessKeyring\n"
        "if __name__ == '__main__':\n"
        "    keyring = ProcessKeyring(1)\n"
        "    keyring.read_keys(b'')\n"
        "    print(psutil.Process().children()[-1].pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    program = tmp_path / "program.py"
    program.write_text(script)
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        process.kill()
    wait_until(lambda: not psutil.pid_exists(worker))


def test_closing_ends_the_processes_and_may_be_done_twice() -> None:
    keyring = ProcessKeyring(1)
    keyring.close()
    keyring.read_keys(b"")
    before = set(psutil.Process().children(recursive=True))
    keyring.close()
    keyring.close()
    assert len(set(psutil.Process().children(recursive=True))) < len(before)


def test_a_fresh_key_signs_a_file_beside_it(data: Path) -> None:
    key = SecretKey("Release Manager <rm@example.org>", validity_seconds=100_000)
    signature = key.sign(data)
    (public,), rejected = LocalKeyring().read_keys(key.public_armor.encode())
    assert (signature.name, rejected, public.fingerprint) == ("data.asc", (), key.fingerprint)
    verdict = LocalKeyring().verify_detached([public], signature.read_bytes(), data, datetime.now(UTC))
    assert verdict.state is SignatureState.GOOD


def test_a_fresh_key_can_be_revoked() -> None:
    (public,), _ = LocalKeyring().read_keys(SecretKey("A <a@example.org>").revoke().encode())
    assert public.revoked
