# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the rules about secrets and leftovers; the secrets are made here and open nothing."""

import base64
import hashlib
from functools import partial

from tests.unit.checks.cases.case import Case
from tests.unit.checks.cases.header_cases import put_files


def make_noise(length: int, seed: bytes = b"noise") -> str:
    """Return letters and digits that look random and are always the same."""
    digests = b"".join(hashlib.sha256(seed + bytes([number])).digest() for number in range(length // 20 + 1))
    return base64.b64encode(digests).decode().replace("+", "a").replace("/", "b")[:length]


def make_pem(kind: str = "PRIVATE KEY", newline: str = "\n") -> str:
    """Return something that looks like a private key."""
    noise = make_noise(64 * 8)
    lines = [noise[at : at + 64] for at in range(0, len(noise), 64)]
    return newline.join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----", ""])


GITLAB = "gl" + "pat-" + make_noise(20)


def put(name: str, content: str) -> partial[None]:
    """Return a change that makes a source archive with this file."""
    return partial(put_files, {name: content})


CASES: tuple[Case, ...] = (
    Case("secret.private-key", "a key", put("conf/server.key", make_pem()), finds=True),
    Case(
        "secret.private-key",
        "a key in JSON",
        put("a.json", f'{{"private_key": "{make_pem(newline=chr(92) + "n")}"}}'),
        finds=True,
    ),
    Case("secret.private-key", "a certificate", put("conf/server.crt", make_pem("CERTIFICATE")), finds=False),
    Case("secret.private-key", "a key among tests", put("src/test/server.key", make_pem()), finds=False),
    Case(
        "secret.private-key",
        "a mark without a key",
        put("a.txt", "-----BEGIN PRIVATE KEY-----\n...\n"),
        finds=False,
    ),
    Case("secret.token", "a token", put("conf/app.cfg", f"token={GITLAB}\n"), finds=True),
    Case(
        "secret.token",
        "a placeholder",
        put("conf/app.cfg", f"token={'gl' + 'pat-'}{'x' * 20}\n"),
        finds=False,
    ),
    Case("secret.among-tests", "a key among tests", put("src/test/server.key", make_pem()), finds=True),
    Case("secret.among-tests", "a token in an example", put("docs/a.txt", f"token={GITLAB}\n"), finds=True),
    Case("secret.among-tests", "a token elsewhere", put("conf/a.txt", f"token={GITLAB}\n"), finds=False),
    Case("secret.repository", "a .git folder", put(".git/config", "[core]\n"), finds=True),
    Case("secret.repository", "a .svn folder inside", put("src/.svn/entries", "12\n"), finds=True),
    Case("secret.repository", "a .gitignore", put(".gitignore", "*.o\n"), finds=False),
    Case("secret.leftover", "a swap file", put("src/.A.java.swp", "b0VIM 8.2"), finds=True),
    Case("secret.leftover", "a backup", put("src/A.java~", "class A {}\n"), finds=True),
    Case("secret.leftover", "a source", put("src/a.txt", "text\n"), finds=False),
    Case("secret.settings", "a file with an environment", put("docker/.env", "A=b\n"), finds=True),
    Case("secret.settings", "an example of one", put("docker/.env.example", "A=b\n"), finds=False),
)
