# SPDX-License-Identifier: Apache-2.0
"""The keyring: reads keys and weighs signatures, in this process or in others."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from atr.domain.errors import DomainError
from atr.domain.key import PublicKey, RejectedKey, SignatureVerdict
from atr.formats.openpgp import read_keys
from atr.openpgp.answers import weigh_answer
from atr.openpgp.proof import weigh_signatures

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


class OpenPgpUnavailable(DomainError):
    """Raised when the process that reads OpenPGP died; another one is started for the next call."""


class LocalKeyring:
    """Knows OpenPGP in this process: for programs that do one thing and end, as `atr check` does."""

    def read_keys(self, data: bytes) -> tuple[tuple[PublicKey, ...], tuple[RejectedKey, ...]]:
        """Read a key or a whole KEYS file: what can be used, and what was refused with its reason."""
        return read_keys(data)

    def verify_detached(
        self, keys: Sequence[PublicKey], signature: bytes, data: Path, now: datetime
    ) -> SignatureVerdict:
        """Say what a detached signature over the file is worth, trusting these keys alone."""
        return weigh_signatures(keys, signature, data, now)

    def verify_answer(self, key: PublicKey, text: str, answer: bytes, now: datetime) -> SignatureVerdict:
        """Say what a signature by the key over a text is worth: a detached one, or the text clear-signed."""
        return weigh_answer(key, text, answer, now)


class ProcessKeyring:
    """Knows OpenPGP in worker processes, which start with the first call and end with `close`."""

    def __init__(self, workers: int = 2) -> None:
        """Use at most that many processes."""
        self._workers = workers
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Return the keyring, to be closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the worker processes."""
        self.close()

    def close(self) -> None:
        """End the worker processes; a later call starts them again."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def read_keys(self, data: bytes) -> tuple[tuple[PublicKey, ...], tuple[RejectedKey, ...]]:
        """Read a key or a whole KEYS file: what can be used, and what was refused with its reason."""
        return self._run(read_keys, data)

    def verify_detached(
        self, keys: Sequence[PublicKey], signature: bytes, data: Path, now: datetime
    ) -> SignatureVerdict:
        """Say what a detached signature over the file is worth, trusting these keys alone."""
        return self._run(weigh_signatures, tuple(keys), signature, data, now)

    def verify_answer(self, key: PublicKey, text: str, answer: bytes, now: datetime) -> SignatureVerdict:
        """Say what a signature by the key over a text is worth: a detached one, or the text clear-signed."""
        return self._run(weigh_answer, key, text, answer, now)

    def _run(
        self,
        function: Callable[_Parameters, _Result],
        *args: _Parameters.args,
        **kwargs: _Parameters.kwargs,
    ) -> _Result:
        pool = self._start()
        try:
            return pool.submit(function, *args, **kwargs).result()
        except BrokenProcessPool as error:
            self._forget(pool)
            raise OpenPgpUnavailable("The process that reads OpenPGP ended; try again.") from error

    def _start(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(self._workers, context, _watch_parent)
            return self._pool

    def _forget(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        pool.shutdown(wait=False, cancel_futures=True)


def _watch_parent() -> None:
    """Have this worker process end when its parent is gone without a word, as by kill -9."""
    threading.Thread(target=_end_with_parent, name="watch parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
