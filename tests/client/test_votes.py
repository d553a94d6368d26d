# SPDX-License-Identifier: Apache-2.0
"""Votes from the command line."""

import json
from pathlib import Path

import pytest

from tests.client.conftest import RELEASE
from tests.support.door import SettableClock
from tests.support.terminal import Site


@pytest.fixture
def voting(sealed: Site, tmp_path: Path) -> Site:
    """Return the site with an open vote of three days."""
    policy = tmp_path / "longer.json"
    policy.write_text('{"min_hours": 72}')
    sealed.do("alice", "project", "policy", "set", "demo", policy)
    sealed.do("rm", "vote", "start", RELEASE)
    return sealed


def test_a_vote_is_opened_on_the_sealed_bytes(sealed: Site) -> None:
    said = sealed.do("rm", "vote", "start", RELEASE, "--hours", "100").stdout
    assert "Round 1 of demo/1.0 is open." in said
    assert "0 of 3 required binding +1 votes were cast." in said


def test_a_vote_is_looked_at_before_it_is_opened(sealed: Site) -> None:
    said = sealed.do("rm", "vote", "start", RELEASE, "--preview", "--hours", "96").stdout
    for words in ("[VOTE] Release Sample Demo 1.0", "alice, bob, carol", "dev@demo.example.org", "Hello,"):
        assert words in said, words
    found = sealed.do("rm", "vote", "start", RELEASE, "--preview", "--json").data
    assert (found["reasons"], found["revision"]) == ([], 1)
    assert sealed.atr("rm", "vote", "show", RELEASE).code == 1


def test_a_vote_that_cannot_begin_is_refused_with_every_reason(project: Site) -> None:
    project.do("rm", "release", "create", RELEASE)
    ended = project.atr("rm", "vote", "start", RELEASE)
    assert (ended.code, "cannot go to vote" in ended.stderr) == (1, True)


@pytest.mark.parametrize("choice", ["+1", "0", "-1", "+0.5"])
def test_every_choice_is_understood_as_an_argument(voting: Site, choice: str) -> None:
    cast = voting.do("alice", "vote", "cast", RELEASE, choice, "--comment", "built it", "--json").data
    assert (cast["text"], cast["via"], cast["comment"]) == (choice, "command line", "built it")


def test_a_vote_against_may_stand_behind_two_dashes(voting: Site) -> None:
    assert "You voted -1" in voting.do("alice", "vote", "cast", "--comment", "no", RELEASE, "--", "-1").stdout


@pytest.mark.parametrize("choice", ["yes", "-2", "--no"])
def test_what_is_no_vote_is_wrong_usage(voting: Site, choice: str) -> None:
    assert voting.atr("alice", "vote", "cast", RELEASE, choice).code == 2


def test_the_count_is_shown_with_ballots_and_unmet_conditions(voting: Site) -> None:
    voting.do("alice", "vote", "cast", RELEASE, "+1", "--comment", "fine")
    voting.do("dave", "vote", "cast", RELEASE, "-1")
    said = voting.do(None, "vote", "show", RELEASE).stdout
    for words in ("1 +1, 0 0, 0 -1", "0 +1, 0 0, 1 -1", "1 of 3 required", "Alice", "fine", "bob, carol"):
        assert words in said, words
    assert voting.do(None, "vote", "show", RELEASE, "--round", "1", "--json").data["round"] == 1


def test_a_round_that_is_not_there_is_a_failure(voting: Site) -> None:
    ended = voting.atr(None, "vote", "show", RELEASE, "--round", "7")
    assert (ended.code, "There is no round 7" in ended.stderr) == (1, True)


def test_a_release_without_votes_says_what_it_needs(candidate: Site) -> None:
    ended = candidate.atr("rm", "vote", "show", RELEASE)
    assert (ended.code, "There is no vote on demo/1.0." in ended.stderr) == (1, True)


