# SPDX-License-Identifier: Apache-2.0
"""Detached signatures: who made them with what key, and whether they fit the file.

Two checks. The first reads what the signature says of itself and what the project knows of the key; it is
cheap, depends on the day, and is never kept. The second does the mathematics over the whole file; it runs
only where nothing speaks against the signature, and is kept for this file, this signature and this key.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from atr.checks.contract import FileCheck, FileView, Inputs, make_finding
from atr.checks.signature_rules import (
    BAD,
    EXPIRED_NOW,
    EXPIRES_SOON,
    FACT_RULES,
    NOT_UPLOADER,
    OWNER_UNPROVEN,
    PROOF_RULES,
    RULES_BY_STATE,
    SHORT_KEY,
    UNREADABLE,
)
from atr.domain.artifact import SIGNATURE_SUFFIX, FileEntry
from atr.domain.artifact_names import find_subject
from atr.domain.check import Finding, FindingData
from atr.domain.errors import Invalid, TooLarge
from atr.domain.key import (
    PublicKey,
    SignatureState,
    SignatureVerdict,
    SigningKey,
    find_signer,
    is_short,
    judge_signature,
)
from atr.formats.openpgp import LARGEST_SIGNATURE, read_signatures

_SENTENCES = {
    SignatureState.BAD: "{sig} is not a signature over this file: one of the two was changed.",
    SignatureState.NO_KEY: "{sig} was made by the key {issuer}, which is no key of the project.",
    SignatureState.KEY_EXPIRED: "{sig} was made at {at} by the key {key}, which had expired by then.",
    SignatureState.KEY_REVOKED: "{sig} was made by the key {key}, which is revoked.",
    SignatureState.CANNOT_SIGN: "{sig} was made by the key {key}, which is not for signing.",
    SignatureState.WEAK_KEY: "{sig} was made by the key {key}, which is too weak ({type}).",
    SignatureState.WEAK_HASH: "{sig} uses {hash}, which can be forged.",
    SignatureState.FUTURE: "{sig} was made at {at}, which is in the future.",
    SignatureState.EXPIRED: "{sig} was made to be valid for a time that is over.",
    SignatureState.UNUSABLE_KEY: "{sig} is by the key {key}, but does not hold. {explain}",
    SignatureState.WEAK_BINDING: "{sig} was made by the key {key} over this file. {explain}",
    SignatureState.UNREADABLE: "{sig} cannot be read. {explain}",
}


@dataclass(frozen=True, slots=True)
class _Judged:
    """One signature with the key that claims it, before any mathematics."""

    issuer: str
    verdict: SignatureVerdict
    key: SigningKey | None


def _find_artifact(view: FileView) -> FileEntry | None:
    subject = find_subject(view.entry.path)
    return None if subject is None else view.files.get(subject)


def _judge(view: FileView) -> _Judged:
    """Return the signature that speaks best for the file; raise Invalid or TooLarge when there is none."""
    judged = [
        _Judged(signature.issuer or "nobody named", judge_signature(signature, signer, view.facts.now), owned)
        for signature in read_signatures(view.read(view.entry, LARGEST_SIGNATURE))
        for owned in [_find_owned(view.keys, find_signer(map(_believe, view.keys), signature))]
        for signer in [None if owned is None else _believe(owned)]
    ]
    return next((each for each in judged if each.verdict.state is SignatureState.GOOD), judged[0])


def _believe(owned: SigningKey) -> PublicKey:
    """Return the key as the project knows it: revoked also when only ATR was told so."""
    return replace(owned.key, revoked=owned.is_revoked())


def _find_owned(keys: tuple[SigningKey, ...], key: PublicKey | None) -> SigningKey | None:
    return None if key is None else next(each for each in keys if each.fingerprint == key.fingerprint)


def applies(view: FileView) -> bool:
    """Tell whether the file is a signature whose artifact is there."""
    return view.entry.path.endswith(SIGNATURE_SUFFIX) and _find_artifact(view) is not None


def forget(_view: FileView) -> Inputs | None:
    """Return None: what depends on the day is never kept."""
    return None


def examine_facts(view: FileView) -> Iterator[Finding]:
    """Yield what speaks against a signature without looking at the file it is of."""
    artifact = _find_artifact(view)
    if artifact is None:
        return
    try:
        judged = _judge(view)
    except (Invalid, TooLarge) as error:
        yield make_finding(UNREADABLE, artifact.path, f"{view.entry.path.name} cannot be read. {error}")
        return
    if judged.verdict.state is not SignatureState.GOOD:
        yield _describe(view, artifact, judged, judged.verdict)
    elif judged.key is not None:
        yield from _worry_about_key(view, artifact, judged.key, judged.verdict)


def _worry_about_key(
    view: FileView, artifact: FileEntry, owned: SigningKey, verdict: SignatureVerdict
) -> Iterator[Finding]:
    now, path, name = view.facts.now, artifact.path, view.entry.path.name
    part = owned.key.find_part(verdict.signing_key or "")
    about: dict[str, FindingData] = {"fingerprint": owned.fingerprint}
    if part is not None and is_short(part):
        message = f"{name} was made by an RSA key of {part.bits} bits, made in {part.created_at.year}."
        yield make_finding(SHORT_KEY, path, message, data=about)
    if owned.has_expired(now) or (part is not None and part.is_over(now)):
        message = f"The key {owned.fingerprint} was valid when it signed {path.name}, but is not any more."
        yield make_finding(EXPIRED_NOW, path, message, data=about)
    elif owned.expires_soon(now):
        message = f"The key {owned.fingerprint} expires at {owned.key.expires_at:%Y-%m-%d %H:%M} UTC."
        yield make_finding(EXPIRES_SOON, path, message, data=about)
    if owned.proven_owner is None:
        claimed = "" if owned.owner is None else f", though {owned.owner} says to be its owner"
        message = f"Nobody has proven to own the key {owned.fingerprint}{claimed}."
        yield make_finding(OWNER_UNPROVEN, path, message, data=about)
    elif view.facts.uploader is not None and view.facts.uploader != owned.proven_owner:
        message = f"{name} is by {owned.proven_owner}, the files were uploaded by {view.facts.uploader}."
        yield make_finding(NOT_UPLOADER, path, message, data={**about, "owner": str(owned.proven_owner)})


def prove_inputs(view: FileView) -> Inputs | None:
    """Return what the mathematics depend on, or None when it is not worth doing."""
    artifact, judged = _find_artifact(view), _judge(view)
    if artifact is None or judged.key is None or judged.verdict.state is not SignatureState.GOOD:
        return None
    return (view.entry.path, str(artifact.content.sha512), judged.key.key.armored)


def prove(view: FileView) -> Iterator[Finding]:
    """Yield that a signature does not fit its file, where nothing else speaks against it."""
    artifact = _find_artifact(view)
    try:
        judged = _judge(view)
    except (Invalid, TooLarge):
        return  # the other check says so
    if artifact is None or judged.key is None or judged.verdict.state is not SignatureState.GOOD:
        return
    signature = view.read(view.entry, LARGEST_SIGNATURE)
    verdict = view.verify((_believe(judged.key),), signature, artifact)
    if verdict.state is not SignatureState.GOOD:
        yield _describe(view, artifact, judged, verdict)


def _describe(view: FileView, artifact: FileEntry, judged: _Judged, verdict: SignatureVerdict) -> Finding:
    data: dict[str, FindingData] = {"issuer": judged.issuer, "state": str(verdict.state)}
    if verdict.fingerprint is not None:
        data["fingerprint"] = verdict.fingerprint
    message = _SENTENCES[verdict.state].format(
        sig=view.entry.path.name,
        issuer=judged.issuer,
        key=verdict.fingerprint,
        at="an unknown time" if verdict.signed_at is None else f"{verdict.signed_at:%Y-%m-%d %H:%M} UTC",
        type=f"{verdict.algorithm} {verdict.bits or ''}".strip(),
        hash=verdict.hash,
        explain=verdict.explain,
    )
    return make_finding(RULES_BY_STATE.get(verdict.state, BAD), artifact.path, message.strip(), data=data)


SIGNATURE_FACTS = FileCheck("signatures", FACT_RULES, applies, forget, examine_facts)
SIGNATURE_PROOFS = FileCheck("signature proofs", PROOF_RULES, applies, prove_inputs, prove)
