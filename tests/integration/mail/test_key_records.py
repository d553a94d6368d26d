# SPDX-License-Identifier: Apache-2.0
"""Keys of domains from a file, and from name servers that answer or do not."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from atr.domain.errors import Invalid, Unavailable
from atr.mail.key_records import DnsKeys, FileKeys

NAME = "test._domainkey.example.org"


def test_a_file_holds_keys_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"# ours\n\n{NAME}. v=DKIM1; p=abc\n")
    keys = FileKeys(path)
    assert keys.find(NAME.upper()) == b"v=DKIM1; p=abc"
    assert keys.find("other._domainkey.example.org") is None


def test_a_file_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        FileKeys(tmp_path / "missing")


@contextmanager
def run_name_server(code: dns.rcode.Rcode, *texts: str) -> Iterator[DnsKeys]:
    """Answer every question for TXT records the same way."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def answer() -> None:
            while True:
                data, peer = server.recvfrom(4096)
                if not data:
                    return
                response = dns.message.make_response(dns.message.from_wire(data))
                response.set_rcode(code)
                if texts:
                    name = response.question[0].name
                    response.answer.append(dns.rrset.from_text_list(name, 60, "IN", "TXT", list(texts)))
                server.sendto(response.to_wire(), peer)

        thread = threading.Thread(target=answer)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
        try:
            yield DnsKeys(resolver)
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
                ending.sendto(b"", server.getsockname())
            thread.join(5)


def test_a_record_in_pieces_is_put_together() -> None:
    with run_name_server(dns.rcode.NOERROR, '"v=DKIM1; " "p=abc"') as keys:
        assert keys.find(NAME) == b"v=DKIM1; p=abc"


def test_a_name_that_nobody_has_has_no_key() -> None:
    with run_name_server(dns.rcode.NXDOMAIN) as keys:
        assert keys.find(NAME) is None


def test_a_server_that_fails_is_no_answer() -> None:
    told = "key of example[.]org could not be looked up"
    with run_name_server(dns.rcode.SERVFAIL) as keys, pytest.raises(Unavailable, match=told):
        keys.find(NAME)