def test_evidence_is_kept_with_the_ballot(voting: Site, tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    file.write_text('{"built": "with JDK 21"}')
    cast = voting.do("alice", "vote", "cast", RELEASE, "+1", "--evidence", file, "--json").data
    assert cast["evidence"] == {"built": "with JDK 21"}
    file.write_text("[]")
    assert "is no evidence" in voting.atr("alice", "vote", "cast", RELEASE, "+1", "--evidence", file).stderr


def test_items_of_the_checklist_are_listed_and_ticked(sealed: Site, tmp_path: Path) -> None:
    policy, file = tmp_path / "policy.json", tmp_path / "evidence.json"
    policy.write_text('{"release_checklist": "1. Run `atr verify`.\\n2. Build\\n   it.", "min_hours": 72}')
    sealed.do("alice", "project", "policy", "set", "demo", policy)
    said = sealed.do("rm", "vote", "start", RELEASE).stdout
    assert "  1 Run `atr verify`.\n  2 Build it." in said
    cast = sealed.do("alice", "vote", "cast", RELEASE, "+1", "--done", "1", "--done", "2", "--json").data
    assert cast["evidence"] == {"checklist.1": "done", "checklist.2": "done"}
    file.write_text('{"tests": "green", "checklist.2": "with JDK 21"}')
    words = ("vote", "cast", RELEASE, "+1", "--evidence", file, "--json")
    assert sealed.do("bob", *words).data["evidence"] == {"tests": "green", "checklist.2": "with JDK 21"}
    file.write_text('{"checklist": {"2": "by hand"}}')
    again = sealed.do("bob", *words, "--done", "1").data["evidence"]
    assert again == {"checklist.1": "done", "checklist.2": "by hand"}
    assert "checklist.1 to checklist.2" in sealed.atr("bob", *words, "--done", "3").stderr


def test_a_report_of_other_bytes_votes_on_nothing(voting: Site, tmp_path: Path) -> None:
    target, report = tmp_path / "copy", tmp_path / "report.json"
    voting.do(None, "download", RELEASE, "--dir", target, "--with-evidence")
    voting.do(None, "verify", target, "--report", report)
    cast = voting.do("alice", "vote", "cast", RELEASE, "+1", "--evidence", report, "--json").data
    assert "was signed by" in cast["evidence"]["signatures"]
    found = json.loads(report.read_text())
    report.write_text(json.dumps(found | {"manifest_digest": f"sha512:{'0' * 128}"}))
    assert voting.atr("bob", "vote", "cast", RELEASE, "+1", "--evidence", report).code == 1


def test_resolving_too_early_is_refused_with_every_condition(voting: Site) -> None:
    ended = voting.atr("rm", "vote", "resolve", RELEASE)
    assert ended.code == 1
    assert len(ended.stderr.splitlines()) == 3
    assert all(line.startswith("atr: ") for line in ended.stderr.splitlines())


def test_a_vote_is_given_up_after_its_time(voting: Site, clock: SettableClock) -> None:
    clock.advance(hours=73)
    assert "is failed; phase failed" in voting.do("rm", "vote", "resolve", RELEASE, "--failed").stdout


def test_a_vote_is_extended_and_cancelled(voting: Site) -> None:
    assert voting.atr("rm", "vote", "extend", RELEASE).code == 2
    before = voting.do(None, "vote", "show", RELEASE, "--json").data["deadline_at"]
    after = voting.do("rm", "vote", "extend", RELEASE, "--hours", "24", "--json").data["deadline_at"]
    assert after > before
    later = voting.do("rm", "vote", "extend", RELEASE, "--until", "2026-12-24", "--json").data
    assert later["deadline_at"] == "2026-12-24T00:00:00Z"
    assert "phase compose" in voting.do("rm", "vote", "cancel", RELEASE, "--reason", "typo").stdout


def test_a_vote_with_a_minus_one_is_confirmed_by_the_release_manager(sealed: Site, tmp_path: Path) -> None:
    policy = tmp_path / "pause.json"
    policy.write_text('{"pause_for_rm": true}')
    sealed.do("alice", "project", "policy", "set", "demo", policy)
    sealed.do("rm", "vote", "start", RELEASE)
    sealed.do("dave", "vote", "cast", RELEASE, "-1")
    for voter in ("alice", "bob", "carol"):
        sealed.do(voter, "vote", "cast", RELEASE, "+1")
    assert sealed.do(None, "vote", "show", RELEASE, "--json").data["state"] == "waiting_for_rm"
    confirmed = sealed.do("rm", "vote", "confirm", RELEASE, "--reason", "dave was answered", "--json").data
    assert confirmed["state"] == "passed"


def test_a_vote_held_elsewhere_is_recorded(sealed: Site, tmp_path: Path) -> None:
    policy = tmp_path / "manual.json"
    policy.write_text('{"manual_vote": true}')
    sealed.do("alice", "project", "policy", "set", "demo", policy)
    sealed.do("rm", "vote", "start", RELEASE)
    words = ("--passed", "--thread", "https://lists.example.org/thread/1", "--summary", "by mail")
    assert sealed.atr("rm", "vote", "record", RELEASE, *words, "--binding", "three").code == 2
    recorded = sealed.do("rm", "vote", "record", RELEASE, *words, "--binding", "3,0,0")
    assert "is passed" in recorded.stdout


def test_a_vote_is_taken_back(voting: Site) -> None:
    assert voting.atr("alice", "vote", "withdraw", RELEASE).code == 1
    voting.do("alice", "vote", "cast", RELEASE, "-1")
    said = voting.do("alice", "vote", "withdraw", RELEASE).stdout
    assert "round 1, is taken back." in said
    assert "Alice took -1 back on" in said
    voting.do("alice", "vote", "cast", RELEASE, "0")
    assert voting.do("alice", "vote", "withdraw", RELEASE, "--json").data["ballots"] == []
