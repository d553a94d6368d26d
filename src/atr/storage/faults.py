# SPDX-License-Identifier: Apache-2.0
"""What disks and object stores complain about, in ATR's own words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import BaseError

from atr.domain.errors import NotFound, OutOfSpace
from atr.ports.blobs import StoreUnavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_PHRASES = ("No space left on device", "Disk quota exceeded", "XMinioStorageFull", "InsufficientStorage")


@contextmanager
def translate_faults(kind: str, name: object) -> Iterator[None]:
    """Raise NotFound for the named thing, OutOfSpace or StoreUnavailable instead of foreign errors."""
    try:
        yield
    except FileNotFoundError:
        raise NotFound(kind, name) from None
    except OSError as error:
        if error.errno in _FULL:
            raise _explain_full() from error
        raise
    except BaseError as error:
        if any(phrase in str(error) for phrase in _FULL_PHRASES):
            raise _explain_full() from error
        raise StoreUnavailable(
            f"The store failed: {str(error).partition('Debug source')[0].strip()}"
        ) from error


def _explain_full() -> OutOfSpace:
    return OutOfSpace("The store is full: nothing was changed. Free some space, then try again.")
