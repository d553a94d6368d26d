# SPDX-License-Identifier: Apache-2.0
"""Signatures over a short text: detached, or around the text itself (RFC 9580, section 7)."""

import re
import tempfile
from datetime import datetime
from pathlib import Path

from atr.domain.key import PublicKey, SignatureState, SignatureVerdict
from atr.openpgp.proof import weigh_signatures

LARGEST_ANSWER = 64 * 1024
_CLEAR_SIGNED = re.compile(
    rb"-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\r?\n(?:[A-Za-z]+: [^\r\n]*\r?\n)*\r?\n"
    rb"(?P<text>.*?)\r?\n(?P<signature>-----BEGIN PGP SIGNATURE-----.*)",
    re.DOTALL,
)
_ENDINGS = (b"\n", b"", b"\r\n")  # an editor or a shell adds a line end, or does not


def weigh_answer(key: PublicKey, text: str, answer: bytes, now: datetime) -> SignatureVerdict:
    """Return the verdict on a signature over the text, trusting this key alone."""
    if len(answer) > LARGEST_ANSWER:
        return SignatureVerdict(SignatureState.UNREADABLE, explain="It is too large to be a signature.")
    clear = _CLEAR_SIGNED.search(answer)
    if clear is None:
        return _weigh_detached(key, text.encode(), answer, now)
    said = b"\n".join(line.removeprefix(b"- ").rstrip(b" \t\r") for line in clear["text"].split(b"\n"))
    if said.strip() != text.encode().strip():
        return SignatureVerdict(SignatureState.BAD, explain="What was signed is another text.")
    return _weigh(key, said, clear["signature"], now)


def _weigh_detached(key: PublicKey, text: bytes, signature: bytes, now: datetime) -> SignatureVerdict:
    verdict = SignatureVerdict(SignatureState.UNREADABLE)
    for ending in _ENDINGS:
        verdict = _weigh(key, text + ending, signature, now)
        if verdict.state is not SignatureState.BAD:
            break
    return verdict


def _weigh(key: PublicKey, said: bytes, signature: bytes, now: datetime) -> SignatureVerdict:
    with tempfile.TemporaryDirectory(prefix="atr-proof-") as folder:
        data = Path(folder) / "text"
        data.write_bytes(said)
        return weigh_signatures((key,), signature, data, now)
