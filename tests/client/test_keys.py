# SPDX-License-Identifier: Apache-2.0
"""Signing keys: added, imported, shown, revoked."""

from pathlib import Path

import pytest
from pysequoia import Tsk

from atr.client.failures import Failed
from atr.client.gpg import sign_with_gpg
from atr.domain.names import Fingerprint
from tests.support.keys import TestKey, write_keys_file
from tests.support.playground import make_project
from tests.support.terminal import Site


@pytest.fixture
def demo(site: Site) -> Site:
    """Return the site with a project."""
    make_project(site.door)
    return site


@pytest.fixture
def key_file(tmp_path: Path, signer: TestKey) -> Path:
    """Return a public key in a file."""
    file = tmp_path / "key.asc"
    file.write_text(signer.armored)
    return file


def test_a_key_is_added_to_its_owner_and_a_project(demo: Site, key_file: Path, signer: TestKey) -> None:
    assert signer.fingerprint in demo.do("rm", "key", "add", key_file, "--project", "demo").stdout
    assert signer.fingerprint in demo.do("rm", "key", "list").stdout
    listed = demo.do(None, "key", "list", "--project", "demo", "--json").data["items"]
    assert [each["fingerprint"] for each in listed] == [signer.fingerprint]


def test_a_private_key_is_refused(demo: Site, tmp_path: Path) -> None:
    file = tmp_path / "secret.asc"
    file.write_text(str(Tsk.generate("RM <rm@example.org>")))
    ended = demo.atr("rm", "key", "add", file)
    assert (ended.code, "private" in ended.stderr or "secret" in ended.stderr) == (1, True), ended
    assert demo.do("rm", "key", "list", "--json").data == {"items": []}


def test_what_is_no_armored_key_is_refused_before_it_is_sent(demo: Site, tmp_path: Path) -> None:
    file = tmp_path / "key.gpg"
    file.write_bytes(b"\x99\x01")
    ended = demo.atr(None, "key", "add", file)
    assert (ended.code, "gpg --armor --export" in ended.stderr) == (1, True)


def test_an_oversized_file_is_refused_before_it_is_sent(demo: Site, tmp_path: Path) -> None:
    file = tmp_path / "KEYS"
    file.write_bytes(b"x" * (8 * 1024**2 + 1))
    ended = demo.atr(None, "key", "import-keys", file, "--project", "demo")
    assert (ended.code, "more than" in ended.stderr) == (1, True)


def test_a_keys_file_comes_in_and_each_bad_key_is_reported(
    demo: Site, tmp_path: Path, signer: TestKey
) -> None:
    file = write_keys_file(tmp_path / "KEYS", signer, TestKey())
    broken = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"
    file.write_bytes("Zoë\n".encode("latin-1") + file.read_bytes() + broken.encode())
    ended = demo.do("rm", "key", "import-keys", file, "--project", "demo")
    assert "2 keys in, 1 left out." in ended.stdout
    assert "Key 3" in ended.stderr


def test_a_key_is_shown_with_its_subkeys_and_itself(demo: Site, key_file: Path, signer: TestKey) -> None:
    demo.do("rm", "key", "add", key_file)
    assert "Release Manager" in demo.do(None, "key", "show", signer.fingerprint.upper()).stdout
    armored = demo.do(None, "key", "show", signer.fingerprint, "--armored").stdout
    assert armored.startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----")
    assert demo.do(None, "key", "show", signer.fingerprint, "--json").data["owner"] == "rm"


def test_a_key_is_revoked_for_a_reason(demo: Site, key_file: Path, signer: TestKey) -> None:
    demo.do("rm", "key", "add", key_file)
    assert demo.atr("rm", "key", "revoke", signer.fingerprint).code == 2
    demo.do("rm", "key", "revoke", signer.fingerprint, "--reason", "lost my laptop")
    assert "lost my laptop" in demo.do(None, "key", "show", signer.fingerprint).stdout


def test_a_key_is_attached_detached_and_removed(demo: Site, key_file: Path, signer: TestKey) -> None:
    demo.do("rm", "key", "add", key_file)
    demo.do("rm", "key", "attach", signer.fingerprint, "demo")
    assert demo.do(None, "key", "list", "--project", "demo", "--json").data["items"]
    demo.do("rm", "key", "detach", signer.fingerprint, "demo")
    demo.do("rm", "key", "delete", signer.fingerprint)
    assert demo.atr(None, "key", "show", signer.fingerprint).code == 1


def test_what_is_no_fingerprint_is_wrong_usage(demo: Site) -> None:
    assert demo.atr(None, "key", "show", "0xABC").code == 2


def test_a_key_is_proven_with_a_signed_text(
    demo: Site, key_file: Path, signer: TestKey, tmp_path: Path
) -> None:
    demo.do("rm", "key", "add", key_file)
    assert "owner proven" in demo.do(None, "key", "show", signer.fingerprint).stdout
    asked = demo.do("rm", "key", "prove", signer.fingerprint)
    assert "Sign this text before" in asked.stderr
    answer = tmp_path / "answer.asc"
    answer.write_bytes(signer.sign(asked.stdout.encode()))
    ended = demo.do("rm", "key", "prove", signer.fingerprint, "--answer", answer)
    assert f"The key {signer.fingerprint} is proven to be of Rm." in ended.stdout + ended.stderr
    assert demo.do("rm", "key", "list", "--json").data["items"][0]["proof"] == "challenge"


def test_an_answer_that_is_none_is_not_sent(demo: Site, tmp_path: Path, signer: TestKey) -> None:
    answer = tmp_path / "answer.asc"
    answer.write_text("yes")
    ended = demo.atr("rm", "key", "prove", signer.fingerprint, "--answer", answer)
    assert (ended.code, "holds no armored signature" in ended.stderr) == (1, True)


@pytest.mark.parametrize(("script", "words"), [("exit 2", "gpg did not sign"), (None, "no gpg")])
def test_without_a_signature_by_gpg_nothing_is_proven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, words: str
) -> None:
    if script is not None:
        make_program(tmp_path / "gpg", script)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failed, match=words):
        sign_with_gpg(Fingerprint("f" * 40), "text")


def test_gpg_on_this_machine_is_given_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_program(tmp_path / "gpg", 'echo "$*"; while read -r line; do echo "$line"; done; echo "$line"')
    monkeypatch.setenv("PATH", str(tmp_path))
    said = sign_with_gpg(Fingerprint("f" * 40), "text")
    assert said == f"--local-user {'f' * 40} --armor --detach-sign\ntext\n"


def make_program(path: Path, script: str) -> None:
    """Write a program that stands in for gpg."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
