# SPDX-License-Identifier: Apache-2.0
"""A release on five channels, step by step: staged, voted on, made public, watched, and taken back."""

import json
from pathlib import Path

import click

from atr.admin.demo.archive import make_archive, sign_file
from atr.admin.demo.packages import PACKAGE, write_packages
from atr.admin.demo.registries import DemoRegistries
from atr.admin.demo.stage import Stage
from atr.admin.demo.story import PROJECT, acknowledge, announce, compose, prove_key, vote

VERSION = "2.0.0"
_OWNER = "sample"
_TAMPERED = "github"


def tell_distribution(stage: Stage, registries: DemoRegistries, scratch: Path) -> str:
    """Take a release through all of it with the program's own commands; return where its page is."""
    release = f"{PROJECT}/{VERSION}"
    _set_up(stage, registries, scratch)
    candidate = make_archive(scratch / "packages", VERSION)
    for path in write_packages(candidate.folder, VERSION):
        sign_file(candidate.key, path)
    stage.show("rm", "key", "add", str(candidate.public_key), "--project", PROJECT)
    prove_key(stage, candidate)
    compose(stage.show, release, candidate)
    acknowledge(stage, release)
    _explain("The sealed files go where testers get them, and are compared there.")
    stage.show("rm", "distribute", "stage", release, "--wait")
    stage.show("rm", "distribute", "promote", release, "--dry-run")
    _explain("The vote passes; what is staged is promoted without uploading anything again.")
    vote(stage, stage.show, release)
    stage.show("rm", "distribute", "status", release)
    announce(stage, stage.show, release)
    _watch(stage, registries, release)
    _explain("Everything is taken back; where only a person can, ATR says what to do.")
    stage.show("rm", "distribute", "withdraw", release, "--reason", "The demonstration is over.", "--wait")
    stage.show("rm", "distribute", "status", release)
    return f"/releases/{PROJECT}/main/{VERSION}"


def _set_up(stage: Stage, registries: DemoRegistries, scratch: Path) -> None:
    for channel in registries.channels:
        stage.show("sysadmin", "channel", "create", str(channel))
        stage.show("sysadmin", "channel", "test", channel.stem)
    stage.show("rm", "channel", "list")
    uses = scratch / "channel-uses.json"
    uses.write_text(json.dumps({"channel_uses": [_describe_use(each.stem) for each in registries.channels]}))
    stage.show("pmc1", "product", "set", PROJECT, "main", "--channels-file", str(uses))


def _describe_use(channel: str) -> dict[str, object]:
    owner = _OWNER if channel in {"images", "github"} else None
    use = {
        "channel": channel,
        "package": PACKAGE,
        "owner_namespace": owner,
        "required": channel != "testpypi",
    }
    return {name: value for name, value in use.items() if value is not None}


def _watch(stage: Stage, registries: DemoRegistries, release: str) -> None:
    """Change a file on a channel, and have ATR see it."""
    name = registries.tamper()
    _explain(f"Somebody changes {name} on the channel {_TAMPERED}. The daily comparison, asked for now:")
    stage.show("rm", "distribute", "verify", release, _TAMPERED, "--wait", ends_with=1)


def _explain(sentence: str) -> None:
    click.secho(f"\n{sentence}", bold=True)
