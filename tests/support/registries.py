# SPDX-License-Identifier: Apache-2.0
"""Five registries on the loopback for a demonstration: `python -m tests.support.registries`.

The first line of output is JSON: the channels that lead there, as `atr channel create` takes them. Then each
line of input is an order, answered by a line: `tamper` changes bytes of the newest release on GitHub's
simulator behind everybody's back. The end of the input ends the registries.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.simulators.github import TOKEN, GithubSimulator, serve_github
from tests.support import python_packages
from tests.support.npm import run_verdaccio
from tests.support.oci_registry import run_with_tokens

REPOSITORY = "sample/atr-demo-sample"
Fields = dict[str, object]


@contextmanager
def run_registries(folder: Path, *tags: str) -> Iterator[tuple[list[Fields], GithubSimulator]]:
    """Run them all; yield their channels, and the simulator whose repository has the tags."""
    with ExitStack() as stack:
        places = {name: folder / name for name in ("npm", "images", "testpypi", "pypi")}
        for place in places.values():
            place.mkdir()
        npm = stack.enter_context(run_verdaccio(places["npm"]))
        images = stack.enter_context(run_with_tokens(places["images"]))
        indexes = {
            name: stack.enter_context(python_packages.run_pypiserver(places[name]))
            for name in ("testpypi", "pypi")
        }
        github = stack.enter_context(serve_github())
        github.repository(REPOSITORY, *tags)
        python_secret = {"token": python_packages.TOKEN}
        sites = (
            ("npm", "npm", "npm", npm.url, {"token": npm.token}),
            ("images", "Container images", "dockerhub", images.url, dict(images.site.secret)),
            ("testpypi", "Python, for testers", "pypi", indexes["testpypi"], python_secret),
            ("pypi", "Python", "pypi", indexes["pypi"], python_secret),
            ("github", "GitHub Releases (simulated)", "github", github.url, {"token": TOKEN}),
        )
        channels: list[Fields] = [
            {
                "key": key,
                "name": name,
                "platform": platform,
                "url": url,
                "local": True,
                "is_test": key == "testpypi",
                "credentials": secret,
            }
            for key, name, platform, url, secret in sites
        ]
        yield channels, github


def tamper(github: GithubSimulator) -> str:
    """Change one file of the newest release and return its name."""
    release = max(github.repository(REPOSITORY).releases.values(), key=lambda each: each.id)
    asset = next(iter(release.assets.values()))
    asset.data += b"\n# something that nobody voted on\n"
    return asset.name


def main() -> None:
    """Run until the input ends."""
    with (
        tempfile.TemporaryDirectory(prefix="atr-registries-") as folder,
        run_registries(Path(folder), *sys.argv[1:]) as (channels, github),
    ):
        _say(json.dumps(channels))
        for line in sys.stdin:
            _say(tamper(github) if line.strip() == "tamper" else f"No such order: {line.strip()}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
