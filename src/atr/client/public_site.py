# SPDX-License-Identifier: Apache-2.0
"""The public side of a server: release metadata, KEYS and files, without a token."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

import httpx2
import stamina

from atr.client.failures import Failed, Unreachable
from atr.client.fetching import Wanted, receive_file
from atr.client.http import ATTEMPTS, COME_BACK, TryAgain, raise_for_problem
from atr.client.metadata import Metadata, read_metadata
from atr.client.output import Advance
from atr.domain.coordinates import KEYS_NAME, METADATA_FILE
from atr.domain.names import FilePath

_TIMEOUT = httpx2.Timeout(60.0, connect=10.0)


class PublicSite:
    """Reads what everybody can read, following `latest` to where it leads."""

    def __init__(self, base: str) -> None:
        self._client = httpx2.Client(base_url=base, timeout=_TIMEOUT, follow_redirects=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    @classmethod
    def of(cls, url: str) -> Self:
        """Return the site on which an address is found."""
        parts = urlsplit(url)
        return cls(f"{parts.scheme}://{parts.netloc}")

    def fetch_metadata(self, path: str) -> tuple[bytes, Metadata]:
        """Return a release as data, as it came and as it is understood."""
        data = self._fetch(path, "application/json")
        return data, read_metadata(data, path)

    def fetch_keys(self, path: str) -> bytes:
        """Return a project's KEYS."""
        return self._fetch(path, "text/plain")

    def save_evidence(self, path: str, folder: Path) -> None:
        """Put the metadata of the release at a path, and the KEYS of its project, into a folder."""
        data, metadata = self.fetch_metadata(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / METADATA_FILE).write_bytes(data)
        (folder / KEYS_NAME).write_bytes(self.fetch_keys(metadata.keys))

    def save_files(self, metadata: Metadata, folder: Path, advance: Advance) -> None:
        """Put all offered files into a folder; raise Failed for one with other content than listed."""
        for file in metadata.offered:
            wanted = Wanted(folder / FilePath(file.path), file.size, file.sha512)
            receive_file(wanted, partial(self._open, f"{metadata.path}/{quote(file.path)}"), advance)

    @contextmanager
    def _open(self, path: str, headers: dict[str, str]) -> Iterator[httpx2.Response]:
        with self._client.stream("GET", path, headers=headers) as response:
            if not response.is_success:
                response.read()
            if response.status_code in COME_BACK:
                raise TryAgain(response)
            raise_for_problem(response)
            yield response

    def _fetch(self, path: str, accept: str) -> bytes:
        call = stamina.RetryingCaller(attempts=ATTEMPTS)
        try:
            response = call(httpx2.TransportError, self._client.get, path, headers={"Accept": accept})
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise Unreachable(f"{self._client.base_url} does not answer ({error}).") from None
        if response.status_code == 404:
            raise Failed(f"There is nothing at {path} of {self._client.base_url}.", status=404)
        raise_for_problem(response)
        return response.content
