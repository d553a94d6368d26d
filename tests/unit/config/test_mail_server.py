# SPDX-License-Identifier: Apache-2.0
"""A mail server is named by one address, and a password is never sent in the open."""

import pytest

from atr.config.mail_server import MailSecurity, read_mail_server
from atr.config.reading import load_settings
from atr.domain.errors import Invalid


@pytest.mark.parametrize(
    ("text", "host", "port", "security", "login"),
    [
        ("smtp://mail.example.org", "mail.example.org", 25, MailSecurity.NONE, ("", "")),
        ("smtp://a:b@127.0.0.1:2525", "127.0.0.1", 2525, MailSecurity.NONE, ("a", "b")),
        ("smtp://a:b@localhost/", "localhost", 25, MailSecurity.NONE, ("a", "b")),
        ("smtps://a%40b:c%2Fd@[::1]", "::1", 465, MailSecurity.TLS, ("a@b", "c/d")),
        ("smtp+starttls://a:b@mail.example.org", "mail.example.org", 587, MailSecurity.STARTTLS, ("a", "b")),
    ],
)
def test_an_address_names_all_of_it(
    text: str, host: str, port: int, security: MailSecurity, login: tuple[str, str]
) -> None:
    server = read_mail_server(text)
    assert (server.host, server.port, server.security) == (host, port, security)
    assert (server.user, server.password.reveal()) == login
    assert "c/d" not in repr(server)


@pytest.mark.parametrize(
    "text",
    [
        *("mail.example.org", "http://mail.example.org", "smtp://", "smtp://h:99999", "smtp://h/inbox"),
        *("smtp://h?x=1", "smtps://user@h", "smtps://:secret@h", "smtp://a:b@mail.example.org", "smtp://[x"),
    ],
)
def test_what_is_no_such_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="smtp"):
        read_mail_server(text)
    with pytest.raises(Invalid, match="ATR_SMTP_URL") as refused:
        load_settings({"ATR_SMTP_URL": text, "ATR_DATA_DIR": "/nonexistent"})
    assert "secret" not in str(refused.value)


def test_a_selector_is_a_name_in_dns() -> None:
    with pytest.raises(Invalid, match="a name in DNS"):
        load_settings({"ATR_DKIM_SELECTOR": "a b", "ATR_DATA_DIR": "/nonexistent"})
    assert load_settings({"ATR_DKIM_DOMAIN": "a.example", "ATR_DATA_DIR": "/nonexistent"}).dkim_domain
