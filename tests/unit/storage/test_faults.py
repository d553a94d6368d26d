# SPDX-License-Identifier: Apache-2.0
"""Foreign errors in ATR's words."""

import errno

import pytest
from obstore.exceptions import GenericError

from atr.domain.errors import DomainError, NotFound, OutOfSpace
from atr.ports.blobs import StoreUnavailable
from atr.storage.faults import translate_faults


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (FileNotFoundError(errno.ENOENT, "gone"), NotFound),
        (OSError(errno.ENOSPC, "full"), OutOfSpace),
        (OSError(errno.EDQUOT, "quota"), OutOfSpace),
        (OSError(errno.EFBIG, "limit"), OutOfSpace),
        (GenericError("put failed: No space left on device (os error 28)"), OutOfSpace),
        (GenericError("connection refused\n\nDebug source:\nlong"), StoreUnavailable),
        (PermissionError(errno.EACCES, "not yours"), PermissionError),
    ],
)
def test_a_fault_is_raised_as_what_it_means(error: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected) as caught, translate_faults("blob", "x"):
        raise error
    assert "Debug source" not in str(caught.value)


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(DomainError, match=r"There is no blob x\."), translate_faults("blob", "x"):
        raise FileNotFoundError
