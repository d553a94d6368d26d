# SPDX-License-Identifier: Apache-2.0
"""Counting a round from 10,000 stored ballots: read from the database, and counted.

Run it alone: `python -m benchmarks.tally`. CPU time of this process; medians count.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from atr.db.migrate import migrate
from atr.domain.ballot_hash import hash_ballots
from atr.domain.people import ANONYMOUS
from atr.domain.vote import tally_round
from atr.domain.vote_timeline import trace_tally
from atr.services.live_tallies import TakeTally
from benchmarks.polling import attach, open_vote
from tests.support.voting import KEY, show_round

BALLOTS = 10_000
ROUNDS = 9
LIMIT = 0.2
FILL = """
INSERT INTO ballots (round_id, voter, choice, text, manifest_digest, cast_at, door, comment, evidence)
SELECT (SELECT max(id) FROM rounds), 'voter' || n % 8000, choice, choice, :digest,
       now() + n * interval '1 ms', 'api', 'It builds here.', '{"built": "Debian 12"}'
FROM (
    SELECT n, (ARRAY['+1', '0', '-1'])[1 + n % 3] AS choice FROM generate_series(1, :ballots) n
) AS cast_ones
"""


def take_time(act: Callable[[], object]) -> float:
    """Return the median of the CPU seconds that something takes."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        act()
        times.append(time.process_time() - begun)
    return statistics.median(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as name, attach(Path(name) / "data") as platform:
        migrate(platform.engine)
        digest = open_vote(platform)
        with platform.engine.begin() as connection:
            connection.execute(text(FILL), {"digest": digest, "ballots": BALLOTS})
        shown = show_round(platform.door)
        vote = shown.vote
        ballots = [each for view in shown.ballots for each in (view.ballot, *view.earlier)]
        now = datetime.now(UTC)
        stored = take_time(lambda: platform.door.ask(ANONYMOUS, TakeTally(KEY)))
        counted = take_time(lambda: tally_round(vote, ballots, now))
        traced = take_time(lambda: trace_tally(vote, ballots))
        hashed = take_time(lambda: hash_ballots(vote, ballots))
    print(f"tally of {BALLOTS} stored ballots  {stored:.3f} s (at most {LIMIT} s)")
    print(f"  counting them alone  {counted:.3f} s, as a timeline {traced:.3f} s, the root {hashed:.3f} s")


if __name__ == "__main__":
    main()
