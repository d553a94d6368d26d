# SPDX-License-Identifier: Apache-2.0
"""Reading mails of a vote thread."""

from datetime import UTC, datetime

import pytest

from atr.domain.vote import LONGEST_COMMENT, Choice
from atr.formats.mail_vote import BallotRead, NoBallot, NoBallotReason, read_vote_mail
from tests.support.growth import LINEAR, measure_growth
from tests.support.vote_thread import (
    ATTRIBUTION,
    BAD,
    GOOD,
    HEADER_WORDS,
    QUOTED,
    TEMPLATE,
    Sample,
    make_mail,
    make_parts,
)


@pytest.mark.parametrize("sample", GOOD, ids=lambda sample: sample.name)
def test_the_vote_of_a_mail_is_read(sample: Sample) -> None:
    reading = read_vote_mail(sample.raw).reading
    assert isinstance(reading, BallotRead), reading
    assert reading.text == sample.expected
    assert reading.explanation.startswith(f"A line begins with {sample.expected}")


@pytest.mark.parametrize("sample", BAD, ids=lambda sample: sample.name)
def test_a_mail_without_a_vote_says_why(sample: Sample) -> None:
    reading = read_vote_mail(sample.raw).reading
    assert isinstance(reading, NoBallot), reading
    assert reading.reason == sample.expected
    assert reading.explanation


@pytest.mark.parametrize(
    ("line", "claims"),
    [
        ("+1", None),
        ("+1 (binding)", True),
        ("+1 binding", True),
        ("+1, Binding.", True),
        ("*+1* _(binding)_", True),
        ("+1 from me (binding)", True),
        ("+1 (non-binding)", False),
        ("+1 (nonbinding)", False),
        ("+1 [not binding]", False),
        ("+1 (unbinding)\n\n+1 (binding)", None),
        ("+1\n\n+1 (binding)", True),
    ],
)
def test_a_claim_is_read_and_is_only_a_claim(line: str, claims: bool | None) -> None:
    reading = read_vote_mail(make_mail(f"{line}\n")).reading
    assert isinstance(reading, BallotRead)
    assert (reading.choice, reading.claims_binding) == (Choice.FOR, claims)


def test_the_comment_is_what_else_the_author_wrote() -> None:
    body = f"Hello,\n\n+1 (binding): checked the\nsignatures.\n\n{ATTRIBUTION}{QUOTED}\nThanks\n-- \nA\n"
    reading = read_vote_mail(make_mail(body)).reading
    assert isinstance(reading, BallotRead)
    assert reading.comment == "Hello,\n\nchecked the\nsignatures.\n\nThanks"


def test_a_long_comment_is_cut_to_what_a_ballot_holds() -> None:
    reading = read_vote_mail(make_mail("+1\n" + "word " * 10_000)).reading
    assert isinstance(reading, BallotRead)
    assert len(reading.comment) == LONGEST_COMMENT


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("  +1 Release it\n  0 No opinion\n  -1 Do not\n", NoBallotReason.QUOTED),
        ("  +1 Release it\n", "+1"),
        ("  +1 Release it\n  0 No opinion\n  -1 Do not\n\n-1, it does not build\n", "-1"),
        ("  +1 Release it\n  0 No opinion\n  -1 Do not\n\n+1\n", "+1"),
    ],
)
def test_the_options_of_the_call_are_no_votes_but_a_single_one_is(
    body: str, expected: str | NoBallotReason
) -> None:
    call = "Please vote:\n\n  +1 Release it\n  0 No opinion\n  -1 Do not\n"
    reading = read_vote_mail(make_mail(f"Please vote:\n\n{body}"), call).reading
    assert expected == (reading.text if isinstance(reading, BallotRead) else reading.reason)


def test_the_facts_of_a_mail_are_its_headers() -> None:
    mail = read_vote_mail(
        make_mail(
            "+1",
            From=f"{HEADER_WORDS} <Anne@EXAMPLE.org>",
            Subject="=?utf-8?B?UmU6IFtWT1RFXQ==?=\n =?utf-8?Q?_Ex=C3=A4mple?=",
            Message_ID="\n <an id@example.org>",
            References="<a@b>\n\t<c@d> <a@b>",
            In_Reply_To="Your mail <c@d> of today",
        )
    )
    assert (mail.sender, mail.sender_name) == ("Anne@example.org", "\u00c4nne \u00d6hman")
    assert mail.subject == "Re: [VOTE] Ex\u00e4mple"
    assert (mail.message_id, mail.in_reply_to) == ("<anid@example.org>", "<c@d>")
    assert mail.references == ("<a@b>", "<c@d>")
    assert mail.sent_at == datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert not mail.is_rewritten


@pytest.mark.parametrize(
    "field",
    [
        "",
        "alice",
        "alice@example.org, bob@example.org",
        "Alice <alice@example.org>\nFrom: bob@example.org",
        "group: alice@example.org;, bob@example.org",
        '"unclosed <alice@example.org',
        "((((((((((nested)) <alice@example.org>, mallory@example.net",
    ],
)
def test_a_from_that_is_not_one_address_names_no_sender(field: str) -> None:
    mail = read_vote_mail(make_mail("+1", From=field))
    assert mail.sender is None or field.startswith('"unclosed')


@pytest.mark.parametrize(
    "field",
    [
        '"bob@example.org" <alice@example.org>',
        "bob@example.org <alice@example.org>",
        "Alice (bob@example.org) <alice@example.org>",
        "Example, Alice <alice@example.org>",
        "alice@example.org (Alice)",
        "alice@EXAMPLE.org",
    ],
)
def test_the_address_is_told_from_the_name(field: str) -> None:
    assert read_vote_mail(make_mail("+1", From=field)).sender == "alice@example.org"


