# SPDX-License-Identifier: Apache-2.0
"""What becomes of the database's complaints."""

import psycopg
import pytest
import sqlalchemy.exc
from psycopg import errors
from sqlalchemy.exc import DBAPIError, OperationalError

from atr.db.faults import explain_fault, translate_faults
from atr.domain.errors import Conflict, DomainError, OutOfSpace, Unavailable


def _wrap(original: BaseException, *, invalidated: bool = False) -> DBAPIError:
    return OperationalError("SELECT", None, original, connection_invalidated=invalidated)


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        (errors.DiskFull(), OutOfSpace),
        (errors.UniqueViolation(), Conflict),
        (errors.SerializationFailure(), Conflict),
        (errors.DeadlockDetected(), Conflict),
        (errors.LockNotAvailable(), Conflict),
        (errors.OutOfMemory(), Unavailable),
        (errors.TooManyConnections(), Unavailable),
        (errors.QueryCanceled(), Unavailable),
        (errors.AdminShutdown(), Unavailable),
        (errors.CannotConnectNow(), Unavailable),
        (errors.ConnectionFailure(), Unavailable),
        (psycopg.OperationalError("connection refused"), Unavailable),
    ],
)
def test_what_somebody_can_act_on_is_explained(original: psycopg.Error, expected: type[DomainError]) -> None:
    explained = explain_fault(_wrap(original))

    assert type(explained) is expected
    assert str(explained).endswith(".")


@pytest.mark.parametrize(
    "original", [errors.SyntaxError(), errors.UndefinedTable(), errors.RestrictViolation(), ValueError()]
)
def test_a_fault_of_ours_passes_unchanged(original: Exception) -> None:
    with pytest.raises(DBAPIError), translate_faults():
        raise _wrap(original)


def test_a_connection_found_broken_is_a_lost_database() -> None:
    with pytest.raises(Unavailable, match="does not answer"), translate_faults():
        raise _wrap(psycopg.InterfaceError("the connection is closed"), invalidated=True)


def test_a_pool_without_a_free_connection_is_too_much_to_do() -> None:
    with pytest.raises(Unavailable, match="more to do"), translate_faults():
        raise sqlalchemy.exc.TimeoutError("QueuePool limit")
