# SPDX-License-Identifier: Apache-2.0
"""How mail programs of many languages announce quoted and forwarded mail, and lists their footers."""

import re
import tomllib
from importlib.resources import files

_WORDS: dict[str, list[str]] = tomllib.loads(
    files("atr.formats").joinpath("data/mail_words.toml").read_text("utf-8")
)


def join_words(kind: str) -> str:
    """Return a pattern for any of the words of that kind."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s") for word in sorted(_WORDS[kind], reverse=True))


_WROTE = tuple(word.lower() for word in _WORDS["wrote"])


def says_who_wrote(line: str) -> bool:
    """Tell whether a line that ends in a colon could end an attribution.

    Some languages have no verb, and end with the address.
    """
    lowered = line.lower()  # plain searches take a tenth of what a pattern of all the words takes
    return lowered[:-1].rstrip().endswith(">") or any(word in lowered for word in _WROTE)


ATTRIBUTION_START = re.compile(
    r"\s{0,3}(?:On|At|Am|Le|El|Il|Op|Em|Den|Dnia|W\sdniu|Dne|Po|Pe|Pada|\w{2,4}[.,]{1,2})\s.{0,200}\d"
)
"""The beginning of such a line that goes over several."""

OLD_MAIL = re.compile(
    rf"\s{{0,3}}(?:[-_=*]{{2,60}}[ \t]{{0,3}}(?:{join_words('old_mail')})|{join_words('begun')})",
    re.IGNORECASE,
)
"""What stands above a whole mail, answered to or passed on, that is not marked line by line."""

FROM_FIELD = re.compile(rf"\s{{0,3}}\*{{0,2}}(?:{join_words('from')})\s?[:\uff1a]", re.IGNORECASE)
"""The first field of a quoted mail's header in a text."""

OTHER_FIELD = re.compile(rf"\s{{0,3}}\*{{0,2}}(?:{join_words('other')})\s?[:\uff1a]", re.IGNORECASE)
"""A further field of such a header."""

FOOTER = re.compile(
    r"\s{0,3}(?:To unsubscribe,? (?:e-?mail|from|send|visit)|For additional commands, e-?mail"
    r"|You received this message because you are subscribed|_\._,_\._,_|(?:-=){6}|(?:=-){6}"
    r"|\S{1,80} mailing list(?:\s--\s\S|\s{0,9}$)|Groups\.io Links|Unsubscribe: )",
    re.IGNORECASE,
)
"""The first line of what a mailing list adds below every mail."""

DEVICE = re.compile(rf"\s{{0,3}}(?:{join_words('device')})", re.IGNORECASE)
"""A line that a telephone adds."""
