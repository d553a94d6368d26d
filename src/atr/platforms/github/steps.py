# SPDX-License-Identifier: Apache-2.0
"""What is done to a release on GitHub, step by step.

A release begins as a draft and gets all its files before anybody sees it: on repositories with immutable
releases nothing can be added later, and there it stays a draft until it is public.
"""

import json
import re
from dataclasses import dataclass

from atr.domain.errors import Invalid, Refused
from atr.domain.names import Version
from atr.domain.versions import VersionOrder, fits_order, rank_version
from atr.platforms.github.releases import Asset, Release, Releases, check_asset
from atr.ports.platforms import Consignment, NeedsPerson, NotYet, OtherBytes, Parcel, Results, Step

DRAFT = "draft"
CREATE, REMEMBER = "create the release", "remember the latest release"
_LOOK, _CLEAR, _SHOW = "look at the repository", "clear old files away", "show it to testers"
_PUBLISH, _LATEST = "publish the release", "make it the latest"
_WITHDRAW, _RETURN = "withdraw the release", "give latest back"
_IMMUTABLE, _NOTHING = "immutable", "nothing in the way"
# Words that mean it in every order of versions; a date such as 2026-11-21 has a suffix, too.
_EARLY = re.compile(
    r"(?i)[-._~0-9](?:alpha|beta|a|b|c|rc|cr|m|milestone|pre|preview|dev|snapshot)[-._]?[0-9]*(?:[-._+~].*)?$"
)
# GitHub renames what has other characters, or a dot at either end.
_ASSET = re.compile(r"[A-Za-z0-9_+@-](?:[A-Za-z0-9._+@-]*[A-Za-z0-9_+@-])?")


