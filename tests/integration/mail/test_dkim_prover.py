# SPDX-License-Identifier: Apache-2.0
"""Signatures and seals: right ones prove, everything else proves nothing, and none of it takes long."""

import dkim  # type: ignore[import-untyped]
import pytest

from atr.domain.errors import Unavailable
from atr.domain.mail_identity import MailProof, Seal
from atr.mail.dkim_prover import LARGEST_EXAMINED, DkimProver
from tests.support.vote_mail import KEYS, SIGNED

MAIL = (
    b"From: alice@example.org\r\nTo: dev@x.org\r\nSubject: Re: vote\r\n"
    b"Date: Sat, 21 Nov 2026 12:00:00 +0000\r\n"
    b"Message-ID: <1@x.org>\r\nIn-Reply-To: <0@x.org>\r\nReferences: <0@x.org>\r\n\r\n+1\r\n"
)


def test_a_signature_proves_the_headers_it_covers() -> None:
    (signature,) = KEYS.prover.examine(KEYS.sign(MAIL)).signatures
    assert (signature.domain, signature.headers) == (
        "example.org",
        frozenset(name.decode() for name in SIGNED),
    )


def test_a_header_that_was_added_is_not_covered() -> None:
    added = b"Subject: another\r\n" + KEYS.sign(MAIL)
    (signature,) = KEYS.prover.examine(added).signatures
    assert "subject" not in signature.headers


def test_a_second_from_breaks_the_signature() -> None:
    assert KEYS.prover.examine(b"From: bob@example.org\r\n" + KEYS.sign(MAIL)).signatures == ()


def test_a_signature_of_a_part_of_the_text_proves_nothing() -> None:
    key = KEYS.provide("example.org")
    line = dkim.sign(MAIL, b"test", b"example.org", key, include_headers=list(SIGNED), length=True)
    assert KEYS.prover.examine(line + MAIL).signatures == ()


@pytest.mark.parametrize(
    "head",
    [
        b"DKIM-Signature: nonsense\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=x; s=y; h=from; bh=!!; b=!!\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=\xff.org; s=\xff; h=from; bh=YQ==; b=YQ==\r\n",
        b"ARC-Seal: i=x\r\nDKIM-Signature: =\r\n",
        b"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=x.org; s=y; b=YQ==\r\n",
        b"ARC-Seal: i=1\r\n" * 11,
        b"no header at all\r\n",
        b": empty\r\n",
    ],
)
def test_nonsense_proves_nothing(head: bytes) -> None:
    proof = KEYS.prover.examine(head + MAIL)
    assert (proof.signatures, proof.seals) == ((), ())


def test_what_is_too_large_is_not_looked_at() -> None:
    for large in (MAIL + b"x" * LARGEST_EXAMINED, b"X: " + b"x" * 300_000 + b"\r\n" + KEYS.sign(MAIL)):
        assert KEYS.prover.examine(large) == MailProof(
            problem="The mail is too large for its signature to be looked at."
        )


def test_only_so_many_signatures_are_looked_at() -> None:
    asked: list[str] = []

    class CountingKeys:
        def find(self, name: str) -> bytes | None:
            asked.append(name)
            return None

    names = (f"d{number}.org" for number in range(100))
    many = b"".join(
        f"DKIM-Signature: v=1; a=rsa-sha256; d={name}; s=y; h=from; bh=YQ==; b=YQ==\r\n".encode()
        for name in names
    )
    DkimProver(CountingKeys()).examine(many + MAIL)
    assert len(asked) == 5


def test_a_name_server_that_is_silent_is_told() -> None:
    class SilentKeys:
        def find(self, name: str) -> bytes | None:
            raise Unavailable(f"The key of {name} could not be looked up.")

    proof = DkimProver(SilentKeys()).examine(KEYS.sign(MAIL))
    assert proof == MailProof(problem="The key of test._domainkey.example.org could not be looked up.")


def test_a_seal_tells_which_signatures_its_host_saw() -> None:
    sealed = KEYS.seal(
        MAIL, "lists.example.net", "dkim=pass header.i=@example.org; spf=pass; dkim=fail header.d=b.org"
    )
    proof = KEYS.prover.examine(sealed)
    assert proof.seals == (Seal("lists.example.net", ("example.org",)),)
    assert {"from", "message-id", "in-reply-to"} <= proof.sealed_headers


def test_a_seal_over_something_else_proves_nothing() -> None:
    sealed = KEYS.seal(MAIL, "lists.example.net", "dkim=pass header.d=example.org")
    assert KEYS.prover.examine(sealed.replace(b"+1", b"-1")).seals == ()
