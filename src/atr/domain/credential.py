# SPDX-License-Identifier: Apache-2.0
"""Secrets: how tokens are written so that scanners find them, and how every secret is stored."""

import hashlib
import re
import zlib
from datetime import timedelta

TOKEN_PREFIX = "atr_"  # noqa: S105 -- the public beginning of every token
LOGIN_CODE_LIFE = timedelta(minutes=15)
LONGEST_CODE_LIFE = timedelta(days=7)
PERSONAL_TOKEN_LIFE = timedelta(days=30)
USE_NOTED_EVERY = timedelta(minutes=1)
_TOKEN = re.compile(r"atr_[A-Za-z0-9_-]{20,200}[0-9a-f]{8}")
_CHECKSUM_DIGITS = 8


def write_token(random: str) -> str:
    """Return the text of a token: prefix, the random part, and its CRC-32 as eight hexadecimal digits."""
    return f"{TOKEN_PREFIX}{random}{_sum_up(random)}"


def is_token(text: str) -> bool:
    """Tell whether the text is written as a token with the right checksum; says nothing about validity."""
    random = text[len(TOKEN_PREFIX) : -_CHECKSUM_DIGITS]
    return _TOKEN.fullmatch(text) is not None and text.endswith(_sum_up(random))


def hash_secret(secret: str) -> str:
    """Return the only form in which a secret is stored: its sha256, hexadecimal.

    Secrets are long and random, so that a slow hash would add nothing.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _sum_up(random: str) -> str:
    return f"{zlib.crc32(random.encode()):0{_CHECKSUM_DIGITS}x}"
