# SPDX-License-Identifier: Apache-2.0
"""What the pages of one's own account share."""

from atr.web.components import Link

ACCOUNT_PATH = "/me"
TOKENS_PATH = "/me/tokens"
OWN_KEYS_PATH = "/me/keys"


def list_account_tabs(current: str) -> tuple[Link, ...]:
    """Return the ways between the pages of an account."""
    links = (
        ("Account", ACCOUNT_PATH, "user"),
        ("Signing keys", OWN_KEYS_PATH, "key-round"),
        ("Tokens", TOKENS_PATH, "terminal"),
    )
    return tuple(Link(label, href, icon, href == current) for label, href, icon in links)
