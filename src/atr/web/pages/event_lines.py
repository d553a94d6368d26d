# SPDX-License-Identifier: Apache-2.0
"""Events as people read them: one sentence, a sign and a tone for each name, in one table."""

from collections.abc import Mapping
from types import MappingProxyType

from atr.domain.event import Event, EventDetail
from atr.domain.people import ActorKind, Role
from atr.services import events
from atr.web.components import EventView, PersonView
from atr.web.flash import Tone

_Line = tuple[str, str, Tone]
_NEUTRAL, _INFO, _GOOD, _WARN, _BAD = Tone.NEUTRAL, Tone.INFO, Tone.GOOD, Tone.WARN, Tone.BAD
_UNKNOWN_ICON = "circle-dot"

# What happened, with the details of the event in braces.
_LINES: Mapping[str, _Line] = MappingProxyType(
    {
        "announcement.approved": ("approved the announcement", "megaphone", _INFO),
        "announcement.edited": ("changed the announcement", "pencil", _NEUTRAL),
        "announcement.reopened": ("took back the approval of the announcement", "undo-2", _WARN),
        "ballot.accepted": ("accepted the mail with {choice} of {voter}: {reason}", "vote", _WARN),
        "ballot.cast": ("voted {choice}{binding}", "vote", _NEUTRAL),
        "ballot.withdrawn": ("took a ballot back", "vote", _NEUTRAL),
        "channel.changed": ("changed the channel {subject}", "truck", _NEUTRAL),
        "channel.created": ("set up the channel {subject}", "truck", _INFO),
        "channel.deleted": ("removed the channel {subject}", "truck", _WARN),
        "channel.tested": ("had the channel {subject} tested", "truck", _NEUTRAL),
        "contact.revealed": ("opened a visitor's contact: {reason}", "eye", _WARN),
        "distribution.compared": (
            "compared {compared} things on {channel} with the vote, {point}: {matching} are the same",
            "shield-check",
            _NEUTRAL,
        ),
        "distribution.confirmed": (
            "found what everybody gets on {channel} to be the voted bytes",
            "shield-check",
            _GOOD,
        ),
        "distribution.drifted": (
            "found other bytes than the voted ones on {channel}: {drift}",
            "octagon-alert",
            _BAD,
        ),
        "distribution.failed": ("stopped on {channel} at: {step}. {reason}", "octagon-alert", _BAD),
        "distribution.ordered": ("asked to {order} on {channels}", "truck", _INFO),
        "distribution.planned": ("begins anew on {channel}", "truck", _NEUTRAL),
        "distribution.promoted": ("made it public on {channel}", "truck", _INFO),
        "distribution.promoting": ("began to make it public on {channel}", "truck", _NEUTRAL),
        "distribution.recovered": ("found the voted bytes on {channel} again", "shield-check", _GOOD),
        "distribution.staged": ("brought it to testers on {channel}", "truck", _INFO),
        "distribution.staging": ("began to bring it to testers on {channel}", "truck", _NEUTRAL),
        "distribution.uploaded": ("published it on {channel}", "truck", _INFO),
        "distribution.uploading": ("began to publish it on {channel}", "truck", _NEUTRAL),
        "distribution.verified": (
            "found what testers get on {channel} to be the sealed bytes",
            "shield-check",
            _GOOD,
        ),
        "distribution.waiting": ("waits for a person on {channel}", "user", _WARN),
        "distribution.withdrawn": ("took it back from {channel}", "undo-2", _WARN),
        "downloads.verified": ("found the public downloads to be the voted bytes", "shield-check", _GOOD),
        "evaluation.finished": (
            "finished the checks of revision {revision}: {blocker} blocking, {concern} of concern",
            "shield-check",
            _NEUTRAL,
        ),
        "evaluation.requested": ("had revision {revision} checked again", "refresh-cw", _NEUTRAL),
        "checksums.created": ("had ATR make checksums, in revision {revision}: {files}", "upload", _NEUTRAL),
        "finding.acknowledged": ("acknowledged {rule} for {artifact}", "check", _WARN),
        "job.retried": ("had a job tried again: {kind} {argument}", "refresh-cw", _NEUTRAL),
        "key.added": ("added a key", "key-round", _NEUTRAL),
        "key.attached": ("attached a key to the project", "key-round", _NEUTRAL),
        "key.challenged": ("asked for a text to sign with a key", "key-round", _NEUTRAL),
        "key.deleted": ("deleted a key", "key-round", _WARN),
        "key.detached": ("took a key from the project", "key-round", _WARN),
        "key.proven": ("proved to own a key", "shield-check", _GOOD),
        "key.revoked": ("revoked a key", "key-round", _BAD),
        "login_link.made": ("made a login link for {subject}", "link", _NEUTRAL),
        "person.added": ("added {subject}", "user", _NEUTRAL),
        "person.edited": ("changed a person", "user", _NEUTRAL),
        "person.erased_data": ("erased data of their own", "user", _NEUTRAL),
        "person.keys_listed": (
            "noted the keys that the directory lists for {subject}",
            "key-round",
            _NEUTRAL,
        ),
        "person.signed_in": ("used a login link of {subject}", "log-in", _NEUTRAL),
        "person.signed_out": ("signed out", "log-out", _NEUTRAL),
        "personal_data.removed": (
            "removed what was kept for a time: {contacts} contacts, {unconfirmed} unconfirmed, {traces} more",
            "hourglass",
            _NEUTRAL,
        ),
        "policy.saved": ("changed the vote policy", "scale", _INFO),
        "product.created": ("began a product line", "plus", _INFO),
        "product.edited": ("changed a product line", "pencil", _NEUTRAL),
        "project.created": ("founded the project", "plus", _INFO),
        "project.edited": ("changed the project", "pencil", _NEUTRAL),
        "project.keys_imported": ("imported a KEYS file", "key-round", _NEUTRAL),
        "release.announced": ("announced the release", "megaphone", _GOOD),
        "release.created": ("began the candidate", "plus", _INFO),
        "release.moved": ("moved the release from {from} to {to}", "arrow-right", _INFO),
        "release.published": ("put the files into the download area", "package-check", _GOOD),
        "release.withdrawn": ("took the files out of the download area", "package", _WARN),
        "revision.added": ("made revision {revision} with {files} files", "upload", _NEUTRAL),
        "revision.restored": (
            "went back to revision {restored} by revision {revision}",
            "history",
            _NEUTRAL,
        ),
        "role.granted": ("gave {subject} the role {role}", "users", _INFO),
        "role.withdrawn": ("took the role {role} from {subject}", "users", _WARN),
        "roster.set": ("changed the roster", "users", _INFO),
        "rule.waived": ("waived {rule}", "shield-alert", _WARN),
        "token.issued": ("issued a token", "key-round", _NEUTRAL),
        "token.revoked": ("revoked a token", "key-round", _WARN),
        "upload.begun": ("began to upload {path}", "upload", _NEUTRAL),
        "upload.spared": ("named {path}, whose bytes were here already", "upload", _NEUTRAL),
        "visitor.consented": ("agreed to the privacy notice {notice}", "check", _NEUTRAL),
        "visitor.corrected": ("corrected their name", "pencil", _NEUTRAL),
        "visitor.erased": ("erased name and contact", "user", _NEUTRAL),
        "vote.cancelled": ("cancelled round {round} of the vote", "ban", _WARN),
        "vote.extended": ("extended round {round} of the vote", "clock", _INFO),
        "vote.failed": ("closed round {round} of the vote as not passed", "circle-x", _BAD),
        "vote.opened": ("opened round {round} of the vote", "vote", _INFO),
        "vote.passed": ("closed round {round} of the vote as passed", "circle-check", _GOOD),
        "vote.paused": ("closed the count of round {round}: the release manager decides", "hourglass", _WARN),
        "waiver.confirmed": ("confirmed the waiver of {rule}", "shield-check", _WARN),
        "waiver.dropped": ("took back the waiver of {rule}", "shield-x", _NEUTRAL),
    }
)
_BALLOT_TONES = MappingProxyType({"+1": _GOOD, "-1": _BAD})
_OWN_NAMES = MappingProxyType(
    {
        str(ActorKind.SERVICE): "ATR",
        str(ActorKind.OPERATOR): "Operator",
        str(ActorKind.ANONYMOUS): "Somebody not signed in",
    }
)


