# SPDX-License-Identifier: Apache-2.0
"""What PostgreSQL complains about, in ATR's own words."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy.exc
from sqlalchemy.exc import DBAPIError

from atr.domain.errors import Conflict, DomainError, OutOfSpace, Unavailable

_AT_THE_SAME_TIME = (Conflict, "Somebody else changed the same thing at the same moment: try again.")
_TOO_BUSY = (Unavailable, "The database has more to do than it can: try again in a moment.")
# By SQLSTATE (PostgreSQL documentation, appendix A).
_EXPLANATIONS: dict[str | None, tuple[type[DomainError], str]] = {
    "23505": (Conflict, "Somebody else has just made the same thing: look again."),
    "40001": _AT_THE_SAME_TIME,
    "40P01": _AT_THE_SAME_TIME,
    "55P03": _AT_THE_SAME_TIME,
    "53100": (OutOfSpace, "The database's disk is full: nothing was changed."),
    "53200": _TOO_BUSY,
    "53300": _TOO_BUSY,
    "57014": (Unavailable, "The database took too long and was stopped: nothing was changed."),
}


@contextmanager
def translate_faults() -> Iterator[None]:
    """Raise OutOfSpace, Unavailable or Conflict for what the database may complain about.

    A fault of ours, such as wrong SQL, passes unchanged. Repositories that know what a broken constraint
    means translate it themselves, before it comes here.
    """
    try:
        yield
    except sqlalchemy.exc.TimeoutError as error:
        raise Unavailable("The server has more to do than it can: try again in a moment.") from error
    except DBAPIError as error:
        translated = explain_fault(error)
        if translated is None:
            raise
        raise translated from error


def explain_fault(error: DBAPIError) -> DomainError | None:
    """Return what to tell about the fault, or None when it is a fault of ours."""
    original = error.orig
    if not isinstance(original, psycopg.Error):
        return None
    if original.sqlstate in _EXPLANATIONS:
        kind, sentence = _EXPLANATIONS[original.sqlstate]
        return kind(sentence)
    if _is_lost(error, original):
        return Unavailable("The database does not answer: nothing was changed. Try again in a moment.")
    return None


def _is_lost(error: DBAPIError, original: psycopg.Error) -> bool:
    """Tell whether the connection is gone: cut (08, 57P0x), never made (no code), or found broken."""
    state = original.sqlstate
    if error.connection_invalidated or (state or "").startswith(("08", "57P")):
        return True
    return state is None and isinstance(original, psycopg.OperationalError)
