# SPDX-License-Identifier: Apache-2.0
"""Secrets by their form; all are made here from noise, in pieces, so that nobody takes them for real."""

import zlib

import pytest
from hypothesis import given, strategies

from atr.formats.secret_forms import find_secrets
from tests.unit.checks.cases.secret_cases import make_noise, make_pem

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def add_checksum(prefix: str) -> str:
    """Return a token with a checksum, as GitHub and npm make them."""
    body = make_noise(30)
    rest, digits = zlib.crc32(body.encode()), ""
    while rest:
        rest, digit = divmod(rest, 62)
        digits = DIGITS[digit] + digits
    return f"{prefix}{body}{digits.rjust(6, '0')}"


def make_hex(length: int) -> str:
    """Return hexadecimal noise."""
    return make_noise(length).encode().hex()[:length]


TOKENS = [
    ("GitHub token", add_checksum("gh" + "p_")),
    ("GitHub token", add_checksum("gh" + "s_")),
    ("GitHub token", "github" + "_pat_" + make_noise(22) + "_" + make_noise(59)),
    ("GitLab token", "gl" + "pat-" + make_noise(20)),
    ("npm token", add_checksum("np" + "m_")),
    ("PyPI token", "pypi-AgEI" + "cHlwaS5vcmc" + make_noise(120)),
    ("RubyGems token", "ruby" + "gems_" + make_hex(48)),
    ("NuGet key", "oy" + "2" + make_noise(80).lower()[:43]),
    ("Docker token", "dckr" + "_pat_" + make_noise(27)),
    ("Slack token", "xox" + "b-908172635412-" + make_noise(24)),
    ("Slack web hook", "https://hooks.slack" + ".com/services/T0ABCDE12/B0ABCDE34/" + make_noise(24)),
    ("Stripe key", "sk" + "_live_" + make_noise(24)),
    ("SendGrid key", "S" + "G." + make_noise(22) + "." + make_noise(43)),
    ("OpenAI key", "s" + "k-" + make_noise(20) + "T3Blbk" + "FJ" + make_noise(20)),
    ("Anthropic key", "sk-" + "ant-api03-" + make_noise(95)),
    ("Hugging Face token", "h" + "f_" + "".join(filter(str.isalpha, make_noise(90)))[:34]),
    ("DigitalOcean token", "do" + "p_v1_" + make_hex(64)),
    ("Vault token", "hv" + "s." + make_noise(95)),
    ("Azure storage key", "Account" + "Key=" + make_noise(86) + "=="),
    ("AWS key", "AK" + "IA" + "QWERTYUIOPASDFGH" + "\naws_secret_access_key = " + make_noise(40)),
    ("AWS key", "AK" + "IA" + "QWERTYUIOPASDFGH" + '", "' + make_noise(40) + '"'),
]


@pytest.mark.parametrize(("kind", "token"), TOKENS)
def test_tokens_are_known_by_their_form(kind: str, token: str) -> None:
    (found,) = find_secrets(f"first\nkey = '{token}'\nlast\n".encode())
    assert (found.kind, found.line) == (kind, 2)
    assert len(found.start) == 4
    assert token not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        "gh" + "p_" + make_noise(36),  # the checksum is wrong
        "np" + "m_" + make_noise(36),
        "gl" + "pat-" + "x" * 20,
        "gl" + "pat-" + "ab" * 10,
        "sk" + "_live_" + "1234567890" * 3,
        "AK" + "IA" + "IOSFODNN7EXAMPLE secret " + make_noise(40),
        "AK" + "IA" + "QWERTYUIOPASDFGH alone",
        "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
        "xox" + "b-your-token",
        "the prefix of tokens is gh" + "p_",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
        'if line == "-----BEGIN OPENSSH PRIVATE KEY-----":\n    raise ValueError("That is a private key")\n'
        * 5,
        make_pem("PUBLIC KEY"),
        make_pem("CERTIFICATE"),
        "PuTTY-User-Key-File-2: ssh-rsa is how the file begins",
    ],
)
def test_what_only_resembles_a_secret_is_none(text: str) -> None:
    assert find_secrets(text.encode()) == []


ENCRYPTED = make_pem("RSA PRIVATE KEY").replace(
    "KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", 1
)
QUOTED = "\n".join(f'    "{line}\\n" +' for line in make_pem("RSA PRIVATE KEY").splitlines())
PUTTY = (
    "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 2\n"
    f"{make_noise(64)}\n{make_noise(20)}\nPrivate-Lines: 1\n{make_noise(48)}\nPrivate-MAC: 00\n"
)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("private key", make_pem()),
        ("private key", make_pem("EC PRIVATE KEY")),
        ("private key", make_pem("ENCRYPTED PRIVATE KEY")),
        ("private key", make_pem(newline="\r\n")),
        ("private key", f'{{"type": "service_account", "private_key": "{make_pem(newline=chr(92) + "n")}"}}'),
        ("private key", ENCRYPTED),
        ("private key", QUOTED),
        ("private key", "# " + make_pem().replace("\n", "\n# ")),
        ("OpenSSH private key", make_pem("OPENSSH PRIVATE KEY")),
        ("PGP private key", make_pem("PGP PRIVATE KEY BLOCK").replace("-----\n", "-----\nVersion: 1\n\n", 1)),
        ("PuTTY private key", PUTTY),
    ],
)
def test_private_keys_are_known_by_their_bodies(kind: str, text: str) -> None:
    assert [found.kind for found in find_secrets(text.encode())] == [kind]


def test_a_secret_is_told_once_and_many_are_limited() -> None:
    token = dict(TOKENS)["GitLab token"]
    assert len(find_secrets(f"{token}\n{token}\n".encode())) == 2
    assert len(find_secrets(f"{token}\n".encode() * 100)) == 20


@given(strategies.binary(max_size=2000))
def test_any_bytes_get_an_answer(content: bytes) -> None:
    assert find_secrets(content) == []
