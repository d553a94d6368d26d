# SPDX-License-Identifier: Apache-2.0
"""A form with one file (RFC 7578), read as it is sent."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from atr.ports.platforms import Parcel


@dataclass(frozen=True, slots=True)
class Form:
    """A body of known length around the file's bytes."""

    content_type: str
    head: bytes = field(repr=False)
    parcel: Parcel
    tail: bytes

    @property
    def size(self) -> int:
        """Return the length of the body in bytes."""
        return len(self.head) + self.parcel.content.size + len(self.tail)

    def read(self) -> Iterator[bytes]:
        """Begin a new reading of the body."""
        yield self.head
        yield from self.parcel.read()
        yield self.tail


def build_form(fields: Iterable[tuple[str, str]], name: str, parcel: Parcel) -> Form:
    """Return the form of an upload: the fields, and the file as `content`."""
    boundary = secrets.token_hex(24)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="content"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    tail = f"\r\n--{boundary}--\r\n".encode()
    return Form(f"multipart/form-data; boundary={boundary}", "".join(parts).encode(), parcel, tail)
