# SPDX-License-Identifier: Apache-2.0
"""Sending files: only what the server lacks, taken up again where it was cut off."""

import hashlib
import uuid
from urllib.parse import urlsplit

from atr.client.addresses import address_release
from atr.client.failures import Failed
from atr.client.http import API, Api, Request, TryAgain, raise_for_problem
from atr.client.local_files import BLOCK, LocalFile, read_blocks
from atr.client.output import Advance
from atr.client.patience import LOST_CONNECTION, Patience
from atr.domain.names import ReleaseKey
from atr.schema.uploads import UploadCreate

OFFSET = "Upload-Offset"
_MISSING, _CONFLICT = 404, 409


class Meter:
    """Tells how far one file is, forwards and backwards."""

    def __init__(self, advance: Advance) -> None:
        self._advance = advance
        self.position = 0

    def reach(self, position: int) -> None:
        """Be at a position, in bytes."""
        self._advance(position - self.position)
        self.position = position

    def add(self, amount: int) -> None:
        """Go on by a number of bytes."""
        self.reach(self.position + amount)


class Sender:
    """Sends files of one release; `advance` is told the bytes that are there."""

    def __init__(self, api: Api, release: ReleaseKey, advance: Advance) -> None:
        self._api = api
        self._release = release
        self._advance = advance

    def send(self, file: LocalFile, sha512: str) -> bool:
        """Bring the bytes to the server; tell whether they had to be sent."""
        body = UploadCreate(path=file.path, size=file.size, sha512=sha512)
        meter = Meter(self._advance)
        try:
            return self._continue(file, self._announce(body, self._name_request(body)), meter)
        except Failed as error:
            if error.status != _MISSING:
                raise
        # The upload that was begun under this name is over: begin another.
        return self._continue(file, self._announce(body, uuid.uuid4().hex), meter)

    def _announce(self, body: UploadCreate, name: str) -> str | None:
        """Return where the bytes are to be sent, None when the server has them."""
        address = address_release(self._release, "uploads")
        begun = self._api.request("POST", address, body=body, headers={"Idempotency-Key": name})
        location: str | None = begun.headers.get("location")
        return None if location is None else urlsplit(location).path.removeprefix(API)

    def _name_request(self, body: UploadCreate) -> str:
        """Return a name that is the same when the program starts again, so that the same upload goes on."""
        text = f"{self._release}\n{body.path}\n{body.size}\n{body.sha512}"
        return f"upload {hashlib.sha256(text.encode()).hexdigest()}"

    def _continue(self, file: LocalFile, address: str | None, meter: Meter) -> bool:
        if address is None:
            meter.reach(file.size)
            return False
        meter.reach(self._ask_offset(address) if file.size > BLOCK else 0)
        patience = Patience()
        while meter.position < file.size:
            before = meter.position
            try:
                arrived = self._send_rest(file, address, meter)
            except LOST_CONNECTION as error:
                patience.wait(error)
                arrived = self._ask_offset(address)
            meter.reach(arrived)
            if arrived > before:
                patience.renew()
        return True

    def _send_rest(self, file: LocalFile, address: str, meter: Meter) -> int:
        """Send what is missing; return how many bytes have arrived in all."""
        headers = {
            OFFSET: str(meter.position),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(file.size - meter.position),
        }
        content = read_blocks(file, meter.position, meter.add)
        response = self._api.send_once(Request("PATCH", address, content=content, headers=headers))
        if response.status_code == _CONFLICT:  # what was cut off may still be arriving
            raise TryAgain(response)
        raise_for_problem(response)
        return int(response.headers[OFFSET])

    def _ask_offset(self, address: str) -> int:
        return int(self._api.request("HEAD", address).headers[OFFSET])
