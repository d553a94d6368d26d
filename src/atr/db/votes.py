# SPDX-License-Identifier: Apache-2.0
"""Rounds and ballots in the database."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import IntegrityError

from atr.db.releases import find_release_id, is_among
from atr.db.tables.releases import releases
from atr.db.tables.votes import ballot_withdrawals, ballots, refused_ballots, rounds
from atr.db.vote_parts import read_manual, read_policy, read_tally, write_manual, write_policy, write_tally
from atr.domain.artifact import Digest
from atr.domain.errors import Conflict
from atr.domain.names import ProductKey, ProjectKey, ReleaseKey, UserId, Version, Voter, parse_voter
from atr.domain.vote import (
    Ballot,
    BallotDoor,
    Choice,
    RefusedBallot,
    Round,
    RoundKind,
    RoundState,
    WithdrawnBallot,
)

_ROUND = (
    *(column for column in rounds.c if column.name not in {"id", "release_id"}),
    releases.c.project,
    releases.c.product,
    releases.c.version,
)
_BALLOT = tuple(column for column in ballots.c if column.name not in {"id", "round_id"})
_ANSWER = _BALLOT[:6]


class VoteRows:
    """Rounds and ballots; ballots are only ever added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: dict[tuple[ReleaseKey, int], Round] = {}  # locked, so as they are until saved here

    def find_round(self, release: ReleaseKey, number: int, *, lock: bool = False) -> Round | None:
        """Return the round; `lock` holds it until the transaction ends."""
        held = self._held.get((release, number))
        if held is not None:
            return held
        row = self._connection.execute(_HOLD if lock else _FIND, _name_round(release, number)).one_or_none()
        found = _read_round(row) if row else None
        if lock and found is not None:
            self._held[release, number] = found
        return found

    def list_rounds(self, release: ReleaseKey) -> tuple[Round, ...]:
        """Return all rounds in order of their numbers."""
        wanted = _select_rounds().where(rounds.c.release_id == find_release_id(release))
        return tuple(map(_read_round, self._connection.execute(wanted.order_by(rounds.c.number))))

    def list_newest(self, keys: Iterable[ReleaseKey]) -> dict[ReleaseKey, Round]:
        """Return the newest round of many releases in one query."""
        wanted = _select_rounds().where(is_among(keys))
        newest = wanted.ext(distinct_on(rounds.c.release_id)).order_by(
            rounds.c.release_id, rounds.c.number.desc()
        )
        return {vote.release: vote for vote in map(_read_round, self._connection.execute(newest))}

    def list_many(self, keys: Iterable[ReleaseKey]) -> dict[ReleaseKey, tuple[Round, ...]]:
        """Return all rounds of many releases in one query, each release's in order of their numbers."""
        wanted = _select_rounds().where(is_among(keys)).order_by(rounds.c.number)
        found: dict[ReleaseKey, tuple[Round, ...]] = {}
        for vote in map(_read_round, self._connection.execute(wanted)):
            found[vote.release] = (*found.get(vote.release, ()), vote)
        return found

    def list_open(self, limit: int) -> tuple[Round, ...]:
        """Return rounds in which votes are taken, those that can close first at the front."""
        soonest = func.coalesce(rounds.c.deadline_at, rounds.c.opened_at)
        wanted = _select_rounds().where(rounds.c.state == RoundState.OPEN).order_by(soonest, rounds.c.id)
        return tuple(map(_read_round, self._connection.execute(wanted.limit(limit))))

    def find_voted(self, user: UserId, keys: Iterable[ReleaseKey]) -> frozenset[ReleaseKey]:
        """Return those of the releases on whose open round the person has voted, in one query."""
        key = (releases.c.project, releases.c.product, releases.c.version)
        wanted = (
            select(*key).select_from(releases).join(rounds).join(ballots, ballots.c.round_id == rounds.c.id)
        )
        own = wanted.where(
            ballots.c.voter == user, ~_is_withdrawn(), rounds.c.state == RoundState.OPEN, is_among(keys)
        )
        rows = self._connection.execute(own)
        return frozenset(ReleaseKey(ProjectKey(row[0]), ProductKey(row[1]), Version(row[2])) for row in rows)

    def add_round(self, vote: Round) -> None:
        """Add the round; raise Conflict when the number is taken or another round is still open."""
        values = _write_round(vote) | {
            "release_id": find_release_id(vote.release),
            "number": vote.number,
        }
        try:
            self._connection.execute(insert(rounds).values(values))
        except IntegrityError as error:
            raise Conflict(f"A vote on {vote.release} was opened in the meantime: look again.") from error

    def save_round(self, vote: Round, expected_state: str) -> None:
        """Replace it if its state is still the expected one, else raise Conflict."""
        self._held.pop((vote.release, vote.number), None)
        unchanged = and_(_is_round(vote.release, vote.number), rounds.c.state == expected_state)
        statement = update(rounds).where(unchanged).values(_write_round(vote))
        if self._connection.execute(statement).rowcount == 0:
            raise Conflict(f"Round {vote.number} of {vote.release} was changed in the meantime: look again.")

    def add_ballot(self, release: ReleaseKey, number: int, ballot: Ballot) -> int:
        """Keep the ballot beside all earlier ones; return a number that no other ballot has."""
        values = _write_ballot(ballot) | _name_round(release, number)
        return int(self._connection.execute(_ADD_BALLOT, values).scalar_one())

    def list_ballots(self, release: ReleaseKey, number: int) -> tuple[Ballot, ...]:
        """Return every ballot cast in the round and not taken back, in order of casting."""
        this = _is_round(release, number)
        wanted = select(*_BALLOT).join(rounds).where(this, ~_is_withdrawn()).order_by(ballots.c.id)
        return tuple(_read_ballots(self._connection.execute(wanted)))

    def list_around(self, release: ReleaseKey, number: int, voter: Voter) -> tuple[Ballot, ...]:
        """Return the voter's ballots and the latest of all others, none taken back, in order of casting."""
        values = _name_round(release, number) | {"this_voter": voter}
        return tuple(_read_ballots(self._connection.execute(_AROUND, values)))

    def list_answers(self, release: ReleaseKey, number: int) -> tuple[Ballot, ...]:
        """Return each voter's latest ballot, not taken back, without comment and evidence."""
        this = and_(_is_round(release, number), ~_is_withdrawn())
        latest = select(*_ANSWER).join(rounds).where(this).ext(distinct_on(ballots.c.voter))
        newest = latest.order_by(ballots.c.voter, ballots.c.cast_at.desc(), ballots.c.id.desc())
        return tuple(
            Ballot(parse_voter(voter), _CHOICES[choice], said, _parse_digest(digest), cast_at, _DOORS[door])
            for voter, choice, said, digest, cast_at, door in self._connection.execute(newest)
        )

    def withdraw_ballots(self, release: ReleaseKey, number: int, voter: Voter, now: datetime) -> int:
        """Take back everything the voter has cast in the round so far, which stays; number the act."""
        newest = (
            select(ballots.c.round_id, ballots.c.voter, func.max(ballots.c.id), literal(now))
            .join(rounds)
            .where(_is_round(release, number), ballots.c.voter == voter)
            .group_by(ballots.c.round_id, ballots.c.voter)
        )
        columns = ["round_id", "voter", "last_ballot", "at"]
        taken = insert(ballot_withdrawals).from_select(columns, newest)
        return int(self._connection.execute(taken.returning(ballot_withdrawals.c.id)).scalar_one())

    def list_withdrawn(self, release: ReleaseKey, number: int) -> tuple[WithdrawnBallot, ...]:
        """Return every ballot of the round that was taken back, in order of casting."""
        first = select(func.min(ballot_withdrawals.c.at)).where(_withdraws()).scalar_subquery()
        this = and_(_is_round(release, number), _is_withdrawn())
        wanted = select(*_BALLOT, first).join(rounds).where(this).order_by(ballots.c.id)
        rows = self._connection.execute(wanted).all()
        taken = _read_ballots(cast("Iterable[_BallotRow]", (row[:-1] for row in rows)))
        return tuple(WithdrawnBallot(ballot, row[-1]) for ballot, row in zip(taken, rows, strict=True))

    def note_refusal(self, release: ReleaseKey, number: int, refused: RefusedBallot) -> None:
        """Keep that a ballot was not taken, in place of the person's earlier one, counting the attempts."""
        this = select(rounds.c.id).where(_is_round(release, number)).scalar_subquery()
        newest = {
            "text": refused.text,
            "door": refused.door,
            "refused_at": refused.refused_at,
            "reasons": list(refused.reasons),
        }
        first = {**newest, "round_id": this, "voter": refused.voter, "attempts": refused.attempts}
        attempts = refused_ballots.c.attempts + refused.attempts
        statement = postgresql.insert(refused_ballots).values(first)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["round_id", "voter"], set_={**newest, "attempts": attempts}
            )
        )

    def list_refused(self, release: ReleaseKey, number: int) -> tuple[RefusedBallot, ...]:
        """Return each person's newest ballot that was not taken, the latest first."""
        wanted = select(refused_ballots).join(rounds).where(_is_round(release, number))
        latest = wanted.order_by(refused_ballots.c.refused_at.desc(), refused_ballots.c.voter)
        return tuple(map(_read_refused, self._connection.execute(latest)))


