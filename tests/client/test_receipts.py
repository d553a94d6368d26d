# SPDX-License-Identifier: Apache-2.0
"""Receipts and trials of policies from the command line."""

import json
from pathlib import Path

import httpx2
import pytest

from tests.client.conftest import RELEASE
from tests.support.terminal import Site

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture
def receipt(sealed: Site, tmp_path: Path) -> Path:
    """Return the receipt of alice's deciding ballot."""
    sealed.do("rm", "vote", "start", RELEASE)
    for voter in ("bob", "carol"):
        sealed.do(voter, "vote", "cast", RELEASE, "+1")
    file = tmp_path / "receipt.json"
    sealed.do("alice", "vote", "cast", RELEASE, "+1", "--receipt", file)
    return file


def keep_keys(site: Site, folder: Path) -> Path:
    """Return the public keys as anybody may have kept them."""
    file = folder / "keys.json"
    file.write_text(httpx2.get(f"{site.url}/api/v1/service-keys").text)
    return file


def test_a_receipt_is_verified_by_the_servers_keys_or_by_kept_ones(
    sealed: Site, receipt: Path, tmp_path: Path
) -> None:
    said = sealed.do(None, "vote", "receipt", "verify", receipt).stdout
    assert "alice voted +1 on demo/main/1.0, round 1." in said
    keys = keep_keys(sealed, tmp_path)
    sealed.environment["ATR_URL"] = "http://127.0.0.1:9"  # nobody is asked
    found = sealed.do(None, "vote", "receipt", "verify", receipt, "--keys", keys, "--json").data
    assert (found["voter"], found["counted"]) == ("alice", None)


def test_a_changed_receipt_and_what_is_none_are_found_out(
    sealed: Site, receipt: Path, tmp_path: Path
) -> None:
    envelope = json.loads(receipt.read_text())
    flipped = "B" if envelope["payload"][30] != "B" else "C"
    envelope["payload"] = envelope["payload"][:30] + flipped + envelope["payload"][31:]
    receipt.write_text(json.dumps(envelope))
    ended = sealed.atr(None, "vote", "receipt", "verify", receipt)
    assert (ended.code, "was changed" in ended.stderr) == (1, True)
    receipt.write_text("{}")
    assert "no DSSE envelope" in sealed.atr(None, "vote", "receipt", "verify", receipt).stderr
    keys = tmp_path / "none.json"
    keys.write_text("{}")
    assert "has no keys" in sealed.atr(None, "vote", "receipt", "verify", receipt, "--keys", keys).stderr


def test_the_ballot_is_found_among_those_of_the_result(sealed: Site, receipt: Path, tmp_path: Path) -> None:
    result = tmp_path / "round.json"
    result.write_text(sealed.do(None, "vote", "show", RELEASE, "--json").stdout)
    said = sealed.do(None, "vote", "receipt", "verify", receipt, "--result", result).stdout
    assert "among those of the result" in said
    kept = json.loads(result.read_text())
    others = [ballot for ballot in kept["ballots"] if ballot["voter"] != "alice"]
    for change, sentence in (
        ({"ballots": others}, "do not make the published root"),
        ({"ballots_root": None}, "not closed yet"),
        ({"round": None}, "is no round"),
    ):
        result.write_text(json.dumps({**kept, **change}))
        ended = sealed.atr(None, "vote", "receipt", "verify", receipt, "--result", result)
        assert (ended.code, sentence in ended.stderr) == (1, True), sentence


def test_a_ballot_of_another_vote_is_not_in_the_result(sealed: Site, receipt: Path, tmp_path: Path) -> None:
    result = tmp_path / "round.json"
    kept = sealed.do(None, "vote", "show", RELEASE, "--json").data
    nothing = {"ballots": [], "ballots_root": f"sha256:{EMPTY}"}
    result.write_text(json.dumps({**kept, **nothing}))
    ended = sealed.atr(None, "vote", "receipt", "verify", receipt, "--result", result)
    assert (ended.code, "NOT among" in ended.stderr) == (1, True)


def test_a_receipt_is_fetched_again(sealed: Site, receipt: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    sealed.do("alice", "vote", "receipt", "get", RELEASE, "--out", again)
    assert again.read_bytes() == receipt.read_bytes()
    printed = sealed.do("alice", "vote", "receipt", "get", RELEASE).data
    assert printed == json.loads(receipt.read_text())
    assert sealed.atr("rm", "vote", "receipt", "get", RELEASE).code == 1


def test_a_policy_is_tried_and_says_what_would_differ(sealed: Site, receipt: Path, tmp_path: Path) -> None:
    change = tmp_path / "change.toml"
    change.write_text("min_binding = 4\n")
    said = sealed.do(None, "policy", "simulate", "demo", "--change", change).stdout
    assert "would count as" in said.lower()
    assert "3 of 4 required binding +1 votes were cast." in said
    assert "1 outcome of 1 would differ." in said
    found = sealed.do(None, "policy", "simulate", "demo", "--change", change, "--json").data
    assert found["items"][0]["differs"]


def test_without_past_votes_there_is_nothing_to_try_it_on(project: Site, tmp_path: Path) -> None:
    change = tmp_path / "change.json"
    change.write_text("{}")
    ended = project.do(None, "policy", "simulate", "demo", "--change", change)
    assert "No vote is over yet." in ended.stderr


def test_somebody_who_was_refused_is_shown_to_the_release_manager(sealed: Site, receipt: Path) -> None:
    assert sealed.atr("dave", "vote", "cast", RELEASE, "-1").code == 1
    said = sealed.do("rm", "vote", "show", RELEASE).stdout
    assert "dave tried -1, refused: The vote is over: it passed." in said