@pytest.mark.parametrize(
    "fields",
    [
        {"From": "'Alice Example' via dev <dev@lists.example>", "Reply_To": "alice@example.org"},
        {
            "From": "dev@lists.example",
            "Reply_To": "alice@example.org",
            "List_Post": "<mailto:dev@lists.example>",
        },
        {"From": "dev@lists.example", "X_Original_From": "Alice <alice@example.org>"},
        {"From": "Alice <alice=40example.org@dmarc.lists.example>"},
    ],
)
def test_a_rewritten_from_names_the_author_and_says_so(fields: dict[str, str]) -> None:
    mail = read_vote_mail(make_mail("+1", **fields))
    assert (mail.sender, mail.is_rewritten) == ("alice@example.org", True)


def test_an_ordinary_reply_address_changes_nobody_into_somebody_else() -> None:
    mail = read_vote_mail(make_mail("+1", Reply_To="bob@example.org", List_Post="<mailto:dev@example.org>"))
    assert (mail.sender, mail.is_rewritten) == ("alice@example.org", False)
    listed = make_mail(
        "+1", From="A via dev <dev@l.example>", Reply_To="dev@l.example", List_Post="<mailto:dev@l.example>"
    )
    assert read_vote_mail(listed).sender == "dev@l.example"


def test_a_mail_without_id_has_the_same_made_one_by_every_door() -> None:
    first, second = make_mail("+1", Message_ID=""), make_mail("+1", Message_ID="", Received="from x by y")
    assert read_vote_mail(first).message_id == read_vote_mail(second).message_id
    assert read_vote_mail(first).message_id.endswith("@missing.invalid>")
    assert read_vote_mail(make_mail("-1", Message_ID="")).message_id != read_vote_mail(first).message_id


def test_headers_cannot_be_injected_by_encoded_words() -> None:
    word = "=?utf-8?Q?=5BVOTE=5D=0D=0AAuto-Submitted:_yes=E2=80=A8?="
    mail = read_vote_mail(make_mail("+1", Subject=word, From=f"{word} <alice@example.org>"))
    assert mail.subject == mail.sender_name == "[VOTE] Auto-Submitted: yes"
    assert isinstance(mail.reading, BallotRead)


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 99 Foo 2026", "Fri, 31 Dec 9999 23:59:59 -1200", "0" * 900]
)
def test_a_date_that_is_none_is_none(date: str) -> None:
    assert read_vote_mail(make_mail("+1", Date=date)).sent_at is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"+1",
        b"\n+1\n",
        b"From x\n: y\n\n+1",
        b"\xff\xfe\x00: \x00\n\n\x00+1\x00",
        make_mail("=", "text/plain", Content_Transfer_Encoding="base64"),
        make_mail("A", "text/plain", Content_Transfer_Encoding="BASE64"),
        make_mail("x", "multipart/mixed"),
        make_mail("x", 'multipart/mixed; boundary="\\'),
        make_mail("+1", 'text/plain; charset*0*=us-%zz; charset*1=ascii; charset="\u00e9\0"'),
        make_mail("+1", "text/plain; charset=zlib"),
        make_mail("+1", "text/plain; charset=idna"),
        make_mail("+1", Subject="=?x?b?=?= =?utf-8?b?/?= =?utf-7?q?+?="),
        make_mail("+1", From="(" * 7_000, References="<" * 100_000, Date="(" * 7_000),
        make_parts("alternative"),
        make_parts("related", "Content-Type: text/html\n\n<!-- <p", "Content-Type: text/html\n\n<a b='"),
    ],
)
def test_broken_mails_are_read_as_far_as_they_can_be(raw: bytes) -> None:
    assert read_vote_mail(raw).message_id.startswith("<")


_LETTERS = 60_000
_LONG = {
    "one line": "a",
    "one line of blanks": " ",
    "one line of votes": "+1 ",
    "lines of votes": "+1\n",
    "short lines": "a\n",
    "empty lines": "\n",
    "quotes": "> a\n",
    "deep quotes": ">",
    "attributions": "On 1, a@b wrote:\n> x\n",
    "colons": "1:\n",
    "rules": "-----\n",
    "fields": "From: x\nFrom: y\n",
    "stars": "*",
    "boxes": "[ ",
    "dashes": "- ",
    "pgp": "-----BEGIN PGP SIGNED MESSAGE-----\n",
    "tags": "<",
    "comments": "<!--",
    "open tags": "<a ",
    "blockquotes": "<blockquote>",
    "spans": "<p>",
    "entities": "&#1",
    "ampersands": "&",
}


@pytest.mark.parametrize("kind", ["text/plain", "text/plain; format=flowed", "text/html"])
@pytest.mark.parametrize("name", _LONG)
def test_no_text_takes_more_than_linear_time(name: str, kind: str) -> None:
    piece = _LONG[name]

    def read(letters: int) -> None:
        read_vote_mail(make_mail(f"{piece * (letters // len(piece))}x", kind), TEMPLATE)

    assert measure_growth(read, _LETTERS) < LINEAR


@pytest.mark.parametrize(
    "field",
    [
        "Subject",
        "From",
        "Content_Type",
        "References",
        "Date",
        "Message_ID",
        "List_Post",
        "Content_Disposition",
    ],
)
@pytest.mark.parametrize(
    "text", ["=?utf-8?q?", "<", '"', "(", "; a=", ' "\\', "a@", "=?a?b?x?= ", "\n a", "via "]
)
def test_no_header_takes_more_than_linear_time(field: str, text: str) -> None:
    def read(letters: int) -> None:
        read_vote_mail(make_mail("+1", **{field: text * (letters // len(text))}))

    assert measure_growth(read, _LETTERS) < LINEAR
