# SPDX-License-Identifier: Apache-2.0
"""Whose a mail is proven to be: only what an aligned signature covers, or a trusted host of lists saw."""

from dataclasses import replace

import pytest

from atr.domain.mail_identity import Letter, MailProof, Seal, Signature, is_aligned, judge_sender
from atr.domain.names import MailAddress

ALICE = MailAddress("alice@mail.example.org")
COVERED = frozenset({"from", "message-id", "in-reply-to"})
LETTER = Letter(ALICE, ALICE, "in-reply-to")
HOSTS = frozenset({"lists.example.net", "mx.example.net"})
SEALED = MailProof(seals=(Seal("lists.example.net", ("example.org",)),), sealed_headers=COVERED)


@pytest.mark.parametrize(
    ("domain", "aligned"),
    [
        ("mail.example.org", True),
        ("example.org", True),
        ("EXAMPLE.org.", True),
        ("org", False),
        ("ample.org", False),
        ("other.mail.example.org", False),
        ("", False),
    ],
)
def test_a_domain_speaks_for_itself_and_those_below(domain: str, aligned: bool) -> None:
    assert is_aligned(ALICE, domain) is aligned


def test_an_aligned_signature_proves_what_it_covers() -> None:
    right = Signature("example.org", COVERED)
    assert judge_sender(LETTER, MailProof((right,)), HOSTS).is_proven
    short = replace(right, headers=COVERED - {"message-id"})
    assert judge_sender(LETTER, MailProof((short,)), HOSTS).explanation == (
        "The signature of example.org leaves out: message-id."
    )
    assert judge_sender(LETTER, MailProof((short, right)), HOSTS).is_proven


def test_seals_are_believed_down_to_the_first_host_that_is_not_trusted() -> None:
    assert judge_sender(LETTER, SEALED, HOSTS).is_proven
    through = replace(SEALED, seals=(Seal("mx.example.net", ()), *SEALED.seals))
    assert judge_sender(LETTER, through, HOSTS).is_proven
    forged = replace(SEALED, seals=(Seal("attacker.example", ()), *SEALED.seals))
    assert not judge_sender(LETTER, forged, HOSTS).is_proven
    assert not judge_sender(LETTER, replace(SEALED, sealed_headers=frozenset()), HOSTS).is_proven
    other = replace(SEALED, seals=(Seal("lists.example.net", ("example.com",)),))
    assert not judge_sender(LETTER, other, HOSTS).is_proven


@pytest.mark.parametrize(
    ("letter", "proof", "told"),
    [
        (Letter(None, None, "subject"), MailProof(), "The mail does not say who wrote it."),
        (replace(LETTER, from_address=None), SEALED, "A list has put its own address into From."),
        (LETTER, MailProof(problem="Nobody answers."), "Nobody answers."),
        (LETTER, MailProof(), "No signature of the sender's domain."),
        (
            LETTER,
            MailProof((Signature("example.com", COVERED),)),
            "Signed by example.com, which does not speak for the sender.",
        ),
    ],
)
def test_what_is_not_proven_says_why(letter: Letter, proof: MailProof, told: str) -> None:
    verdict = judge_sender(letter, proof, HOSTS)
    assert (verdict.is_proven, verdict.explanation) == (False, told)
