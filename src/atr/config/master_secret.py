# SPDX-License-Identifier: Apache-2.0
"""The secret that protects all other secrets: given by the operator, or made once."""

import os
import secrets
from pathlib import Path

from atr.config.secret import Secret
from atr.config.settings import Settings
from atr.domain.errors import Refused

FILE_NAME = "master.secret"


def provide_master_secret(settings: Settings) -> Secret:
    """Return the master secret; make it on the first start of the embedded set-up.

    Raise Refused when several machines may share the database, because then each would make its own.
    """
    if settings.master_secret is not None:
        return settings.master_secret
    path = settings.data_dir / FILE_NAME
    if not settings.embedded and not path.exists():
        raise Refused(
            "With database_url set, every process needs the same master_secret: "
            "set ATR_MASTER_SECRET_FILE to a file with at least 32 random characters."
        )
    if not path.exists():
        _make_secret(path)
    return Secret(path.read_text(encoding="ascii").strip())


def _make_secret(path: Path) -> None:
    """Write a new secret so that the file is there whole or not at all, and the first writer wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
