# SPDX-License-Identifier: Apache-2.0
"""Mails about votes and releases are plain, wrapped, and safe whatever names and texts contain."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import text

from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.mail import LONGEST_BODY, LONGEST_SUBJECT, is_one_line
from atr.domain.mail_layout import WIDTH, flatten
from atr.domain.names import FilePath
from atr.domain.vote import Choice, RoundKind, RoundState
from atr.services.announcement_text import AnnouncementFacts, write_announcement
from atr.services.mail_texts import (
    VoteFacts,
    VoterLine,
    write_vote_cancellation,
    write_vote_extension,
    write_vote_pause,
    write_vote_result,
    write_vote_start,
)
from tests.unit.domain.vote_samples import OPENED_AT, PLAIN, VOTED, make_round

FACTS = VoteFacts(
    foundation="The Foundation",
    title="Tika 3.1.0",
    voting_body="Tika PMC",
    vote=make_round(),
    url="https://atr.example.org/candidate/tika/3.1.0",
)
PASSED = replace(FACTS, vote=make_round(state=RoundState.PASSED, summary="Binding: +1: 3."))
RELEASED = AnnouncementFacts(
    foundation="The Foundation",
    title="Tika 3.1.0",
    project_name="Tika",
    description="Detects and extracts.",
    homepage="https://tika.example.org",
    folder_url="https://atr.example.org/current/tika/3.1.0",
    keys_url="https://atr.example.org/current/tika/KEYS",
    files=(),
    summary="Binding: +1: 3.",
)


def make_file(path: str) -> FileEntry:
    return FileEntry(FilePath(path), Content(VOTED, Digest("sha256", "0" * 64), 1))


def list_long_lines(body: str) -> list[str]:
    """Return lines over the width that could have been broken."""
    return [line for line in body.split("\n") if len(line) > WIDTH and " " in line.strip()]


def test_the_call_for_votes_tells_what_when_and_how() -> None:
    letter = write_vote_start(FACTS)
    assert letter.subject == "[VOTE] Release Tika 3.1.0"
    text = " ".join(letter.body.split())
    for part in (
        "Please vote on releasing this candidate as Tika 3.1.0".lower(),
        "revision 2",
        str(VOTED),
        FACTS.url,
        "open until Thursday, 05 March 2026, 09:00 UTC",
        "at least 3 binding +1 votes",
        "7 members of the Tika PMC",
        "atr vote cast tika/3.1.0 +1",
    ):
        assert part.lower() in text.lower()
    assert list_long_lines(letter.body) == []
    assert "check before voting" not in text


def test_the_checklist_stands_in_the_call_as_it_was_written() -> None:
    policy = replace(PLAIN, release_checklist="* build\n* run the tests\n")
    body = write_vote_start(replace(FACTS, vote=make_round(policy))).body
    assert "Please check before voting:\n\n* build\n* run the tests\n\nTo vote" in body


def test_a_vote_that_closes_by_count_says_so() -> None:
    body = write_vote_start(replace(FACTS, vote=make_round(replace(PLAIN, min_hours=0)))).body
    assert "passes as soon as there are at least 3" in " ".join(body.split())


@pytest.mark.parametrize(
    ("kind", "place"),
    [(RoundKind.PROJECT, ""), (RoundKind.PODLING, " (round 1/2)"), (RoundKind.SPONSOR, " (round 2/2)")],
)
def test_the_subject_says_which_round_it_is(kind: RoundKind, place: str) -> None:
    facts = replace(FACTS, vote=make_round(kind=kind))
    assert write_vote_start(facts).subject == f"[VOTE] Release Tika 3.1.0{place}"
    assert write_vote_result(facts, ()).subject == f"[RESULT] [VOTE] Release Tika 3.1.0{place}"


def test_the_second_round_tells_of_the_first() -> None:
    assert "\n\nThe podling agreed.\n\n" in write_vote_start(FACTS, "The podling agreed.").body


def test_the_result_lists_everybody_in_order_of_choice() -> None:
    ballots = [
        VoterLine("Zoe", "-1", Choice.AGAINST, binding=True),
        VoterLine("Bob", "+1", Choice.FOR, binding=True),
        VoterLine("Amy", "+1", Choice.FOR, binding=True),
        VoterLine("Joe", "+0.5", Choice.ABSTAIN, binding=False, left=True),
    ]
    body = write_vote_result(PASSED, ballots).body
    assert "has passed." in body
    assert "Binding votes:\n  +1   Amy\n  +1   Bob\n  -1   Zoe\n" in body
    assert "Community votes:\n  +0.5 Joe (left the PMC before the result)\n" in body
    failed = write_vote_result(replace(FACTS, vote=make_round(state=RoundState.FAILED)), ())
    assert "has not passed." in failed.body
    assert "Binding votes: none" in failed.body


def test_ten_thousand_votes_still_fit_into_a_mail() -> None:
    crowd = [VoterLine("n" * 100, "+1", Choice.FOR, binding=False)] * 10_000
    body = write_vote_result(PASSED, crowd).body
    assert "and 9700 more, all on the page below" in body
    assert len(body) < LONGEST_BODY


def test_news_of_a_vote_say_what_happened() -> None:
    later = replace(FACTS, vote=make_round(deadline_at=OPENED_AT + timedelta(hours=96)))
    extension = write_vote_extension(later)
    assert extension.subject == "[EXTENDED] [VOTE] Release Tika 3.1.0"
    assert "Friday, 06 March 2026" in " ".join(extension.body.split())
    cancelled = write_vote_cancellation(replace(FACTS, vote=make_round(summary="Reason: no.")))
    assert cancelled.subject == "[CANCELLED] [VOTE] Release Tika 3.1.0"
    assert "Reason: no." in cancelled.body


@given(text(max_size=400))
def test_no_name_breaks_a_line_or_a_subject(name: str) -> None:
    facts = replace(FACTS, title=name, voting_body=name, foundation=name)
    for letter in (write_vote_start(facts), write_vote_result(facts, ()), write_vote_cancellation(facts)):
        assert is_one_line(letter.subject)
        assert len(letter.subject) <= LONGEST_SUBJECT
        letter.body.encode()
    voter = VoterLine(f"{name}\n  -1   Eve", "+1", Choice.FOR, binding=True)
    assert "\n  -1   Eve" not in write_vote_result(PASSED, [voter]).body


def test_a_flattened_text_keeps_its_words() -> None:
    assert flatten(" a\r\nb\x0bc\u2028d\ud800 ") == "a b c d"


def test_an_announcement_says_where_to_get_it_and_how_to_verify_it() -> None:
    files = tuple(map(make_file, ("tika 3.tgz", "tika 3.tgz.asc", "tika 3.tgz.sha512")))
    letter = write_announcement(replace(RELEASED, files=files))
    assert letter.subject == "[ANNOUNCE] Tika 3.1.0 released"
    for part in (
        f"Download:\n{RELEASED.folder_url}",
        f"{VOTED.hex}  tika 3.tgz\n",
        f"curl {RELEASED.keys_url} | gpg --import",
        "gpg --verify 'tika 3.tgz.asc' 'tika 3.tgz'",
        "More about Tika:\nhttps://tika.example.org",
        "Detects and extracts.",
    ):
        assert part in letter.body
    assert "sha512  tika" not in letter.body


def test_an_announcement_leaves_out_what_there_is_not() -> None:
    body = write_announcement(replace(RELEASED, description="", homepage="")).body
    for part in ("SHA-512", "gpg", "More about", "\n\n\n"):
        assert part not in body
    assert RELEASED.keys_url in body


def test_an_announcement_of_ten_thousand_files_stays_readable() -> None:
    files = tuple(make_file(f"file{number}.bin") for number in range(10_000))
    body = write_announcement(replace(RELEASED, files=files)).body
    assert "and 9975 more files at the address above" in body
    assert len(body) < LONGEST_BODY


def test_call_and_result_name_what_the_vote_is_sealed_by() -> None:
    call = write_vote_start(FACTS).body
    assert str(FACTS.vote.roster_hash) in call
    root = Digest("sha256", "a" * 64)
    facts = replace(
        PASSED, vote=replace(PASSED.vote, ballots_root=root), vote_url="https://atr.example.org/votes/1"
    )
    body = write_vote_result(facts, ()).body
    for part in (str(root), str(FACTS.vote.roster_hash), "https://atr.example.org/votes/1"):
        assert part in body


def test_a_vote_that_waits_says_that_it_passes_with_a_minus_one() -> None:
    letter = write_vote_pause(replace(FACTS, vote=make_round(summary="Binding: +1: 3, 0: 0, -1: 1.")))
    assert letter.subject == "[PAUSED] [VOTE] Release Tika 3.1.0"
    assert "the release manager decides" in " ".join(letter.body.split())
    assert "-1: 1." in letter.body
