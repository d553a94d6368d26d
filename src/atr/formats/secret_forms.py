# SPDX-License-Identifier: Apache-2.0
"""Secrets by their form: private keys with a body, and tokens that nothing else looks like.

Forms are chosen so that hardly anything else has them, and what carries a checksum must fit it. The secret
itself never leaves this module; all that is told is its kind, its place, and how it begins.
"""

import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from atr.formats.patterns import LinearPattern, compile_linear

_SHOWN = 4
_MOST_FOUND = 20
_LEAST_ENTROPY = 3.0
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PLACEHOLDERS = (b"EXAMPLE", b"example", b"xxxx", b"XXXX", b"1234567", b"abcdefg", b"ABCDEFG", b"0000000")
# The key of Azure's storage emulator, the same everywhere and documented.
_PUBLIC = (b"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",)


@dataclass(frozen=True, slots=True)
class SecretFind:
    """What kind of secret, in which line, and its first characters."""

    kind: str
    line: int
    start: str


@dataclass(frozen=True, slots=True)
class _Form:
    """How one kind of secret looks; group 1 is the secret, `proves` weighs it."""

    kind: str
    pattern: LinearPattern
    proves: Callable[[bytes], bool]


def _is_random(secret: bytes) -> bool:
    """Tell a random text from a placeholder by the entropy of its characters, in bits each."""
    if any(each in secret for each in _PLACEHOLDERS + _PUBLIC):
        return False
    counts, length = Counter(secret).values(), len(secret)
    return -sum(count / length * math.log2(count / length) for count in counts) >= _LEAST_ENTROPY


def _has_checksum(token: bytes) -> bool:
    """Check the CRC-32 in base 62 that ends tokens of GitHub and npm, after a prefix of four characters."""
    rest, digits = zlib.crc32(token[4:-6]), ""
    while rest:
        rest, digit = divmod(rest, 62)
        digits = _BASE62[digit] + digits
    return token[-6:].decode() == digits.rjust(6, "0")


# Between the lines of a key there may be what makes them a string in some language.
_GAP = r"[\s\\\"',+;#*>|]*(?:\\?[rn][\s\\\"',+;#*>|]+)?"
_BODY = rf"(?:{_GAP}[A-Za-z-]+: [^\n]*\n){{0,6}}(?:(?:{_GAP}|\\[rn])*[A-Za-z0-9+/=]{{12,}}){{3}}"


def _form(kind: str, pattern: str, proves: Callable[[bytes], bool] = _is_random) -> _Form:
    return _Form(kind, compile_linear(pattern), proves)


def _accept(_secret: bytes) -> bool:
    return True


_FORMS = (
    _form("PGP private key", rf"(-----BEGIN PGP PRIVATE KEY BLOCK-----){_BODY}", _accept),
    _form("OpenSSH private key", rf"(-----BEGIN OPENSSH PRIVATE KEY-----){_BODY}", _accept),
    _form("private key", rf"(-----BEGIN (?:[A-Z0-9]+ )?PRIVATE KEY-----){_BODY}", _accept),
    _form(
        "PuTTY private key",
        r"^(PuTTY-User-Key-File-[23]): [^\n]+\n(?:[^\n]*\n){2,200}Private-Lines: ",
        _accept,
    ),
    _form("GitHub token", r"\b(gh[pousr]_[A-Za-z0-9]{36})\b", _has_checksum),
    _form("GitHub token", r"\b(github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b"),
    _form("GitLab token", r"\b(glpat-[A-Za-z0-9_-]{20})\b"),
    _form("npm token", r"\b(npm_[A-Za-z0-9]{36})\b", _has_checksum),
    _form("PyPI token", r"\b(pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,})"),
    _form("RubyGems token", r"\b(rubygems_[a-f0-9]{48})\b"),
    _form("NuGet key", r"\b(oy2[a-z0-9]{43})\b"),
    _form("Docker token", r"\b(dckr_pat_[A-Za-z0-9_-]{27})\b"),
    _form("Slack token", r"\b(xox[abposr]-[0-9]{10,13}-[A-Za-z0-9-]{20,})\b"),
    _form(
        "Slack web hook", r"(hooks\.slack\.com/services/T[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/[A-Za-z0-9]{24})\b"
    ),
    _form("Stripe key", r"\b([sr]k_live_[A-Za-z0-9]{24,})\b"),
    _form("SendGrid key", r"\b(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})\b"),
    _form("OpenAI key", r"\b(sk-[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,})\b"),
    _form("Anthropic key", r"\b(sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{80,})\b"),
    _form("Hugging Face token", r"\b(hf_[A-Za-z]{34})\b"),
    _form("DigitalOcean token", r"\b(do[por]_v1_[a-f0-9]{64})\b"),
    _form("Vault token", r"\b(hvs\.[A-Za-z0-9_-]{90,})"),
    _form("Azure storage key", r"AccountKey=([A-Za-z0-9+/]{86}==)"),
    _form(
        "AWS key",
        r"\b(A[KS]IA[A-Z2-7]{16})\b(?:[^\n]*\n){0,3}[^\n]*[^A-Za-z0-9/+=][A-Za-z0-9/+]{40}(?:[^A-Za-z0-9/+=]|$)",
    ),
)
# One look for the beginnings of all forms: nearly every file has none of them.
_ANY = compile_linear(
    r"PRIVATE KEY|PuTTY-User-Key-File-|gh[pousr]_[A-Za-z0-9]{30}|github_pat_|glpat-|npm_[A-Za-z0-9]{30}",
    r"pypi-AgEI|rubygems_|oy2[a-z0-9]{40}|dckr_pat_|xox[abposr]-|hooks\.slack|[sr]k_live_|T3BlbkFJ|sk-ant-",
    r"SG\.[A-Za-z0-9_-]{22}|hf_[A-Za-z]{30}|do[por]_v1_|hvs\.|AccountKey=|A[KS]IA[A-Z2-7]{16}",
)


def find_secrets(content: bytes) -> list[SecretFind]:
    """Return the secrets in a text, at most twenty of each kind."""
    return list(_search_closely(content)) if _ANY.search(content) is not None else []


def _search_closely(content: bytes) -> Iterator[SecretFind]:
    seen: set[int] = set()
    for form in _FORMS:
        for match in islice(form.pattern.finditer(content), _MOST_FOUND):
            secret, at = match[1], match.start()
            if at not in seen and form.proves(secret):
                seen.add(at)
                line = content.count(b"\n", 0, at) + 1
                yield SecretFind(form.kind, line, secret[:_SHOWN].decode("ascii", "replace"))
