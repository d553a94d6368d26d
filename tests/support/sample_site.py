# SPDX-License-Identifier: Apache-2.0
"""The sample foundation on a real server, whose tools also go to a real index of Python packages."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from atr.admin.demo.packages import PACKAGE
from atr.admin.demo.stage import SAMPLE_FOUNDATION
from atr.client.credentials import Login
from tests.support.database import make_quick_folder
from tests.support.keys import TestKey
from tests.support.python_packages import TOKEN
from tests.support.serving import BRISK, Serving, run_installation
from tests.support.terminal import run_program
from tests.support.walking import sign_in_cast


@contextmanager
def run_plain_site() -> Iterator[Serving]:
    """Serve the sample foundation as it is loaded."""
    with make_quick_folder() as data, run_installation(data / "data", BRISK) as serving:
        ended = run_program("admin", "load", SAMPLE_FOUNDATION, "--data", serving.data)
        assert ended.code == 0, ended
        yield serving


@contextmanager
def run_sample_site(folder: Path, signer: TestKey, index: str) -> Iterator[Serving]:
    """Serve the sample foundation; what its tools release is signed by the key and reaches the index."""
    with run_plain_site() as serving:
        office = _Office(serving, folder, sign_in_cast(serving.url, serving.data, folder, "sysadmin"))
        (folder / "rm.asc").write_text(signer.armored)
        office.run("rm", "key", "add", folder / "rm.asc", "--project", "sample")
        channel = {"key": "pypi", "name": "Python", "platform": "pypi", "url": index, "local": True}
        office.run("sysadmin", "channel", "create", office.write(channel | {"credentials": {"token": TOKEN}}))
        uses = {"channel_uses": [{"channel": "pypi", "package": PACKAGE, "required": True}]}
        office.run("pmc1", "product", "set", "sample", "tools", "--channels-file", office.write(uses))
        yield serving


@dataclass(slots=True)
class _Office:
    """Where the foundation is set up from the command line."""

    serving: Serving
    folder: Path
    logins: Mapping[str, Login]

    def run(self, user: str, *words: str | Path) -> None:
        environment: dict[str, str | None] = {
            "ATR_URL": self.serving.url,
            "ATR_TOKEN": self.logins[user].token,
            "ATR_LOGIN_FILE": str(self.folder / "none.json"),
        }
        ended = run_program(*words, environment=environment)
        assert ended.code == 0, ended

    def write(self, fields: Mapping[str, object]) -> Path:
        path = self.folder / "fields.json"
        path.write_text(json.dumps(fields))
        return path
