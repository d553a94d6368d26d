# SPDX-License-Identifier: Apache-2.0
"""Which store, and how it is reached."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from atr.config import Secret, Settings
from atr.db.revisions import RevisionRows
from atr.storage.places import Storage, open_storage
from atr.storage.sweep import BlobSweep

SCRATCH = "scratch"
_LEFTOVERS_ARE_KEPT = timedelta(days=1)


def open_store(settings: Settings) -> Storage:
    """Open the store of the settings; the embedded set-up keeps it in the data directory."""
    url = settings.store_url or settings.store_path.resolve().as_uri()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Beside a local store, so that finished files get their names by hard link.
    scratch = settings.store_path / SCRATCH if settings.store_url is None else settings.data_dir / SCRATCH
    return open_storage(url, _list_options(settings), scratch)


def sweep_store(storage: Storage, engine: Engine, grace: timedelta) -> int:
    """Remove blobs that no revision names, and what interrupted work left; return how many blobs."""
    now = datetime.now(UTC)
    storage.published.tidy(now - _LEFTOVERS_ARE_KEPT)
    with engine.connect() as connection:
        report = BlobSweep(storage.blobs).run(RevisionRows(connection).list_digests, grace, now)
    return len(report.deleted)


def _list_options(settings: Settings) -> Mapping[str, str]:
    given = {
        "endpoint": settings.store_endpoint,
        "region": settings.store_region,
        "access_key_id": _reveal(settings.store_access_key),
        "secret_access_key": _reveal(settings.store_secret_key),
    }
    return {name: value for name, value in given.items() if value is not None}


def _reveal(secret: Secret | None) -> str | None:
    return secret.reveal() if secret is not None else None
