# SPDX-License-Identifier: Apache-2.0
"""The database in one file, and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from atr.db.backup import dump, restore
from atr.db.engine import create_engine
from atr.db.programs import Programs, find_programs
from atr.db.revision import find_current, find_newest
from atr.domain.errors import Refused


@pytest.fixture(scope="module")
def programs() -> Programs:
    """Return the programs of this machine."""
    return find_programs()


@pytest.fixture
def other(empty_database_url: str) -> Iterator[Engine]:
    """Return connections to a second database, empty."""
    engine = create_engine(empty_database_url)
    yield engine
    engine.dispose()


def _fill(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sample (name text PRIMARY KEY)"))
        connection.execute(text("INSERT INTO sample VALUES ('kept'), ('Ünïcödé')"))


def _read(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT name FROM sample ORDER BY name")).scalars())


def test_a_backup_restores_into_an_empty_database(
    engine: Engine, other: Engine, tmp_path: Path, programs: Programs
) -> None:
    _fill(engine)

    dump(engine.url, tmp_path / "atr.dump", programs)
    restore(other.url, tmp_path / "atr.dump", programs)

    assert _read(other) == _read(engine) == ["kept", "Ünïcödé"]
    assert find_current(other) == find_newest()
    assert [each.name for each in tmp_path.iterdir()] == ["atr.dump"]
    assert (tmp_path / "atr.dump").stat().st_mode & 0o077 == 0


def test_a_restore_replaces_whatever_is_there_and_can_be_backed_up_again(
    engine: Engine, tmp_path: Path, programs: Programs
) -> None:
    _fill(engine)
    dump(engine.url, tmp_path / "atr.dump", programs)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE made_later (a integer)"))
        connection.execute(text("DELETE FROM sample"))

    for _ in range(2):
        restore(engine.url, tmp_path / "atr.dump", programs)
        dump(engine.url, tmp_path / "atr.dump", programs)

    assert _read(engine) == ["kept", "Ünïcödé"]
    with engine.connect() as connection:
        assert connection.execute(text("SELECT to_regclass('made_later')")).scalar() is None


@pytest.mark.parametrize("kept", [0, 20, 0.5, 0.99])
def test_a_damaged_file_changes_nothing(
    kept: float, engine: Engine, tmp_path: Path, programs: Programs
) -> None:
    _fill(engine)
    file = tmp_path / "atr.dump"
    dump(engine.url, file, programs)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * kept) if kept < 1 else int(kept)])

    with pytest.raises(Refused, match="cannot be restored, and the database is as it was"):
        restore(engine.url, file, programs)

    assert _read(engine) == ["kept", "Ünïcödé"]


def test_a_missing_file_or_folder_is_explained(engine: Engine, tmp_path: Path, programs: Programs) -> None:
    with pytest.raises(Refused, match="cannot be restored"):
        restore(engine.url, tmp_path / "missing", programs)
    with pytest.raises(Refused, match="cannot be written: No such file or directory"):
        dump(engine.url, tmp_path / "missing" / "atr.dump", programs)


def test_a_database_that_does_not_answer_is_explained(tmp_path: Path, programs: Programs) -> None:
    with pytest.raises(Refused, match="cannot be written to"):
        dump(f"postgresql://atr@/none?host={tmp_path}", tmp_path / "atr.dump", programs)

    assert not list(tmp_path.iterdir())
