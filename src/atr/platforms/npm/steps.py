# SPDX-License-Identifier: Apache-2.0
"""The steps of publishing, staging, promoting and taking back, each asked about before it is taken."""

from collections.abc import Iterator
from functools import partial

from atr.domain.errors import Refused
from atr.platforms.npm.native import NativeStage
from atr.platforms.npm.package import Package, find_version, read_integrity
from atr.platforms.npm.tarball import Tarball, write_packument
from atr.ports.platforms import NeedsPerson, NotYet, OtherBytes, Results, Step

NOTHING = "nothing"  # what a dist-tag led to before there was one
WITHDRAWN = "This version was withdrawn by its project."


class NpmSteps:
    """The steps for one version of a package."""

    def __init__(self, package: Package, stage: NativeStage, url: str, version: str) -> None:
        self._package = package
        self._stage = stage
        self._url = url
        self._version = version
        self._spec = f"{package.name}@{version}"

    def publish(self, tarball: Tarball, tag: str) -> Step:
        """Publish under the tag; the same bytes under the version are as good."""

        def act(results: Results) -> str:
            command = f"npm publish {tarball.parcel.path.name} --tag {tag} --registry {self._url}"
            body = write_packument(tarball, self._package.name, tag, self._url)
            otherwise = self._package.publish(body, command)
            if (found := self._ask_published(tarball, results)) is not None:
                return found
            raise otherwise

        call = f"PUT {self._url}{self._package.path} ({self._version} as {tag})"
        return Step("publish", call, partial(self._ask_published, tarball), act)

    def stage(self, tarball: Tarball, tag: str) -> Step:
        """Hand the version to the registry's own staging; it gets the tag when it is approved."""

        def ask(results: Results) -> str | None:
            return self._ask_published(tarball, results) or self._ask_staged(tarball)

        def act(results: Results) -> str:
            said = self._stage.submit(write_packument(tarball, self._package.name, tag, self._url))
            if (found := ask(results)) is not None:
                return found
            if said:
                raise Refused(f"The registry does not stage {self._spec}: {said}")
            raise NotYet(f"The registry took {self._spec}, but does not show it yet.")

        return Step("stage", f"POST {self._url}{self._stage.path} ({self._version} as {tag})", ask, act)

    def approve(self, tarball: Tarball) -> Step:
        """Have a person approve what is staged."""

        def act(_: Results) -> str:
            stage_id = self._stage.find_same(self._version, tarball.parcel.content)
            if stage_id is None:
                raise Refused(f"{self._spec} is not staged any more: stage it again.")
            raise NeedsPerson(
                "A maintainer has to approve with a one-time password. Sign in with npm and type: "
                f"npm stage approve {stage_id} --registry {self._url}"
            )

        call = f"POST {self._url}/-/stage/(id)/approve (a person)"
        return Step("approve", call, partial(self._ask_published, tarball), act)

    def reject(self) -> Step:
        """Have a person reject what is staged, where it still is."""

        def ask(_: Results) -> str | None:
            return "not staged" if self._stage.find(self._version) is None else None

        def act(_: Results) -> str:
            raise NeedsPerson(
                "A maintainer has to reject with a one-time password. Sign in with npm and type: "
                f"npm stage reject {self._stage.find(self._version)} --registry {self._url}"
            )

        return Step("reject", f"DELETE {self._url}/-/stage/(id) (a person)", ask, act)

    def remember(self, tags: tuple[str, ...]) -> Iterator[Step]:
        """Note what each tag leads to now, so that it can be led back."""
        for tag in tags:
            call = f"GET {self._url}{self._package.tags_path}"
            yield Step(name_memory(tag), call, _ask_nothing, partial(self._recall, tag))

    def move(self, tags: tuple[str, ...]) -> Iterator[Step]:
        """Lead each tag to the version."""
        return map(self.move_tag, tags)

    def move_tag(self, tag: str) -> Step:
        """Lead the tag to the version."""

        def ask(_: Results) -> str | None:
            return self._version if self._package.read_tags().get(tag) == self._version else None

        def act(_: Results) -> str:
            self._package.move_tag(tag, self._version)
            return self._version

        call = f"PUT {self._url}{self._package.tags_path}/{tag} {self._version!r}"
        return Step(name_move(tag), call, ask, act)

    def give_back(self, tag: str) -> Step:
        """Lead the tag back to what it led to before, unless it was moved on since."""

        def ask(_: Results) -> str | None:
            held = self._package.read_tags().get(tag)
            return None if held == self._version else (held or NOTHING)

        def act(results: Results) -> str:
            previous = results.get(name_memory(tag), NOTHING)
            if previous not in {NOTHING, self._version}:
                self._package.move_tag(tag, previous)
                return previous
            if tag == "latest":  # no registry is without it while there is any version
                return self._version
            self._package.remove_tag(tag)
            return NOTHING

        return Step(f"return {tag}", f"PUT or DELETE {self._url}{self._package.tags_path}/{tag}", ask, act)

    def deprecate(self) -> Step:
        """Have clients warn of the version."""

        def ask(_: Results) -> str | None:
            entry = find_version(self._package.read_packument(), self._version)
            return "deprecated" if entry is None or entry.get("deprecated") else None

        def act(results: Results) -> str:
            self._package.deprecate(self._version, WITHDRAWN)
            if ask(results) is None:
                raise NotYet(f"The registry took the warning of {self._spec}, but does not show it yet.")
            return "deprecated"

        return Step("deprecate", f"PUT {self._url}{self._package.path} (deprecated)", ask, act)

    def _ask_published(self, tarball: Tarball, _: Results) -> str | None:
        entry = find_version(self._package.read_packument(), self._version)
        if entry is None:
            return None
        seen, _address = self._package.digest_tarball(entry, anonymous=False)
        if seen is None:
            raise NotYet(f"{self._spec} is listed, but cannot be fetched yet.")
        if not seen == tarball.parcel.content.sha512 == read_integrity(entry):
            raise OtherBytes(f"{self._spec} is there already, with bytes that are not the voted ones.")
        return str(seen)

    def _ask_staged(self, tarball: Tarball) -> str | None:
        stage_id = self._stage.find_same(self._version, tarball.parcel.content)
        return None if stage_id is None else f"stage {stage_id}"

    def _recall(self, tag: str, _: Results) -> str:
        return self._package.read_tags().get(tag, NOTHING)


def name_memory(tag: str) -> str:
    """Return the name of the step that remembers what a tag led to."""
    return f"remember {tag}"


def name_move(tag: str) -> str:
    """Return the name of the step that moves a tag."""
    return f"move {tag}"


def _ask_nothing(_: Results) -> None:
    return None
