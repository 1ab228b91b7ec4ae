"""A process to be killed: it appends steps of three entries to a ledger for ever and says what is durable."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.domain.errors import CopydeskError
from copydesk.domain.ids import ActionId, EventId, TimeMs
from copydesk.flow.ledger.seal import Sealer, open_entry
from tests.histories import ACCOUNT, a_decision, an_id

STEP = 3


def main(path: str, flush_every: int, bytes_max: int) -> None:
    """Go on from the last entry; `bytes_max`, if not 0, is as large as any file of this process may get."""
    store = SqliteLedgerStore(Path(path), open_entry)
    sealer = Sealer(ACCOUNT)
    for _, entry in store.entries():
        sealer = Sealer.after(entry)
    if bytes_max:
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, bytes_max))
    fact = a_decision()
    number = sealer.seq
    while True:
        number += 1
        for part in range(STEP):
            entry = sealer.seal(fact, TimeMs(number), None)
            events = (EventId(an_id("event", entry.seq)),) if part == 0 else ()
            store.append(entry, events, (ActionId(an_id("action", entry.seq)),))
        store.step_done()
        if number % flush_every == 0:
            store.flush()
            sys.stdout.write(f"{sealer.seq}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except CopydeskError as wrong:
        sys.stderr.write(f"{type(wrong).__name__}: {wrong}\n")
        sys.exit(7)