@dataclass(frozen=True, slots=True)
class ReleaseSteps:
    """The steps for one release of one repository."""

    releases: Releases
    consignment: Consignment

    @property
    def final_tag(self) -> str:
        """Return the tag of the public release."""
        return self.consignment.final_names[0]

    @property
    def staging_tag(self) -> str:
        """Return the tag under which testers find it; a draft has the final one already."""
        name = self.consignment.staging_name
        return self.final_tag if name == DRAFT else name

    @property
    def mark(self) -> str:
        """Return what tells a release that ATR staged from one that somebody else made."""
        return f"<!-- Staged by ATR for {self.consignment.release} -->"

    def list_staging(self) -> tuple[Step, ...]:
        """Return the steps that bring the files where testers see them."""
        return (*self._list_filling(self.staging_tag), self._show())

    def list_publishing(self) -> tuple[Step, ...]:
        """Return the steps that bring the files to the public at once."""
        return (*self._list_filling(self.final_tag), *self._list_moving())

    def list_promotion(self) -> tuple[Step, ...]:
        """Return the steps that make the release of the testers everybody's; no file travels."""
        find = () if self.staging_tag == self.final_tag else (self._find_tag(self.final_tag),)
        return (*find, *self._list_moving())

    def list_return(self) -> tuple[Step, ...]:
        """Return the steps that take it back from the public."""
        return (self._withdraw(), self._give_back())

    def find(self, results: Results) -> Release | None:
        """Return the release by what was noted, or by its tags."""
        if (noted := results.get(CREATE)) is not None:
            return self.releases.look_up(noted)
        return self.releases.find(*dict.fromkeys((self.final_tag, self.staging_tag)))

    def _list_filling(self, tag: str) -> tuple[Step, ...]:
        look = Step(
            _LOOK,
            f"GET {self.releases.url}/immutable-releases",
            lambda _results: None,
            lambda _results: _IMMUTABLE if self.releases.is_immutable() else "changeable",
        )
        uploads = tuple(self._upload(parcel) for parcel in self.consignment.parcels)
        return (self._find_tag(tag), look, self._create(tag), self._clear(), *uploads)

    def _list_moving(self) -> tuple[Step, ...]:
        return (self._remember(), self._publish(), self._make_latest())

    def _find_tag(self, tag: str) -> Step:
        def act(_results: Results) -> str:
            if self.releases.has_tag(tag):
                return tag
            raise Refused(
                f"{self.releases.pages} has no tag {tag}: push it (git push origin {tag}), then resume. "
                "ATR does not choose which commit a tag means."
            )

        return Step(
            f"find the tag {tag}",
            f"GET {self.releases.url}/git/ref/tags/{tag}",
            lambda _results: tag if self.releases.has_tag(tag) else None,
            act,
        )

    def _create(self, tag: str) -> Step:
        fields = {
            "tag_name": tag,
            "name": f"{self.consignment.package} {self.consignment.version}",
            "body": f"{self.consignment.description}\n\n{self.mark}".strip(),
            "draft": True,
            "prerelease": True,
            "make_latest": "false",
        }

        def ask(_results: Results) -> str | None:
            found = self.releases.find(*dict.fromkeys((self.final_tag, tag)))
            return None if found is None else str(found.id)

        told = json.dumps({name: value for name, value in fields.items() if name != "body"})
        return Step(
            CREATE,
            f"POST {self.releases.url}/releases {told}",
            ask,
            lambda _results: str(self.releases.create(fields).id),
        )

    def _clear(self) -> Step:
        """Empty a draft of an earlier candidate; what testers or others have seen is left, and told."""

        def act(results: Results) -> str:
            release = self.releases.fetch(results[CREATE])
            wrong = self._list_wrong(results)
            names = ", ".join(asset.name for asset in wrong)
            if wrong and not (release.draft and self.mark in release.body):
                raise OtherBytes(
                    f"The release {release.tag} of {self.releases.pages} has files that were not voted on: "
                    f"{names}. Delete them or the release, then resume."
                )
            for asset in wrong:
                self.releases.delete_asset(asset)
            return f"deleted {names}" if wrong else _NOTHING

        return Step(
            _CLEAR,
            f"GET {self.releases.url}/releases/ID/assets, DELETE those of an earlier draft",
            lambda results: None if self._list_wrong(results) else _NOTHING,
            act,
        )

    def _list_wrong(self, results: Results) -> tuple[Asset, ...]:
        wanted = {parcel.path.name: parcel.content for parcel in self.consignment.parcels}
        return tuple(
            asset
            for name, asset in self.releases.list_assets(results[CREATE]).items()
            if name not in wanted or not self.releases.matches(asset, wanted[name])
        )

    def _upload(self, parcel: Parcel) -> Step:
        name, content = parcel.path.name, parcel.content

        def ask(results: Results) -> str | None:
            found = self.releases.list_assets(results[CREATE]).get(name)
            if found is None or not found.is_whole:
                return None
            if not self.releases.matches(found, content):
                raise OtherBytes(f"{name} is there as {found.digest}, and was voted on as {content.sha256}.")
            return str(content.sha256)

        def act(results: Results) -> str:
            release = self.releases.fetch(results[CREATE])
            left = self.releases.list_assets(results[CREATE]).get(name)
            if left is not None and not left.is_whole:  # of an upload that broke off
                self.releases.delete_asset(left)
            asset = self.releases.upload(release, name, parcel.read, content)
            if asset is None:
                asset = self.releases.list_assets(results[CREATE])[name]
            check_asset(asset, name, content)
            return str(content.sha256)

        call = f"POST {self.releases.url}/releases/ID/assets?name={name} ({content.size} bytes)"
        return Step(f"upload {name}", call, ask, act)

    def _show(self) -> Step:
        def stays(results: Results) -> bool:
            return self.consignment.staging_name == DRAFT or results[_LOOK] == _IMMUTABLE

        def ask(results: Results) -> str | None:
            if not self.releases.fetch(results[CREATE]).draft:
                return "prerelease"
            return DRAFT if stays(results) else None

        def act(results: Results) -> str:
            fields = {"draft": False, "prerelease": True, "make_latest": "false"}
            release = self.releases.change(results[CREATE], fields)
            if release.immutable:
                raise Refused(
                    f"{self.releases.pages} has immutable releases, which this token could not see: "
                    f"{release.tag} stays a prerelease for ever. Release another version, with the name "
                    f"for testers set to `{DRAFT}` before."
                )
            return "prerelease"

        call = f'PATCH {self.releases.url}/releases/ID {{"draft": false, "prerelease": true}} (drafts stay)'
        return Step(_SHOW, call, ask, act)

    def _remember(self) -> Step:
        def act(_results: Results) -> str:
            latest = self.releases.find_latest()
            return json.dumps(None if latest is None else {"id": latest.id, "tag": latest.tag})

        return Step(REMEMBER, f"GET {self.releases.url}/releases/latest", lambda _results: None, act)

    def _publish(self) -> Step:
        keeps_mark = is_early(self.consignment.version)

        def ask(results: Results) -> str | None:
            release = self._expect(results)
            done = not release.draft and release.prerelease == keeps_mark and release.tag == self.final_tag
            return str(release.id) if done else None

        def act(results: Results) -> str:
            release = self._expect(results)
            leads = "true" if self._leads(results) else "false"
            fields = {
                "tag_name": self.final_tag,
                "draft": False,
                "prerelease": keeps_mark,
                "make_latest": leads,
            }
            return str(self.releases.change(str(release.id), fields).id)

        told = json.dumps({"draft": False, "prerelease": keeps_mark, "tag_name": self.final_tag})
        return Step(_PUBLISH, f"PATCH {self.releases.url}/releases/ID {told}", ask, act)

    def _make_latest(self) -> Step:
        """Lead everybody to it: clearing the mark of a prerelease alone does not."""

        def ask(results: Results) -> str | None:
            if not self._leads(results):
                return "an older line does not lead"
            latest = self.releases.find_latest()
            return self.final_tag if latest is not None and latest.id == int(results[_PUBLISH]) else None

        def act(results: Results) -> str:
            self.releases.change(results[_PUBLISH], {"make_latest": "true"})
            if ask(results) is None:
                raise NotYet(f"GitHub does not lead to {self.final_tag} yet.")
            return self.final_tag

        call = f'GET {self.releases.url}/releases/latest, PATCH {{"make_latest": "true"}} if it is another'
        return Step(_LATEST, call, ask, act)

    def _leads(self, results: Results) -> bool:
        """Tell whether it becomes the latest: final versions do, unless something newer is."""
        if is_early(self.consignment.version) or not self.consignment.becomes_latest:
            return False
        noted = json.loads(results[REMEMBER])
        return noted is None or not is_newer(name_version(noted["tag"], self.consignment), self.consignment)

    def _expect(self, results: Results) -> Release:
        release = self.find(results)
        if release is None:
            raise Refused(f"{self.releases.pages} has no release {self.staging_tag}: stage it anew.")
        return release

    def _withdraw(self) -> Step:
        def ask(results: Results) -> str | None:
            release = self.find(results)
            if release is None or release.draft:
                return "not public"
            if release.is_public:
                return None
            if _PUBLISH in results and not is_early(self.consignment.version):
                return "prerelease"
            return None if self.mark in release.body else "left as it was, which ATR did not make"

        def act(results: Results) -> str:
            release = self._expect(results)
            if release.immutable:
                raise NeedsPerson(
                    f"The release {release.tag} of {self.releases.pages} is immutable: delete it on its page "
                    "(its tag is never free again), then resume."
                )
            back = {"prerelease": True, "make_latest": "false"} if release.is_public else {"draft": True}
            self.releases.change(str(release.id), back)
            return "prerelease" if release.is_public else DRAFT

        call = f'PATCH {self.releases.url}/releases/ID {{"prerelease": true}}, or draft if it was one'
        return Step(_WITHDRAW, call, ask, act)

    def _give_back(self) -> Step:
        def ask(results: Results) -> str | None:
            noted = json.loads(results.get(REMEMBER, "null"))
            latest = self.releases.find_latest()
            if noted is None or (latest is not None and latest.id == noted["id"]):
                return "as it was"
            if latest is None or not is_newer(name_version(latest.tag, self.consignment), self.consignment):
                return None
            return f"left with {latest.tag}, which is newer"

        def act(results: Results) -> str:
            noted = json.loads(results[REMEMBER])
            return self.releases.change(str(noted["id"]), {"make_latest": "true"}).tag

        call = f'PATCH {self.releases.url}/releases/PREVIOUS {{"make_latest": "true"}}'
        return Step(_RETURN, call, ask, act)


