# SPDX-License-Identifier: Apache-2.0
"""Who wrote a mail, also where a list has put its own address into From (DMARC)."""

import re
from dataclasses import dataclass

from atr.domain.names import MailAddress
from atr.formats.mail_headers import Headers, make_address, read_address

_VIA = re.compile(r"^(?P<name>.{0,200}?)\s+(?:via|durch|por|par|\u901a\u8fc7)\s+\S.{0,100}$", re.IGNORECASE)
_ENCODED = re.compile(r"(?P<user>[^=@]{1,64})=40(?P<host>[^=@]{1,200})@.{1,200}")
_LIST_ADDRESS = re.compile(r"<mailto:([^<>?\s]{3,254})")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Author:
    """The address that the mail's author uses, their name, and what stands in From."""

    address: MailAddress | None
    name: str
    from_address: MailAddress | None


def read_author(headers: Headers) -> Author:
    """Return the author; no address where From is missing, doubled, or names several people."""
    address, name = read_address(headers.get_only("from"))
    via = _VIA.match(name)
    shown = (via["name"] if via else name).strip("'\" ")[:_LONGEST_NAME]
    if address is None:
        return Author(None, shown, None)
    original = _find_original(headers, address, via=via is not None)
    return Author(original or address, shown, address)


def _find_original(headers: Headers, address: MailAddress, *, via: bool) -> MailAddress | None:
    """Return the address that a list has replaced; None if it has replaced none."""
    for field in ("x-original-from", "x-original-sender-address"):
        original = read_address(headers.get_only(field))[0]
        if original is not None:
            return original
    encoded = _ENCODED.fullmatch(address)
    if encoded:
        return make_address(f"{encoded['user']}@{encoded['host']}")
    if not via and address.lower() not in _find_list(headers):
        return None
    answers = read_address(headers.get_only("reply-to"))[0]
    return None if answers is None or answers.lower() in _find_list(headers) else answers


def _find_list(headers: Headers) -> frozenset[str]:
    """Return the addresses of the list that the mail came by."""
    posts = _LIST_ADDRESS.findall(headers.get("list-post")[:1_000])
    return frozenset(each.lower() for each in posts)
