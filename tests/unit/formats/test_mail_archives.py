# SPDX-License-Identifier: Apache-2.0
"""Reading kept mails: mbox, maildir, single files and Pony Mail's JSON."""

import io
import json
from pathlib import Path

import pytest

from atr.domain.errors import Invalid
from atr.formats.mail_archives import read_mails, read_mbox, read_pony_mail
from atr.formats.mail_vote import LONGEST_MAIL, BallotRead, read_vote_mail
from tests.support.vote_thread import GOOD, make_mail

LINE = b"From alice@example.org Mon Mar  2 12:00:00 2026\n"
FIRST, SECOND = (
    make_mail("+1\n\nFrom what I see it works.\n"),
    make_mail("-1\n", Message_ID="<2@example.org>"),
)
MAIL = {
    "mid": "x",
    "message-id": "<1@example.org>",
    "from_raw": "Alice <alice@example.org>",
    "from": "alice@examp...",
    "subject": "Re: [VOTE]\r\nBcc: all@example.org",
    "in-reply-to": "<call@example.org>",
    "references": ["<call@example.org>", "<0@example.org>"],
    "epoch": 1772449200,
    "body": "+1 (binding)\n\n\u00e9",
}


def test_an_mbox_is_read_mail_by_mail() -> None:
    stuffed = FIRST.replace(b"+1\n", b"+1\n\n>From here\n>>From there\n")
    found = list(read_mbox(io.BytesIO(LINE + stuffed + b"\n" + LINE + SECOND + b"\n" + LINE)))
    assert b"\nFrom here\n>From there\n" in found[0]
    assert b"From what I see" in found[0]
    assert [read_vote_mail(each).message_id for each in found[:2]] == [
        "<answer@example.org>",
        "<2@example.org>",
    ]
    assert found[2] == b""


def test_an_mbox_with_other_line_ends_is_read() -> None:
    whole = (LINE + FIRST + b"\n" + LINE + SECOND).replace(b"\n", b"\r\n")
    assert len(list(read_mbox(io.BytesIO(whole)))) == 2


@pytest.mark.usefixtures("volume")
def test_a_huge_mail_is_not_held_as_a_whole() -> None:
    whole = LINE + FIRST + b"a" * 1000 + b"\n" * (2 * LONGEST_MAIL) + LINE + SECOND
    found = list(read_mbox(io.BytesIO(whole)))
    assert len(found) == 2
    assert LONGEST_MAIL < len(found[0]) < LONGEST_MAIL + 2**21


@pytest.mark.parametrize("inner", ["cur", "new", "."])
def test_the_mails_of_a_folder_are_read_by_name(tmp_path: Path, inner: str) -> None:
    folder = tmp_path / inner
    folder.mkdir(exist_ok=True)
    (folder / "2.eml").write_bytes(SECOND)
    (folder / "1.eml").write_bytes(FIRST)
    (folder / ".lock").write_bytes(b"")
    (folder / "sub").mkdir()
    assert list(read_mails(tmp_path)) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("content", "number"),
    [
        (FIRST, 1),
        (LINE + FIRST + b"\n" + LINE + SECOND, 2),
        (json.dumps([MAIL]).encode(), 1),
        (b" \n", 0),
        (b"", 0),
    ],
)
def test_a_file_is_known_by_how_it_begins(tmp_path: Path, content: bytes, number: int) -> None:
    file = tmp_path / "thread"
    file.write_bytes(content)
    assert len(list(read_mails(file))) == number


def test_pony_mail_is_put_together_from_what_it_tells() -> None:
    mail = read_vote_mail(next(read_pony_mail(json.dumps(MAIL).encode())))
    assert (mail.message_id, mail.in_reply_to, mail.sender) == (
        "<1@example.org>",
        "<call@example.org>",
        "alice@example.org",
    )
    assert mail.references == ("<call@example.org>", "<0@example.org>")
    assert mail.subject == "Re: [VOTE] Bcc: all@example.org"
    assert str(mail.sent_at) == "2026-03-02 11:00:00+00:00"
    assert isinstance(mail.reading, BallotRead)
    assert mail.reading.comment == "\u00e9"


def test_the_mails_of_a_pony_mail_thread_are_read_once() -> None:
    second = MAIL | {"message-id": "<2@example.org>", "children": [], "epoch": 1e30}
    thread = {"thread": MAIL | {"children": [second]}, "emails": [second, MAIL, {"from": 1, "body": 2}]}
    found = [read_vote_mail(each) for each in read_pony_mail(json.dumps(thread).encode())]
    assert [each.message_id for each in found] == ["<2@example.org>", "<1@example.org>"]
    assert found[0].sent_at is None


@pytest.mark.parametrize(
    "data", [b"{}", b"[1, null]", b'{"body": "x"}', b"{", b"\xff", b"[" * 100_000, b'"+1"']
)
def test_json_without_mails_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="JSON"):
        list(read_pony_mail(data))


def test_json_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atr.formats.mail_archives.LARGEST_JSON", 100)
    with pytest.raises(Invalid, match="larger"):
        list(read_pony_mail(json.dumps(MAIL).encode()))


def test_every_sample_survives_an_mbox() -> None:
    samples = [each for each in GOOD if b"\nFrom " not in each.raw]
    whole = b"\n\n".join(LINE + each.raw for each in samples)
    found = [read_vote_mail(each).reading for each in read_mbox(io.BytesIO(whole))]
    assert [each.text for each in found if isinstance(each, BallotRead)] == [
        each.expected for each in samples
    ]
