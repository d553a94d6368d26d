# SPDX-License-Identifier: Apache-2.0
"""Who signed a mail (DKIM, RFC 6376) and which hosts sealed it on its way (ARC, RFC 8617), by dkimpy.

Whatever a mail says, it costs a limited number of look-ups and signatures.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterable

import dkim  # type: ignore[import-untyped]  # dkimpy has no types

from atr.domain.errors import Unavailable
from atr.domain.mail_identity import MailProof, Seal, Signature
from atr.ports.mail_identity import KeyRecords

LARGEST_EXAMINED = 8 * 1024 * 1024
_LARGEST_HEAD = 256 * 1024
_MOST_SIGNATURES = 5
_MOST_SEALS = 10
_MOST_LOOKUPS = 20
_SHORTEST_KEY_BITS = 1_024
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_PASSED = re.compile(r"^\s*dkim\s*=\s*pass\b(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_SIGNER = re.compile(
    r"\bheader\.(?:d\s*=\s*|i\s*=\s*\"?[^@\s;\"]*@)(?P<domain>[A-Za-z0-9.-]{1,253})", re.IGNORECASE
)
_SILENT = logging.getLogger("atr.dkim")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
_SILENT.setLevel(logging.CRITICAL)


class DkimProver:
    """Checks signatures and seals with the keys that domains publish."""

    def __init__(self, keys: KeyRecords) -> None:
        self._keys = keys

    def examine(self, raw: bytes) -> MailProof:
        """Return what is proven; whatever is broken proves nothing."""
        head = re.split(rb"\r?\n\r?\n", raw[: _LARGEST_HEAD + 4], maxsplit=1)[0]
        if len(raw) > LARGEST_EXAMINED or len(head) > _LARGEST_HEAD:
            return MailProof(problem="The mail is too large for its signature to be looked at.")
        lookup = _Lookup(self._keys)
        try:
            signatures = tuple(_list_signatures(raw, lookup))
            seals, sealed_headers = _read_chain(raw, lookup)
        except Unavailable as error:
            return MailProof(problem=str(error))
        # dkimpy meets what nobody wrote by any rule with whatever its own code raises.
        except (dkim.DKIMException, ValueError, KeyError, IndexError, TypeError, AttributeError):
            return MailProof(problem="The signatures of the mail cannot be read.")
        return MailProof(signatures, seals, sealed_headers, lookup.problem)


class _Lookup:
    """The keys of one mail: each name is asked for once, and only so many."""

    def __init__(self, keys: KeyRecords) -> None:
        self._keys = keys
        self._known: dict[str, bytes | None] = {}
        self.problem = ""

    def __call__(self, name: bytes, timeout: float = 0) -> bytes | None:  # noqa: ARG002 the port knows its own
        wanted = name.decode("ascii", "replace").rstrip(".")
        if wanted not in self._known:
            self._known[wanted] = self._find(wanted)
        return self._known[wanted]

    def _find(self, name: str) -> bytes | None:
        if len(self._known) >= _MOST_LOOKUPS:
            return None
        try:
            return self._keys.find(name)
        except Unavailable as error:
            self.problem = str(error)
            return None


def _list_signatures(raw: bytes, lookup: _Lookup) -> Iterable[Signature]:
    message = dkim.DKIM(raw, logger=_SILENT, minkey=_SHORTEST_KEY_BITS)
    number = min(sum(name.lower() == b"dkim-signature" for name, _ in message.headers), _MOST_SIGNATURES)
    for index in range(number):
        each = dkim.DKIM(raw, logger=_SILENT, minkey=_SHORTEST_KEY_BITS)
        try:
            right = each.verify(idx=index, dnsfunc=lookup)
        except dkim.DKIMException:
            continue
        # `l=` leaves the end of the text to whoever passes the mail on.
        if right and b"l" not in each.signature_fields:
            signed = each.signature_fields[b"h"]
            yield Signature(each.domain.decode("ascii").lower(), _find_covered(message.headers, signed))


def _find_covered(headers: list[tuple[bytes, bytes]], signed: bytes) -> frozenset[str]:
    """Return the signed headers of which no further one could have been added."""
    there = Counter(name.lower() for name, _ in headers)
    named = Counter(each.strip().lower() for each in signed.split(b":"))
    covered = (name for name, times in named.items() if 0 < there[name] <= times)
    return frozenset(name.decode("ascii", "replace") for name in covered)


def _read_chain(raw: bytes, lookup: _Lookup) -> tuple[tuple[Seal, ...], frozenset[str]]:
    message = dkim.ARC(raw, logger=_SILENT, minkey=_SHORTEST_KEY_BITS)
    number = sum(name.lower() == b"arc-seal" for name, _ in message.headers)
    if not 0 < number <= _MOST_SEALS:
        return (), frozenset()
    try:
        standing, links, _reason = message.verify(dnsfunc=lookup)
    except dkim.DKIMException:
        return (), frozenset()
    if standing != dkim.CV_Pass:
        return (), frozenset()
    seals = tuple(
        Seal(link["as-domain"].decode("ascii").lower(), _read_results(link["aar-value"])) for link in links
    )
    return seals, _find_sealed(message.headers, links[0]["instance"])


def _read_results(value: bytes) -> tuple[str, ...]:
    """Return the domains whose signature was right when the seal was made (RFC 8601)."""
    text = value.decode("utf-8", "replace")
    for _ in range(5):
        text = _COMMENT.sub(" ", text)
    passed = filter(None, map(_PASSED.match, text.split(";")))
    found = (_SIGNER.search(each["rest"]) for each in passed)
    return tuple(each["domain"].lower() for each in found if each is not None)


def _find_sealed(headers: list[tuple[bytes, bytes]], instance: int) -> frozenset[str]:
    """Return the headers that the newest link of the chain covers."""
    signatures = (value for name, value in headers if name.lower() == b"arc-message-signature")
    for value in signatures:
        tags = {
            name.strip(): said.strip()
            for name, _, said in (each.partition(b"=") for each in value.split(b";"))
        }
        if tags.get(b"i") == str(instance).encode():
            return _find_covered(headers, re.sub(rb"\s+", b"", tags.get(b"h", b"")))
    return frozenset()
