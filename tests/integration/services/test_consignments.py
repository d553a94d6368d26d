# SPDX-License-Identifier: Apache-2.0
"""Sealed files are packed for channels, and the channels a release has to reach stay once it is voted on."""

import pytest

from atr.domain.channel_use import ChannelChoice, ChannelUse
from atr.domain.check_policy import CheckPolicyChange
from atr.domain.errors import Invalid, NotFound, Refused
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey, ProductRef, ReleaseKey
from atr.domain.people import ANONYMOUS, OPERATOR
from atr.domain.platform import PlatformKey
from atr.domain.project import ProductChange
from atr.services.check_policies import SetCheckPolicy
from atr.services.consignments import PackConsignment
from atr.services.door import Door
from atr.services.products import EditProduct
from atr.services.release_phases import MoveRelease
from atr.services.release_views import ShowRelease
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from tests.support.channels import make_channel, make_channels
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY, FinishChecks, StoreFiles, read_release, seal_release, start_vote

LINE = ProductRef.parse("demo")
NPM, PYPI = ChannelKey("npm"), ChannelKey("pypi")
FILES = {
    "demo-1.0.tgz": b"a package",
    "demo-1.0.tgz.asc": b"its signature",
    "demo-1.0-src.tar.gz": b"the source",
}
WHEEL = {"demo-1.0-py3-none-any.whl": b"a wheel"}


@pytest.fixture(autouse=True)
def demo(door: Door) -> None:
    make_project(door)
    make_channels(door)


def choose(door: Door, *uses: ChannelUse) -> None:
    door.perform(act_as(door, "alice"), EditProduct(LINE, ProductChange(), channels=ChannelChoice(uses=uses)))


def test_a_sealed_release_is_packed_for_a_channel(door: Door) -> None:
    use = ChannelUse(NPM, package="demo-js")
    choose(door, use)
    seal_release(door, files=FILES)
    packed = door.ask(ANONYMOUS, PackConsignment(KEY, NPM))
    consignment = packed.consignment
    assert (packed.use, packed.channel.key) == (use, NPM)
    assert (consignment.package, consignment.version, consignment.owner_namespace) == ("demo-js", "1.0", None)
    assert (consignment.staging_name, consignment.final_names) == ("staging", ("latest",))
    assert consignment.revision.algorithm == "sha512"
    (parcel,) = consignment.parcels
    assert [b"".join(parcel.read()) for _ in range(2)] == [b"a package", b"a package"]
    assert (parcel.path, parcel.content.size) == ("demo-1.0.tgz", 9)


def test_a_prerelease_is_packed_under_names_of_its_own(door: Door) -> None:
    choose(door, ChannelUse(NPM))
    early = ReleaseKey.parse("demo/2.0-beta1")
    seal_release(door, early, {"demo-2.0-beta1.tgz": b"a package"})
    assert door.ask(ANONYMOUS, PackConsignment(early, NPM)).consignment.final_names == ("next",)


def test_what_cannot_be_packed_says_why(door: Door) -> None:
    make_channel(door, "scoped", PlatformKey.NPM_SCOPED)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    with pytest.raises(Refused, match="is not sealed"):
        door.ask(ANONYMOUS, PackConsignment(KEY, NPM))
    other = ReleaseKey.parse("demo/1.1")
    seal_release(door, other, FILES)
    with pytest.raises(Refused, match="No file of the candidate goes to pypi"):
        door.ask(ANONYMOUS, PackConsignment(other, PYPI))
    with pytest.raises(Invalid, match="scoped: Name the owner"):
        door.ask(ANONYMOUS, PackConsignment(other, ChannelKey("scoped")))
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, PackConsignment(other, ChannelKey("nowhere")))


def test_required_channels_follow_the_line_until_the_vote_opens(door: Door) -> None:
    choose(door, ChannelUse(NPM, required=True), ChannelUse(PYPI))
    rm = act_as(door, "rm")
    door.perform(rm, CreateRelease(KEY.line, KEY.version))
    assert read_release(door).package_managers == (NPM,)
    choose(door, ChannelUse(PYPI, required=True))
    assert read_release(door).package_managers == (NPM,)
    revision = door.perform(rm, AddRevision(KEY, 0, door.keep(StoreFiles(FILES | WHEEL))))
    door.keep(FinishChecks(KEY, revision.number))
    door.perform(rm, MoveRelease(KEY, Phase.EVALUATE))
    assert read_release(door).package_managers == (PYPI,)
    door.perform(OPERATOR, SetCheckPolicy(LINE, CheckPolicyChange(required_channels=(NPM,))))
    door.keep(FinishChecks(KEY, revision.number))
    start_vote(door)
    assert read_release(door).package_managers == (PYPI, NPM)
    choose(door)
    assert read_release(door).package_managers == (PYPI, NPM)


def test_nobody_votes_on_what_cannot_get_where_it_has_to(door: Door) -> None:
    choose(door, ChannelUse(PYPI, required=True))
    seal_release(door, files=FILES)
    no_file = "No file of the candidate goes to pypi: PyPI takes .whl or .tar.gz, here of demo 1.0."
    with pytest.raises(Refused) as refusal:
        start_vote(door)
    shown = door.ask(act_as(door, "rm"), ShowRelease(KEY))
    assert refusal.value.reasons == (no_file,)
    assert no_file in next(step.reasons for step in shown.steps if step.transition.target is Phase.VOTE)
    choose(door, ChannelUse(PYPI, required=True, files=("*-src.tar.gz",)))
    start_vote(door)


def test_what_is_no_longer_required_holds_no_vote_up(door: Door) -> None:
    choose(door, ChannelUse(PYPI, required=True))
    seal_release(door, files=FILES)
    choose(door, ChannelUse(PYPI))
    start_vote(door)
    assert read_release(door).package_managers == ()


def test_a_channel_required_since_the_sealing_has_to_be_reachable_too(door: Door) -> None:
    seal_release(door, files=FILES)
    choose(door, ChannelUse(NPM, required=True), ChannelUse(PYPI, required=True))
    with pytest.raises(Refused, match="No file of the candidate goes to pypi"):
        start_vote(door)
    choose(door, ChannelUse(NPM, required=True), ChannelUse(PYPI))
    start_vote(door)
    assert read_release(door).package_managers == (NPM,)
