"""Which process may bring articles into a catalog in PostgreSQL: the ingest leader, one at a time over all machines."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from app.errors import DatelineError
from app.stores.faults import FAILED

if TYPE_CHECKING:
    from app.stores.postgres import PostgresDatabase


class IngestLeader:
    """An advisory lock on the connection that writes: PostgreSQL frees it when that ends, however it ends.

    A leader whose connection was lost takes the lock again with the next one; where another has it by then, every write raises
    DatelineError. So there are never two that write.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def try_take(self, kind: str) -> bool:
        """Become the leader if nobody is; returns whether this is it now. `kind` is what it does (`serve`), for others to read."""
        taken = self._database.lead()
        if taken:
            self._database.name_connection(f"dateline {kind} {os.getpid()} on {socket.gethostname()}"[:63])
            self._database.allow_writes()
        return taken

    def wait(self, kind: str, patience: float) -> bool:
        """As try_take, waiting in line for up to so many seconds, which the leader sees (`wanted`)."""
        return self._database.wait_to_lead(patience) and self.try_take(kind)

    def take(self, kind: str, patience: float) -> None:
        """Become the leader. Raises DatelineError where another still is after `patience` seconds."""
        if not self.wait(kind, patience):
            holder = self._database.leader()
            who = f"`{holder}`" if holder else "another process"
            mend = "Stop it, or wait until it is done."
            raise DatelineError(f"the catalog {self._database.place.name} is being written by {who}.", mend, http=FAILED)

    def wanted(self) -> bool:
        """Whether another process waits in line for it."""
        return self._database.others_wait()

    @property
    def held(self) -> bool:
        """Whether this process was the leader when it last wrote or asked."""
        return self._database.leads

    def holder(self) -> str | None:
        """What the leader's process calls itself; None where there is none."""
        return self._database.leader()

    def release(self) -> None:
        """Let another be it, and write no more."""
        self._database.forbid_writes()
        self._database.stop_leading()
