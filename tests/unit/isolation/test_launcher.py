# SPDX-License-Identifier: Apache-2.0
"""Programs that are started confined: what they may reach, and what stays out of reach."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from atr.isolation import READ_AND_RUN, WRITE, Confinement, FolderRights, Profile, ResourceLimits
from atr.isolation.confinement import describe_confinement
from atr.isolation.launcher import confine_command

LIMITS = ResourceLimits(file_bytes=1000, processes=None)
SYSTEM = tuple(
    FolderRights(Path(each), READ_AND_RUN) for each in ("/usr", "/bin", "/lib", "/lib64", "/nowhere")
)
needs_everything = pytest.mark.skipif(
    not describe_confinement().is_complete, reason="the kernel lacks a layer"
)


def run(
    script: str, *folders: FolderRights, profile: Profile = Profile.PROGRAM
) -> subprocess.CompletedProcess[str]:
    """Run a shell script confined."""
    confinement = Confinement(LIMITS, (*SYSTEM, *folders), profile)
    command = confine_command(["/bin/sh", "-c", script], confinement)
    return subprocess.run(command, check=False, capture_output=True, text=True, env={"PATH": os.defpath})


def test_the_program_runs_and_its_status_is_told() -> None:
    done = run("echo hello; exit 7")
    assert (done.stdout, done.returncode) == ("hello\n", 7)


@needs_everything
def test_it_reaches_only_what_was_left_to_it(tmp_path: Path) -> None:
    tmp_path.joinpath("secret").write_text("secret")
    assert run(f"cat {tmp_path}/secret").returncode != 0
    assert run(f"cat {tmp_path}/secret", FolderRights(tmp_path, WRITE)).stdout == "secret"
    assert run(f"echo x > {tmp_path}/made", FolderRights(tmp_path, READ_AND_RUN)).returncode != 0
    assert run(f"echo x > {tmp_path}/made", FolderRights(tmp_path, WRITE)).returncode == 0


def test_files_have_a_largest_size(tmp_path: Path) -> None:
    run(f"head -c 5000 /usr/bin/env > {tmp_path}/large", FolderRights(tmp_path, WRITE))
    assert tmp_path.joinpath("large").stat().st_size <= 1000


@needs_everything
@pytest.mark.parametrize(("profile", "reached"), [(Profile.PROGRAM, False), (Profile.NETWORK, True)])
def test_the_network_is_there_only_for_those_who_need_it(profile: Profile, reached: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        script = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
        prefixes = tuple(FolderRights(Path(each), READ_AND_RUN) for each in {sys.prefix, sys.base_prefix})
        done = run(f'{sys.executable} -I -c "{script}"', *prefixes, profile=profile)
    assert (done.returncode == 0) is reached, done.stderr


def test_a_program_that_is_not_there_is_told() -> None:
    command = confine_command(["/nowhere/program"], Confinement(LIMITS, SYSTEM))
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, "/nowhere/program was not started" in done.stderr) == (126, True)