def _is_withdrawn() -> ColumnElement[bool]:
    return select(ballot_withdrawals.c.id).where(_withdraws()).exists()


def _withdraws() -> ColumnElement[bool]:
    return and_(
        ballot_withdrawals.c.round_id == ballots.c.round_id,
        ballot_withdrawals.c.voter == ballots.c.voter,
        ballot_withdrawals.c.last_ballot >= ballots.c.id,
    )


def _is_this_round() -> ColumnElement[bool]:
    """Return the condition of what is made once and executed with `_name_round`."""
    named = [releases.c[name] == bindparam(f"this_{name}") for name in ("project", "product", "version")]
    this = select(releases.c.id).where(*named).scalar_subquery()
    return and_(rounds.c.release_id == this, rounds.c.number == bindparam("this_number"))


def _name_round(release: ReleaseKey, number: int) -> dict[str, object]:
    key = {"project": release.project, "product": release.product, "version": release.version}
    return {f"this_{name}": value for name, value in (key | {"number": number}).items()}


def _select_around() -> Select[tuple[object, ...]]:
    """Return a voter's ballots and the latest of all others, none taken back, in order of casting."""
    this = select(rounds.c.id).where(_is_this_round()).scalar_subquery()
    voter = bindparam("this_voter", type_=Text())
    counted = and_(ballots.c.round_id == this, ~_is_withdrawn())
    latest = select(ballots.c.id).where(counted, ballots.c.voter != voter)
    one_each = latest.ext(distinct_on(ballots.c.voter)).order_by(
        ballots.c.voter, ballots.c.cast_at.desc(), ballots.c.id.desc()
    )
    own = select(ballots.c.id).where(counted, ballots.c.voter == voter)
    # Without the round outside too, the ballots of all rounds there ever were would be looked through.
    of_them = or_(ballots.c.id.in_(one_each), ballots.c.id.in_(own))
    wanted = select(*_BALLOT).where(ballots.c.round_id == this, of_them)
    return wanted.order_by(ballots.c.id)


