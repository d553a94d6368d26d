# SPDX-License-Identifier: Apache-2.0
"""Ballots a minute through the API of `atr serve` with its own database, cast by many clients at once.

Run it alone: `python -m benchmarks.ballots [BALLOTS] [CLIENTS]`. Then every accepted ballot, by its hash,
has to be among those of the round, each voter's last one has to be the current one, and the tally has to be
their count.
"""

import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from benchmarks.polling import ROUND, admit_voters, attach, open_vote
from benchmarks.serving import serve, sum_cpu_seconds

PORT = 18085
VOTERS = 100
LIMIT = 1_000
CHOICES = ("+1", "0", "-1")


class Client:
    """Casts the ballots of some voters, one after the other, and remembers what was accepted."""

    def __init__(self, address: str, digest: str, tokens: list[str]) -> None:
        self._http = httpx2.Client(base_url=address, timeout=60)
        self._digest = digest
        self._tokens = tokens
        self.accepted: list[tuple[str, str, str]] = []
        """Who, what, and the hash, in the order in which they were accepted."""

    def cast(self, number: int) -> None:
        """Cast so many ballots of voters taken in turn."""
        for each in range(number):
            token, choice = self._tokens[each % len(self._tokens)], random.choice(CHOICES)
            body = {"choice": choice, "manifest_digest": self._digest, "comment": f"ballot {each}"}
            headers = {"authorization": f"Bearer {token}"}
            answer = self._http.put(f"{ROUND}/ballots", json=body, headers=headers).raise_for_status()
            self.accepted.append((token, choice, answer.json()["hash"]))


def check(address: str, clients: list[Client]) -> str:
    """Say what was found wrong about the tally, or that nothing is."""
    shown = httpx2.get(f"{address}{ROUND}", timeout=60).raise_for_status().json()
    kept = Counter(each["hash"] for ballot in shown["ballots"] for each in (ballot, *ballot["earlier"]))
    accepted = Counter(each for client in clients for _, _, each in client.accepted)
    last = {token: (choice, each) for client in clients for token, choice, each in client.accepted}
    if kept != accepted:
        return f"LOST OR FOREIGN BALLOTS: {(accepted - kept).total()} and {(kept - accepted).total()}"
    if {each["hash"] for each in shown["ballots"]} != {each for _, each in last.values()}:
        return "SOMEBODY'S LAST BALLOT IS NOT THE CURRENT ONE"
    counts = shown["tally"]["community"]
    told = (counts["in_favour"], counts["abstained"], counts["against"])
    found = Counter(choice for choice, _ in last.values())
    if told != tuple(found[choice] for choice in CHOICES):
        return f"THE TALLY SAYS {told}, THE BALLOTS {dict(found)}"
    return f"all {accepted.total()} accepted ballots of {len(last)} voters are in the tally {told}"


def main(ballots: int = 2_000, number: int = 4) -> None:
    with tempfile.TemporaryDirectory() as name, serve(Path(name) / "data", PORT) as served:
        with attach(served.data) as platform:
            digest, tokens = open_vote(platform), admit_voters(platform, VOTERS)
        clients = [Client(served.address, digest, tokens[each::number]) for each in range(number)]
        processes = served.processes
        begun, used = time.perf_counter(), sum_cpu_seconds(processes)
        with ThreadPoolExecutor(number) as pool:
            list(pool.map(lambda client: client.cast(ballots // number), clients))
        taken, used = time.perf_counter() - begun, sum_cpu_seconds(processes) - used
        cast = sum(len(client.accepted) for client in clients)
        found = check(served.address, clients)
    print(f"{cast} ballots by {number} clients  {cast / taken * 60:6.0f} a minute (at least {LIMIT})")
    print(f"CPU of server, worker and database  {used / cast * 1000:.0f} ms a ballot")
    print(f"check  {found}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
