# SPDX-License-Identifier: Apache-2.0
"""Whether a mail is proven to be its sender's: signatures of domains, and seals of hosts of lists.

A signature counts for what it covers alone: whoever replays a mail elsewhere changes what is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from atr.domain.names import MailAddress

IDENTIFYING = frozenset({"from", "message-id"})


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that is right (DKIM, RFC 6376): whose, and the headers it covers each time they occur."""

    domain: str
    headers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seal:
    """A link of a chain that is right (ARC, RFC 8617): who sealed, and whose signatures were right there."""

    host: str
    signed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MailProof:
    """What could be proven about a mail; seals come newest first, `problem` says what stood in the way."""

    signatures: tuple[Signature, ...] = ()
    seals: tuple[Seal, ...] = ()
    sealed_headers: frozenset[str] = frozenset()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What has to be proven: the author's address, the one in From, and the header that names the vote."""

    sender: MailAddress | None
    from_address: MailAddress | None
    thread_header: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the mail is its sender's, and how that is known or why it is not."""

    is_proven: bool
    explanation: str


def is_aligned(sender: MailAddress, domain: str) -> bool:
    """Tell whether a domain speaks for the address: its own, or one above it, but no top-level domain."""
    host = sender.rpartition("@")[2].lower()
    above = domain.lower().rstrip(".")
    return "." in above and (host == above or host.endswith(f".{above}"))


def judge_sender(letter: Letter, proof: MailProof, list_hosts: frozenset[str]) -> Verdict:
    """Return whether the mail is proven to be the sender's, by its domain or by a trusted host of lists."""
    sender = letter.sender
    if sender is None:
        return Verdict(is_proven=False, explanation="The mail does not say who wrote it.")
    if sender != letter.from_address:
        return Verdict(is_proven=False, explanation="A list has put its own address into From.")
    needed = IDENTIFYING | {letter.thread_header}
    aligned = [each for each in proof.signatures if is_aligned(sender, each.domain)]
    for signature in aligned:
        if needed <= signature.headers:
            return Verdict(is_proven=True, explanation=f"Signed by {signature.domain}.")
    for seal in _list_trusted(proof, list_hosts):
        if needed <= proof.sealed_headers and any(is_aligned(sender, each) for each in seal.signed_by):
            return Verdict(is_proven=True, explanation=f"Sealed by {seal.host}, which saw its signature.")
    return Verdict(is_proven=False, explanation=_explain_doubt(proof, aligned, needed))


def _list_trusted(proof: MailProof, hosts: frozenset[str]) -> Iterator[Seal]:
    """Yield seals down to the first of a host that is not trusted: from there on anything may be forged."""
    for seal in proof.seals:
        if seal.host.lower() not in hosts:
            return
        yield seal


def _explain_doubt(proof: MailProof, aligned: list[Signature], needed: frozenset[str]) -> str:
    if aligned:
        left_out = ", ".join(sorted(needed - aligned[0].headers))
        return f"The signature of {aligned[0].domain} leaves out: {left_out}."
    if proof.problem:
        return proof.problem
    if proof.signatures:
        return f"Signed by {proof.signatures[0].domain}, which does not speak for the sender."
    return "No signature of the sender's domain."