def check_files(consignment: Consignment) -> None:
    """Raise Invalid for files that GitHub would not keep under their names."""
    if not consignment.final_names:
        raise Invalid.field("final_names", "A release on GitHub needs the name of its tag.")
    names = [parcel.path.name for parcel in consignment.parcels]
    for parcel in consignment.parcels:
        if not _ASSET.fullmatch(parcel.path.name):
            raise Invalid.field(
                "files", f"GitHub would rename {parcel.path.name}: leave it out, or rename it."
            )
        if not parcel.content.size:
            raise Invalid.field("files", f"{parcel.path} is empty, which GitHub does not take.")
    if not names or len(set(names)) != len(names):
        raise Invalid.field("files", "A release on GitHub has files of different names, and at least one.")


def name_version(tag: str, consignment: Consignment) -> str:
    """Return the version in another release's tag, read as ours is written; the tag itself if it is not."""
    before, found, after = consignment.final_names[0].partition(consignment.version)
    if found and tag.startswith(before) and tag.endswith(after) and len(tag) > len(before + after):
        return tag[len(before) : len(tag) - len(after)]
    return tag


def is_newer(version: str, consignment: Consignment) -> bool:
    """Tell whether another version is higher; what cannot be compared is not."""
    pair = (version, consignment.version)
    if not all(_fits(each) for each in pair):
        return False
    one, other = (rank_version(Version(each), VersionOrder.SEMVER) for each in pair)
    return one > other


def is_early(version: str) -> bool:
    """Tell whether the version announces itself as not final, so that GitHub is told as well."""
    return _EARLY.search(version) is not None


def _fits(version: str) -> bool:
    try:
        return fits_order(Version(version), VersionOrder.SEMVER)
    except Invalid:
        return False
