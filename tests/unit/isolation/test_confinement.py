# SPDX-License-Identifier: Apache-2.0
"""What a confined process can no longer do, tried in forked children, for nothing gives rights back."""

import ctypes
import errno
import mmap
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from atr.isolation import (
    READ,
    READ_AND_RUN,
    WRITE,
    Confinement,
    ConfinementState,
    FolderRights,
    Profile,
    ResourceLimits,
    confine_process,
    describe_confinement,
)
from atr.isolation.kernel import name_architecture
from atr.isolation.seccomp import build_filter
from atr.isolation.syscalls import ARCHITECTURES, HARMFUL

STATE = describe_confinement()
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's layers are those of Linux")
SECCOMP = pytest.mark.skipif(not STATE.seccomp, reason="this kernel has no seccomp")
LANDLOCK = pytest.mark.skipif(not STATE.landlock, reason="this kernel has no Landlock")
NO_LANDLOCK = ConfinementState(limits=True, landlock=0, seccomp=True)
NO_SECCOMP = ConfinementState(limits=True, landlock=STATE.landlock, seccomp=False)
MEBIBYTE = 1024 * 1024


def run_confined(
    action: Callable[[], object],
    confinement: Confinement = Confinement(),  # noqa: B008  # a value, and frozen
    state: ConfinementState = STATE,
) -> str:
    """Return how the action ended in a confined child: `done`, the name of an error, or of a signal."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            confine_process(confinement, state)
            action()
            os.write(writer, b"done")
        except OSError as error:
            os.write(writer, errno.errorcode[error.errno or 0].encode())
        except MemoryError:
            os.write(writer, b"MemoryError")
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answers:
        said = answers.read().decode()
    ended = os.waitpid(child, 0)[1]
    return signal.Signals(os.WTERMSIG(ended)).name if os.WIFSIGNALED(ended) else said


def spin() -> None:
    while True:
        time.process_time()


def connect() -> None:
    with socket.socket() as wire:
        wire.connect(("127.0.0.1", 9))


def fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def execute() -> None:
    os.execv("/bin/true", ["true"])


def run_program() -> None:
    subprocess.run(["/bin/true"], check=True)


def find_number(name: str) -> int:
    return HARMFUL[name][ARCHITECTURES.get(name_architecture(), ARCHITECTURES["x86_64"]).column] or 0


def call(number: int) -> Callable[[], object]:
    def make() -> None:
        library = ctypes.CDLL(None, use_errno=True)
        if library.syscall(ctypes.c_long(number), 0, 0, 0, 0, 0) < 0:
            raise OSError(ctypes.get_errno(), "refused")

    return make


def take_runnable_memory() -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC).close()


@SECCOMP
@pytest.mark.parametrize(
    "action",
    [
        socket.socket,
        socket.socketpair,
        lambda: open("/etc/passwd"),  # noqa: PTH123, SIM115
        lambda: Path("/etc").iterdir().__next__(),
        lambda: Path("/tmp/x").mkdir(),
        lambda: Path("/tmp/x").unlink(),
        fork,
        execute,
        lambda: os.kill(os.getppid(), 0),
        take_runnable_memory,
        call(find_number("ptrace")),
        call(find_number("mount")),
        call(find_number("unshare")),
        call(find_number("setns")),
        call(find_number("bpf")),
        call(find_number("io_uring_setup")),
        call(find_number("keyctl")),
        call(find_number("perf_event_open")),
        call(find_number("process_vm_readv")),
        call(9999),  # a call of a later kernel
    ],
)
def test_a_computing_process_is_refused_whatever_is_not_computing(action: Callable[[], object]) -> None:
    unlimited = Confinement(ResourceLimits(file_bytes=None, processes=None))
    assert run_confined(action, unlimited, NO_LANDLOCK) == "EPERM"


@SECCOMP
def test_a_computing_process_can_still_compute() -> None:
    with Path(__file__).open("rb") as file:
        assert run_confined(lambda: (file.read(), time.time(), bytearray(MEBIBYTE), os.urandom(8))) == "done"


@SECCOMP
def test_a_call_that_hides_its_flags_does_not_exist() -> None:
    assert run_confined(call(435), Confinement(profile=Profile.PROGRAM), NO_LANDLOCK) == "ENOSYS"


@SECCOMP
def test_the_numbers_of_another_machine_end_the_process() -> None:
    assert run_confined(call(0x40000000)) == "SIGSYS"


@LANDLOCK
@pytest.mark.parametrize(
    "action",
    [
        lambda: Path("/etc/passwd").read_bytes(),
        lambda: list(Path("/").iterdir()),
        lambda: Path("/tmp/made").write_bytes(b""),
        execute,
    ],
)
def test_without_seccomp_files_are_out_of_reach_all_the_same(action: Callable[[], object]) -> None:
    unlimited = Confinement(ResourceLimits(file_bytes=None, processes=None))
    assert run_confined(action, unlimited, NO_SECCOMP) == "EACCES"


@pytest.mark.skipif(STATE.landlock < 4, reason="this kernel's Landlock knows no network")
def test_without_seccomp_nothing_can_be_reached_by_tcp() -> None:
    assert run_confined(connect, state=NO_SECCOMP) == "EACCES"


@pytest.mark.skipif(STATE.landlock < 6, reason="this kernel's Landlock knows no signals")
def test_without_seccomp_other_processes_get_no_signal() -> None:
    assert run_confined(lambda: os.kill(os.getppid(), 0), state=NO_SECCOMP) == "EPERM"


PROGRAM = Confinement(
    ResourceLimits(file_bytes=MEBIBYTE, processes=None),
    (FolderRights(Path("/"), READ_AND_RUN),),
    Profile.PROGRAM,
)


@SECCOMP
def test_a_program_may_start_others_but_not_reach_the_network(tmp_path: Path) -> None:
    assert run_confined(run_program, PROGRAM) == "done"
    assert run_confined(connect, PROGRAM) == "EPERM"
    assert run_confined(call(find_number("unshare")), PROGRAM) == "EPERM"


@LANDLOCK
def test_a_program_writes_only_where_it_may(tmp_path: Path) -> None:
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    allowed.mkdir()
    other.mkdir()
    tmp_path.joinpath("file").write_bytes(b"content")
    folders = (FolderRights(allowed, WRITE), FolderRights(tmp_path / "file", READ))
    confinement = Confinement(ResourceLimits(file_bytes=MEBIBYTE), folders, Profile.PROGRAM)
    assert run_confined(lambda: (allowed / "x").write_bytes(b"x"), confinement) == "done"
    assert run_confined((tmp_path / "file").read_bytes, confinement) == "done"
    assert run_confined(lambda: (tmp_path / "file").write_bytes(b""), confinement) == "EACCES"
    assert run_confined(lambda: (other / "x").write_bytes(b"x"), confinement) == "EACCES"
    assert [path.name for path in tmp_path.rglob("*")].count("x") == 1


@LINUX
def test_memory_ends_where_it_was_said_to() -> None:
    limited = Confinement(ResourceLimits(memory=64 * MEBIBYTE))
    assert run_confined(lambda: bytearray(32 * MEBIBYTE), limited) == "done"
    assert run_confined(lambda: bytearray(128 * MEBIBYTE), limited) == "MemoryError"


def test_the_processor_is_not_given_for_ever() -> None:
    assert run_confined(spin, Confinement(ResourceLimits(cpu_seconds=1))) == "SIGXCPU"


def test_a_file_that_is_open_cannot_be_filled(tmp_path: Path) -> None:
    with tmp_path.joinpath("file").open("wb", 0) as file:
        assert run_confined(lambda: file.write(b"x")) in {"SIGXFSZ", "EFBIG"}


def test_files_cannot_be_opened_without_end() -> None:
    few = Confinement(ResourceLimits(open_files=0), profile=Profile.PROGRAM)
    assert run_confined(os.pipe, few) == "EMFILE"


def test_a_system_without_any_layer_is_described_and_not_refused() -> None:
    bare = ConfinementState(limits=True, landlock=0, seccomp=False)
    assert run_confined(lambda: None, state=bare) == "done"
    assert str(bare) == "resource limits; not on this system: Landlock, seccomp"
    assert not bare.is_complete
    assert str(ConfinementState(limits=True, landlock=7, seccomp=True)) == (
        "resource limits, Landlock 7, seccomp"
    )


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_filter_answers_every_call_and_jumps_nowhere_else(name: str, profile: Profile) -> None:
    program = build_filter(ARCHITECTURES[name], profile)
    steps = [program[at : at + 8] for at in range(0, len(program), 8)]
    for position, step in enumerate(steps):
        assert position + 1 + max(step[2], step[3]) < len(steps) + (step[0] == 0x06)
    assert steps[-1][0] == 0x06
    assert len(steps) < 4096
