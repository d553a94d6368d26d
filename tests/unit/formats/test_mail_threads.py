# SPDX-License-Identifier: Apache-2.0
"""Properties of every mail: an answer reads back whatever surrounds it, and nothing is ever raised."""

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, strategies

from atr.domain.vote import parse_choice
from atr.formats.mail_vote import BallotRead, NoBallot, read_vote_mail
from tests.fuzz.mutation import mutate
from tests.support.vote_thread import ATTRIBUTION, BAD, FOOTER, GOOD, TEMPLATE, Sample, make_mail

VOTES = strategies.sampled_from(["+1", "-1", "0", "+0", "-0", "+0.5", "-0.9"])
CLAIMS = strategies.sampled_from(
    [("", None), (" (binding)", True), (" (non-binding)", False), (" *(binding)*", True)]
)
PROSE = strategies.sampled_from([
    "Thanks for the release!", "I'd +1 this if it were mine.", "There are at least 3 +1 votes already.", "",
    "Checked:", "  - the signatures", "* the checksums", "1. built it", "\u6211\u7684\u610f\u89c1",
    "D\u00e9j\u00e0 vu.",
    "0 errors, 12 warnings", "https://example.org/+1",
])  # fmt: skip
QUOTED = strategies.lists(
    strategies.tuples(
        strategies.sampled_from(["> ", ">", ">> ", "> > ", "| "]), strategies.one_of(VOTES, PROSE)
    ).map("".join),
    min_size=1,
    max_size=6,
)
SIGNATURE = strategies.sampled_from(
    ["", "\n-- \nAlice\n-1\n", FOOTER, f"\n-- \n+1 555 010 0199\n{FOOTER}", "\nSent from my Phone"]
)
AUTHORED = strategies.lists(PROSE, max_size=4)
CODINGS = strategies.sampled_from(
    [("utf-8", "base64"), ("utf-8", "quoted-printable"), ("utf-8", "8bit"), ("gb18030", "base64")]
)


@strategies.composite
def answers(draw: strategies.DrawFn) -> tuple[str, str, bool | None]:
    """Return the text of an answer, its vote and its claim."""
    vote, (claim, claims) = draw(VOTES), draw(CLAIMS)
    answer = [*draw(AUTHORED), "", f"{vote}{claim}", "", *draw(AUTHORED), ""]
    quote = ["", ATTRIBUTION.rstrip(), *draw(QUOTED), ""]
    inline = [*draw(QUOTED), ""]
    order = draw(
        strategies.sampled_from([(answer, quote), (quote, answer), (inline, answer, inline), (answer,)])
    )
    lines = [line for piece in order for line in piece]
    return "\n".join(lines) + "\n" + draw(SIGNATURE), vote, claims


@given(answers(), CODINGS)
def test_an_answer_is_read_back_from_what_surrounds_it(
    answer: tuple[str, str, bool | None], coding: tuple[str, str]
) -> None:
    text, vote, claims = answer
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "alice@example.org", "Re: [VOTE] x"
    charset, encoding = coding
    message.set_content(text, charset=charset, cte=encoding)
    reading = read_vote_mail(message.as_bytes(), TEMPLATE).reading
    assert isinstance(reading, BallotRead), reading
    assert (reading.text, reading.claims_binding) == (vote, claims)
    assert parse_choice(reading.text) == (reading.choice, vote)


@given(strategies.lists(PROSE, max_size=6), QUOTED, SIGNATURE)
def test_what_others_wrote_is_never_a_ballot(prose: list[str], quoted: list[str], signature: str) -> None:
    text = "\n".join([*prose, "", ATTRIBUTION.rstrip(), *quoted, signature])
    assert isinstance(read_vote_mail(make_mail(text), TEMPLATE).reading, NoBallot)


@given(strategies.lists(VOTES, min_size=2, max_size=4))
def test_different_votes_are_no_ballot_and_equal_ones_are_one(votes: list[str]) -> None:
    reading = read_vote_mail(make_mail("\n\n".join(votes))).reading
    assert isinstance(reading, BallotRead) == (len(set(votes)) == 1)


@given(strategies.binary(max_size=3_000))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert read_vote_mail(raw).message_id.startswith("<")


@given(strategies.data(), strategies.sampled_from([each for each in (*GOOD, *BAD) if len(each.raw) < 10_000]))
def test_any_damage_is_read(data: strategies.DataObject, sample: Sample) -> None:
    raw = sample.raw
    mail = read_vote_mail(data.draw(mutate([raw])), TEMPLATE)
    assert "\n" not in mail.subject + mail.sender_name + mail.message_id
    assert replace(mail) == mail


@given(
    strategies.text(max_size=400),
    strategies.sampled_from(["text/plain", "text/plain; format=flowed; delsp=yes", "text/html"]),
)
def test_any_text_is_read_twice_the_same(text: str, kind: str) -> None:
    raw = make_mail(text.encode("utf-8", "replace"), kind)
    assert read_vote_mail(raw) == read_vote_mail(raw)


@pytest.mark.parametrize("sample", GOOD, ids=lambda sample: sample.name)
def test_an_answer_reads_the_same_below_a_list_that_wraps_it(sample: Sample) -> None:
    inner = sample.raw
    head, _, body = inner.replace(b"\r\n", b"\n").partition(b"\n\n")
    fields = [
        line for line in head.replace(b"\n ", b" ").split(b"\n") if line.lower().startswith(b"content-")
    ]
    part = b"\n".join([b"--outer", *fields, b"", body, b"--outer", b"", FOOTER.encode(), b"--outer--", b""])
    wrapped = make_mail(part, "multipart/mixed; boundary=outer")
    reading = read_vote_mail(wrapped).reading
    assert isinstance(reading, BallotRead)
    assert reading.text == sample.expected
