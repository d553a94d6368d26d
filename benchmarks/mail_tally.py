# SPDX-License-Identifier: Apache-2.0
"""A vote thread of 10,000 mails: read from raw bytes and tallied, and tallied again from stored ballots.

Run it alone: `python -m benchmarks.mail_tally [NUMBER]`. CPU time of this process; the best of three rounds.
The figures to keep: 5 seconds from raw bytes, 0.2 seconds from ballots.
"""

import random
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import process_time

from atr.domain.artifact import Digest
from atr.domain.names import ProjectKey, ReleaseKey, UserId
from atr.domain.policy import VotePolicy
from atr.domain.vote import Ballot, BallotDoor, Round, RoundKind, Tally, tally_round
from atr.formats.mail_vote import BallotRead, VoteMail, read_vote_mail
from tests.support.vote_thread import (
    ATTRIBUTION,
    FOOTER,
    PLAIN,
    QUOTED,
    TEMPLATE,
    make_coded,
    make_html,
    make_mail,
)

NUMBER = 10_000
ROUNDS = 3
LIMIT_READ, LIMIT_TALLY = 5.0, 0.2
NOW = datetime(2026, 3, 10, tzinfo=UTC)
DIGEST = Digest("sha512", "0" * 128)
WORDS = (
    "checked", "built", "signatures", "checksums", "licence", "notice", "tests", "platform", "release",
    "candidate", "works", "for", "me", "thanks",
)  # fmt: skip
RECEIVED = (
    "from mail.example.org (mail.example.org [192.0.2.1])\n\tby list.example.org (Postfix) with ESMTPS id 4AB"
)


def make_thread(number: int) -> list[bytes]:
    """Return mails of all shapes, as many bytes each as those of real lists."""
    chance = random.Random(4)
    return [make_answer(chance, place) for place in range(number)]


def make_answer(chance: random.Random, place: int) -> bytes:
    """Return one mail; every twentieth has no vote."""
    vote = "Any news?" if place % 20 == 0 else f"{chance.choice(['+1', '+1', '+1', '0', '-1'])} (binding)"
    prose = "\n".join(" ".join(chance.choices(WORDS, k=10)) for _ in range(chance.randrange(2, 25)))
    quote = QUOTED * chance.randrange(1, 4)
    text = f"{vote}\n\n{prose}\n\nAlice\n\n{ATTRIBUTION}{quote}{FOOTER}"
    html = f"<div dir=ltr><p>{vote}</p>{prose}<br></div><blockquote><div>{quote}</div></blockquote>"
    fields = {
        "From": f"Voter {place} <voter{place}@example.org>",
        "Message_ID": f"<{place}@example.org>",
        "Received": RECEIVED,
        "DKIM_Signature": "v=1; a=rsa-sha256; " + "b=0123456789abcdef" * 20,
    }
    match place % 5:
        case 0:
            raw = make_html(html)
        case 1:
            raw = make_coded(text, "gb18030", "base64")
        case 2:
            parts = f"--b\n{PLAIN}{text}\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"
            return make_mail(parts, "multipart/alternative; boundary=b", **fields)
        case 3:
            raw = make_coded(text, "iso-8859-1", "quoted-printable")
        case _:
            return make_mail(text, "text/plain; charset=utf-8; format=flowed", **fields)
    return raw.replace(b"alice@", b"voter%d@" % place).replace(b"<answer@", b"<%d@" % place)


def open_round(number: int) -> Round:
    """Return a round in which every second voter is binding."""
    opened_at = NOW - timedelta(days=4)
    return Round(
        release=ReleaseKey.parse("example/1.0"),
        number=1,
        kind=RoundKind.PROJECT,
        voting_project=ProjectKey("example"),
        revision=1,
        manifest_digest=DIGEST,
        policy=VotePolicy(),
        policy_version="0",
        roster=frozenset(UserId(f"voter{place}") for place in range(0, number, 2)),
        opened_at=opened_at,
        opened_by="rm",
        deadline_at=opened_at + timedelta(hours=72),
    )


def make_ballots(mails: Sequence[VoteMail]) -> list[Ballot]:
    """Return the ballots of mails, taken for authenticated."""
    return [
        Ballot(
            voter=UserId(mail.sender.partition("@")[0]),
            choice=mail.reading.choice,
            text=mail.reading.text,
            manifest_digest=DIGEST,
            cast_at=mail.sent_at or NOW,
            door=BallotDoor.MAIL,
            comment=mail.reading.comment,
        )
        for mail in mails
        if isinstance(mail.reading, BallotRead) and mail.sender is not None
    ]


def tally_thread(thread: Sequence[bytes], vote: Round) -> tuple[Tally, list[Ballot]]:
    """Read every mail and count."""
    ballots = make_ballots([read_vote_mail(raw, TEMPLATE) for raw in thread])
    return tally_round(vote, ballots, NOW), ballots


def take_time(action: Callable[[], object]) -> float:
    """Return the fewest seconds of CPU of three rounds."""
    taken = []
    for _ in range(ROUNDS):
        begun = process_time()
        action()
        taken.append(process_time() - begun)
    return min(taken)


def main() -> None:
    """Print both figures; end with 1 when one is beyond its limit or a ballot is lost."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER
    thread, vote = make_thread(number), open_round(number)
    tally, ballots = tally_thread(thread, vote)
    counted = tally.binding.total + tally.community.total
    expected = number - len(range(0, number, 20))
    read = take_time(lambda: tally_thread(thread, vote))
    stored = take_time(lambda: tally_round(vote, ballots, NOW))
    size = sum(map(len, thread)) / 1024 / 1024
    print(f"{number} mails, {size:.1f} MiB: {counted} ballots of {expected}, {tally.binding.total} binding")
    print(f"read and tally: {read:.2f} s, {read / number * 1e6:.0f} microseconds a mail")
    print(f"tally stored ballots: {stored:.3f} s")
    if counted != expected or read > LIMIT_READ or stored > LIMIT_TALLY:
        sys.exit(1)


if __name__ == "__main__":
    main()
