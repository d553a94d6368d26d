# SPDX-License-Identifier: Apache-2.0
"""Running another program confined: this program gives up its rights and then becomes the other one.

It is started as `python -I -m atr.isolation.launcher CONFINEMENT PROGRAM ARGUMENTS...`; `confine_command`
makes such a command. What is left is left for good, also for everything that the program starts.
"""

import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from atr.isolation.confinement import Confinement, confine_process
from atr.isolation.kernel import die_with_parent
from atr.isolation.landlock import FolderRights
from atr.isolation.limits import ResourceLimits
from atr.isolation.seccomp import Profile

_NOT_CONFINED = 126


def confine_command(command: Sequence[str], confinement: Confinement) -> list[str]:
    """Return the command that runs another one confined; its program is named by its whole path."""
    folders = [(str(each.path), each.rights) for each in confinement.folders if each.path.exists()]
    described = {
        "limits": dataclasses.asdict(confinement.limits),
        "folders": folders,
        "profile": confinement.profile,
    }
    return [sys.executable, "-I", "-m", "atr.isolation.launcher", json.dumps(described), *command]


def become(described: str, command: list[str]) -> int:
    """Give up everything but what is described and become the program; return a status if that fails."""
    read = json.loads(described)
    folders = tuple(FolderRights(Path(path), rights) for path, rights in read["folders"])
    confinement = Confinement(ResourceLimits(**read["limits"]), folders, Profile(read["profile"]))
    try:
        die_with_parent()
        confine_process(confinement)
        os.execv(command[0], command)  # noqa: S606  # no shell; that is the purpose
    except OSError as error:
        sys.stderr.write(f"{command[0]} was not started: {error}\n")
    return _NOT_CONFINED


if __name__ == "__main__":
    sys.exit(become(sys.argv[1], sys.argv[2:]))
