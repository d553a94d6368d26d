# SPDX-License-Identifier: Apache-2.0
"""Where mail comes in, as the settings say it."""

from pathlib import Path

import pytest

from atr.config.mail_listener import MailListener, read_mail_listener, read_networks


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("lmtp://127.0.0.1:2424", MailListener(is_lmtp=True, host="127.0.0.1", port=2424)),
        ("smtp://[::1]:2525", MailListener(is_lmtp=False, host="::1", port=2525)),
        ("lmtp:///run/atr.sock", MailListener(is_lmtp=True, path=Path("/run/atr.sock"))),
    ],
)
def test_a_host_or_a_socket_is_read(text: str, place: MailListener) -> None:
    assert read_mail_listener(text) == place


@pytest.mark.parametrize(
    "text", ["http://x:1", "lmtp://x", "lmtp://x:1/y", "lmtp://x:99999", "smtp:///x", "lmtp://a@x:1", ""]
)
def test_everything_else_says_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="lmtp://host:port"):
        read_mail_listener(text)


def test_networks_are_read() -> None:
    assert [str(each) for each in read_networks("10.1.2.3/8, ::1,")] == ["10.0.0.0/8", "::1/128"]
    with pytest.raises(ValueError, match="addresses or networks"):
        read_networks("example.org")
