# SPDX-License-Identifier: Apache-2.0
"""kill -9 of workers while a release goes to a slow registry: each effect happens once all the same."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from atr.admin.demo.stage import SAMPLE_FOUNDATION
from atr.client.credentials import Login
from atr.client.http import Api
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.domain.platform import PlatformKey
from atr.schema.channels import ChannelAnswer, ChannelCreate
from atr.schema.products import ProductAnswer, ProductPatch
from tests.simulators.github import TOKEN, GithubSimulator
from tests.simulators.lying import Reply, Seen, serve_replies
from tests.support.archives import make_source, write_triple
from tests.support.database import make_quick_folder
from tests.support.keys import TestKey
from tests.support.serving import BRISK, Serving, Victim, run_installation
from tests.support.terminal import run_program
from tests.support.walking import VOTERS, Walk, sign_in_cast

pytestmark = pytest.mark.xdist_group("crashes")
SLOW_SECONDS = 0.12
KILLS = 4
KILL_EVERY_SECONDS = 0.9


@pytest.fixture
def github() -> Iterator[GithubSimulator]:
    simulator = GithubSimulator()

    def answer(request: Seen) -> Reply:
        time.sleep(SLOW_SECONDS)
        return simulator.answer(request)

    with serve_replies(answer) as simulator.url:
        yield simulator


@pytest.fixture
def installation() -> Iterator[Serving]:
    with make_quick_folder() as folder, run_installation(folder / "data", BRISK) as serving:
        yield serving


def sign_in_sysadmin(serving: Serving, folder: Path) -> Login:
    """Return the login of the sample foundation's sysadmin."""
    link = run_program("admin", "login-link", "sysadmin", "--data", serving.data).stdout.strip()
    file = folder / "sysadmin.json"
    environment: dict[str, str | None] = {
        "ATR_URL": serving.url,
        "ATR_TOKEN": None,
        "ATR_LOGIN_FILE": str(file),
    }
    assert run_program("login", link, environment=environment).code == 0
    return Login(serving.url, json.loads(file.read_text())["token"])


def set_up(serving: Serving, github: GithubSimulator, folder: Path) -> Walk:
    """Return a release whose line has to reach the registry."""
    assert run_program("admin", "load", SAMPLE_FOUNDATION, "--data", serving.data).code == 0
    signer, version = TestKey(), "1.0.7"
    logins = sign_in_cast(serving.url, serving.data, folder)
    (folder / "rm.asc").write_text(signer.armored)
    environment: dict[str, str | None] = {
        "ATR_URL": serving.url,
        "ATR_TOKEN": logins["rm"].token,
        "ATR_LOGIN_FILE": str(folder / "none.json"),
    }
    added = run_program("key", "add", folder / "rm.asc", "--project", "sample", environment=environment)
    assert added.code == 0, added
    with Api(sign_in_sysadmin(serving, folder)) as api:
        channel = ChannelCreate(
            key="github",
            name="GitHub",
            platform=PlatformKey.GITHUB,
            url=github.url,
            local=True,
            credentials={"token": SecretStr(TOKEN)},
        )
        api.post("/channels", channel, ChannelAnswer)
        use = {"channel": "github", "required": True, "owner_namespace": "sample", "package": "demo"}
        patch = ProductPatch.model_validate({"channel_uses": [use]})
        api.patch("/projects/sample/products/main", patch, ProductAnswer)
    github.repository("sample/demo", f"v{version}")
    files = folder / version
    files.mkdir()
    write_triple(files, f"sample-{version}-src.tar.gz", make_source(f"sample-{version}"), signer)
    return Walk(logins, ReleaseKey.parse(f"sample/main/{version}"), files)


def test_workers_that_die_on_the_way_to_a_registry_repeat_nothing(
    installation: Serving, github: GithubSimulator, tmp_path: Path
) -> None:
    walk = set_up(installation, github, tmp_path)
    for step in walk.list_steps()[: 6 + len(VOTERS)]:
        step()

    def kill_again_and_again() -> None:
        for _ in range(KILLS):
            time.sleep(KILL_EVERY_SECONDS)
            installation.kill(Victim.WORKER)

    killer = threading.Thread(target=kill_again_and_again)
    killer.start()
    walk.await_phase(Phase.ANNOUNCE)
    killer.join()
    (release,) = github.repositories["sample/demo"].releases.values()
    assert (release.tag, release.draft, release.prerelease) == ("v1.0.7", False, False)
    voted = {path.name: path.read_bytes() for path in walk.files.iterdir()}
    assert {asset.name: asset.data for asset in release.assets.values()} == voted
    # It is changed when testers get to see it, and when it becomes a full release.
    uploads = {f"upload {name}": 1 for name in voted}
    assert github.effects == {"create v1.0.7": 1, "change v1.0.7": 2, **uploads}