class _Words(dict[str, str]):
    """Details as words; one that an event does not have reads as a question mark."""

    def __missing__(self, key: str) -> str:
        return "?"


def describe_event(view: events.EventView, role_labels: Mapping[Role, str], href: str = "") -> EventView:
    """Return an event as an entry of a timeline."""
    event = view.event
    sentence, icon, tone = _LINES.get(event.name, (event.name.replace(".", " "), _UNKNOWN_ICON, _NEUTRAL))
    words = _Words({name: say_detail(value) for name, value in event.details.items()})
    words.setdefault("subject", event.subject.name)
    if event.name == "ballot.cast":
        tone = _BALLOT_TONES.get(words["choice"], tone)
        words["binding"] = " (binding)" if event.details.get("binding") else ""
    return EventView(
        at=event.at,
        sentence=sentence.format_map(words),
        actor=name_actor(view, role_labels),
        icon=icon,
        tone=tone,
        href=href,
        details=list_details(event),
    )


def name_actor(view: events.EventView, role_labels: Mapping[Role, str]) -> PersonView:
    """Return who acted, with the role that permitted it."""
    label, role = view.event.actor, view.event.role
    is_role = role is not None and role in set(Role)
    shown = role_labels.get(Role(role), "") if is_role and role is not None else ""
    return PersonView(label, _OWN_NAMES.get(label, view.actor_name), shown)


def list_details(event: Event) -> tuple[tuple[str, str], ...]:
    """Return the details as terms with words."""
    return tuple((name.replace("_", " "), say_detail(value)) for name, value in event.details.items())


def say_detail(value: EventDetail) -> str:
    """Return one detail in words."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(value) or "none"
        case _:
            return str(value)
