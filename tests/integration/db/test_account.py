# SPDX-License-Identifier: Apache-2.0
"""What the account of the embedded database may do, and what is said when there is none."""

import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from atr.db.account import Account, choose_account
from atr.db.embedded import EmbeddedServer
from atr.db.passage import grant_passage
from atr.domain.errors import Refused

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs a database as somebody else")
STRANGER = 54_321


@pytest.fixture
def nobody() -> Account:
    """Return an account without rights."""
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """Return a file under two folders that are nobody else's business."""
    folder = tmp_path / "outer" / "inner"
    folder.mkdir(parents=True)
    for each in (folder, folder.parent):
        each.chmod(0o700)
    (folder / "file").write_text("content")
    return folder / "file"


def _try_as(uid: int, action: Callable[[], object]) -> bool:
    """Tell whether somebody else may do this."""
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        try:
            action()
        except PermissionError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_account_may_pass_but_neither_list_nor_let_others_in(private: Path, nobody: Account) -> None:
    grant_passage(private, nobody)

    assert _try_as(nobody.uid, private.read_text)
    assert not _try_as(nobody.uid, lambda: next(private.parent.iterdir()))
    assert not _try_as(STRANGER, private.stat)
    assert stat.S_IMODE(private.parent.stat().st_mode) & 0o007 == 0


def test_passage_granted_twice_or_to_two_accounts_holds(private: Path, nobody: Account) -> None:
    other = Account("other", STRANGER, STRANGER)

    for account in (nobody, other, nobody):
        grant_passage(private, account)

    assert _try_as(nobody.uid, private.stat)
    assert _try_as(other.uid, private.stat)
    assert not _try_as(STRANGER + 1, private.stat)


@pytest.mark.parametrize("mode", [0o711, 0o755])
def test_folders_that_are_open_anyway_stay_as_they_are(mode: int, private: Path, nobody: Account) -> None:
    for each in (private.parent, private.parent.parent):
        each.chmod(mode)

    grant_passage(private, nobody)

    assert "system.posix_acl_access" not in os.listxattr(private.parent)


def test_the_owner_and_the_group_of_a_folder_need_no_entry(private: Path, nobody: Account) -> None:
    os.chown(private.parent, nobody.uid, 0)
    os.chown(private.parent.parent, 0, nobody.gid)
    private.parent.parent.chmod(0o710)

    grant_passage(private, nobody)

    assert not os.listxattr(private.parent)
    assert not os.listxattr(private.parent.parent)


def test_a_folder_that_cannot_be_opened_is_named(nobody: Account) -> None:
    """Files of processes take no entries, like some file systems."""
    with pytest.raises(Refused, match=r"nobody.* cannot pass through /proc/"):
        grant_passage(Path(f"/proc/{os.getpid()}/fd/0"), nobody)


def test_an_account_with_all_rights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="refuses to run as root"):
        EmbeddedServer(tmp_path, account="root").start()


def test_files_of_somebody_without_a_name_are_refused(tmp_path: Path) -> None:
    os.chown(tmp_path, STRANGER, STRANGER)

    with pytest.raises(Refused, match=f"user number {STRANGER}"):
        choose_account(tmp_path, "nobody")


def test_existing_files_decide_whose_they_stay(tmp_path: Path, nobody: Account) -> None:
    os.chown(tmp_path, nobody.uid, nobody.gid)

    assert choose_account(tmp_path, "root") == nobody
    assert choose_account(tmp_path / "missing", "nobody") == nobody
