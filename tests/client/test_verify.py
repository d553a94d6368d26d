# SPDX-License-Identifier: Apache-2.0
"""What the files of a release prove, and what they do not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from atr.checks.local_revision import hash_file
from atr.domain.artifact import FileEntry
from atr.domain.lifecycle import Phase
from atr.domain.names import FilePath, ReleaseKey
from atr.domain.project import ProductLine, Project
from atr.domain.release import Release
from atr.domain.revision import Revision
from atr.domain.vote import RoundState
from atr.services.release_metadata import render_metadata
from tests.client.conftest import NAME, RELEASE
from tests.support.door import NOON
from tests.support.keys import TestKey
from tests.support.terminal import Ended, Site, run_program
from tests.unit.domain.vote_samples import make_round


@pytest.fixture
def copy(dist: Path, signer: TestKey) -> Path:
    """Return what `atr download --with-evidence` leaves, made without a server."""
    key = ReleaseKey.parse(RELEASE)
    files = tuple(FileEntry(FilePath(path.name), hash_file(path)) for path in sorted(dist.iterdir()))
    revision = Revision(key, 1, files, NOON, "rm")
    vote = make_round(
        release=key, manifest_digest=revision.manifest_digest, state=RoundState.PASSED, summary="3 +1"
    )
    release = Release(key, Phase.RELEASED, NOON, "rm", NOON, 1, 1, released_at=NOON)
    described = (release, Project(key.project, "Demo"), ProductLine(key.line, "Demo"))
    (dist / "release.json").write_bytes(render_metadata(*described, revision, (vote,)))
    (dist / "KEYS").write_text(signer.armored)
    return dist


def verify(*words: str | Path) -> Ended:
    """Run the command with no server there at all."""
    return run_program("verify", *words, environment={"ATR_URL": "http://127.0.0.1:9", "ATR_TOKEN": None})


def test_a_download_is_proven_without_a_network(copy: Path, signer: TestKey) -> None:
    ended = verify(copy)
    assert ended.code == 0, ended
    for words in (
        "All 3 files of demo/1.0 are as listed; the manifest digest is sha512:",
        "round 1 on these bytes passed",
        f"{NAME}.sha512 is the checksum of {NAME}",
        f"{NAME} was signed by {signer.fingerprint} (Release Manager <rm@example.org>)",
        "is verified: 4 statements proven, nothing wrong.",
    ):
        assert words in ended.stdout, words


def damage_archive(copy: Path) -> None:
    with (copy / NAME).open("ab") as file:
        file.write(b"!")


def damage_listing(copy: Path) -> None:
    listing = copy / "release.json"
    found = json.loads(listing.read_text())
    found["files"][0]["size"] += 1
    listing.write_text(json.dumps(found))


def swap_keys(copy: Path) -> None:
    (copy / "KEYS").write_text(TestKey().armored)


def garble_checksum(copy: Path) -> None:
    (copy / f"{NAME}.sha512").write_text("no checksum at all")


def name_another(copy: Path) -> None:
    (copy / f"{NAME}.sha512").write_text(f"{'0' * 128}  other.tar.gz\n")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (damage_archive, "is not the file that was released"),
        (damage_archive, "is not the checksum of"),
        (damage_archive, "proves nothing: bad"),
        (damage_listing, "release.json was changed"),
        (swap_keys, "proves nothing: no key"),
        (garble_checksum, "cannot be read"),
        (name_another, "says nothing about"),
        (lambda copy: (copy / f"{NAME}.asc").unlink(), f"{NAME}.asc is missing."),
        (lambda copy: (copy / f"{NAME}.asc").unlink(), "has no signature beside it"),
        (lambda copy: (copy / "surprise.exe").write_text("x"), "surprise.exe is no file of demo/1.0."),
        (lambda copy: (copy / "KEYS").unlink(), "name a KEYS file with --keys"),
    ],
)
def test_whatever_is_wrong_is_said_and_ends_with_one(
    copy: Path, damage: Callable[[Path], object], reason: str
) -> None:
    damage(copy)
    ended = verify(copy)
    assert (ended.code, reason in ended.stdout, "is NOT what it should be" in ended.stdout) == (1, True, True)


def test_a_keys_file_of_ones_own_is_what_counts(copy: Path, signer: TestKey, tmp_path: Path) -> None:
    swap_keys(copy)
    trusted = tmp_path / "trusted"
    trusted.write_text(signer.armored)
    ended = verify(copy, "--keys", trusted)
    assert (ended.code, f"The keys came from {trusted}" in ended.stdout) == (0, True)


def test_keys_that_are_none_are_refused(copy: Path) -> None:
    (copy / "KEYS").write_text("no keys here")
    ended = verify(copy)
    assert (ended.code, "holds no public key" in ended.stderr) == (1, True)


def test_one_file_is_verified_with_what_stands_beside_it(copy: Path) -> None:
    (copy / "surprise.exe").write_text("not looked at")
    ended = verify(copy / NAME)
    assert (ended.code, "The 3 files of demo/1.0 are as listed" in ended.stdout) == (0, True)


def test_without_a_listing_signatures_are_still_proven(copy: Path) -> None:
    (copy / "release.json").unlink()
    ended = verify(copy)
    assert (ended.code, "There is no release.json" in ended.stdout) == (0, True)


@pytest.mark.parametrize("content", ["{", "{}", '{"format": 2}'])
def test_a_listing_that_is_none_is_refused(copy: Path, content: str) -> None:
    found = json.loads((copy / "release.json").read_text()) | json.loads(content) if content != "{" else None
    (copy / "release.json").write_text(json.dumps(found) if content == '{"format": 2}' else content)
    assert verify(copy).code == 1


def test_a_listing_that_leads_out_of_the_folder_is_refused(copy: Path) -> None:
    listing = copy / "release.json"
    found = json.loads(listing.read_text())
    found["files"][0]["path"] = "../outside"
    listing.write_text(json.dumps(found))
    assert "no metadata of a release" in verify(copy).stderr
    found["files"] = [found["files"][1], found["files"][1]]
    listing.write_text(json.dumps(found))
    assert "list a file twice" in verify(copy).stderr


def test_an_empty_folder_proves_nothing(tmp_path: Path) -> None:
    ended = verify(tmp_path)
    assert (ended.code, "no file here that a release consists of" in ended.stdout) == (1, True)


def test_what_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert verify(tmp_path / "nothing").code == 2


def test_the_report_is_the_json_and_fits_a_ballot(copy: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    printed = verify(copy, "--report", report, "--json").data
    written = json.loads(report.read_text())
    assert printed | {"verified_at": ""} == written | {"verified_at": ""}
    assert written["wrong"] == []
    assert written["release"] == RELEASE
    assert set(written["evidence"]) == {"verified", "manifest", "vote", "checksums", "signatures"}
    assert all(len(name) + len(said) <= 1000 for name, said in written["evidence"].items())


@pytest.mark.parametrize("path", ["/current/demo/1.0", "/current/demo/latest", "/releases/demo/1.0"])
def test_a_release_on_a_server_is_verified_by_its_address(released: Site, path: str) -> None:
    ended = released.do(None, "verify", f"{released.url}{path}")
    assert "The keys came from the same server as the files." in ended.stdout


def test_a_candidate_has_no_vote_yet(candidate: Site) -> None:
    ended = candidate.do(None, "verify", f"{candidate.url}/candidate/demo/1.0")
    assert "No vote on these bytes has passed yet." in ended.stdout


def test_an_address_without_a_release_is_a_failure(released: Site) -> None:
    ended = released.atr(None, "verify", f"{released.url}/current/demo/9.9")
    assert (ended.code, "There is nothing at /current/demo/9.9" in ended.stderr) == (1, True)
    assert released.atr(None, "verify", f"{released.url}/releases/nothing").code == 1
    assert released.atr(None, "verify", "http://127.0.0.1:9/current/demo/1.0").code == 3