def _is_round(release: ReleaseKey, number: int) -> ColumnElement[bool]:
    return and_(rounds.c.release_id == find_release_id(release), rounds.c.number == number)


@cache
def _select_rounds() -> Select[tuple[object, ...]]:
    return select(*_ROUND).join(releases)


# What each ballot needs is made once: making a statement takes longer than having it compiled from the cache.
_FIND = _select_rounds().where(_is_this_round())
_HOLD = _FIND.with_for_update(of=rounds)
_AROUND = _select_around()
_ADD_BALLOT = (
    insert(ballots)
    .values(round_id=select(rounds.c.id).where(_is_this_round()).scalar_subquery())
    .returning(ballots.c.id)
)


def _write_round(vote: Round) -> dict[str, object]:
    return {
        "kind": vote.kind,
        "voting_project": vote.voting_project,
        "revision": vote.revision,
        "manifest_digest": str(vote.manifest_digest),
        "policy": write_policy(vote.policy),
        "policy_version": vote.policy_version,
        "roster": sorted(vote.roster),
        "opened_at": vote.opened_at,
        "opened_by": vote.opened_by,
        "deadline_at": vote.deadline_at,
        "state": vote.state,
        "closed_at": vote.closed_at,
        "closed_by": vote.closed_by,
        "summary": vote.summary,
        "manual_result": write_manual(vote.manual_result) if vote.manual_result else None,
        "tally": write_tally(vote.tally) if vote.tally else None,
        "departed": sorted(vote.departed),
        "ballots_root": str(vote.ballots_root) if vote.ballots_root else None,
    }


def _read_round(row: Row[tuple[object, ...]]) -> Round:
    return Round(
        release=ReleaseKey(ProjectKey(row.project), ProductKey(row.product), Version(row.version)),
        number=row.number,
        kind=RoundKind(row.kind),
        voting_project=ProjectKey(row.voting_project),
        revision=row.revision,
        manifest_digest=Digest.parse(row.manifest_digest),
        policy=read_policy(row.policy),
        policy_version=row.policy_version,
        roster=frozenset(map(UserId, row.roster)),
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        deadline_at=row.deadline_at,
        state=RoundState(row.state),
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        summary=row.summary,
        manual_result=read_manual(row.manual_result) if row.manual_result else None,
        tally=read_tally(row.tally) if row.tally else None,
        departed=frozenset(map(UserId, row.departed)),
        ballots_root=Digest.parse(row.ballots_root) if row.ballots_root else None,
    )


def _write_ballot(ballot: Ballot) -> dict[str, object]:
    return {
        "voter": ballot.voter,
        "choice": ballot.choice,
        "text": ballot.text,
        "manifest_digest": str(ballot.manifest_digest),
        "cast_at": ballot.cast_at,
        "door": ballot.door,
        "comment": ballot.comment,
        "evidence": dict(ballot.evidence),
    }


_parse_digest = lru_cache(maxsize=64)(Digest.parse)  # the ballots of a round name one or two
_CHOICES = {str(choice): choice for choice in Choice}
_DOORS = {str(door): door for door in BallotDoor}
_BallotRow = Row[str, str, str, str, datetime, str, str, dict[str, str]]


def _read_ballots(rows: Iterable[_BallotRow]) -> Iterator[Ballot]:
    # There may be many of them: unpacking takes a third of the time that asking each column by name does.
    for voter, choice, said, digest, cast_at, door, comment, evidence in rows:
        yield Ballot(
            parse_voter(voter),
            _CHOICES[choice],
            said,
            _parse_digest(digest),
            cast_at,
            _DOORS[door],
            comment,
            MappingProxyType(evidence),
        )


def _read_refused(row: Row[tuple[object, ...]]) -> RefusedBallot:
    return RefusedBallot(
        voter=parse_voter(row.voter),
        text=row.text,
        door=BallotDoor(row.door),
        refused_at=row.refused_at,
        reasons=tuple(row.reasons),
        attempts=row.attempts,
    )
