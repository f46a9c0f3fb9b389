"""A database in PostgreSQL, shared by the threads of many processes: the connections that no other room sees."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.adapt import AdaptersMap, Buffer
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumperUnknown
from psycopg_pool import ConnectionPool, PoolTimeout

from app.errors import DatelineError
from app.stores.faults import FAILED
from app.stores.postgres_migrations import migrate
from app.stores.postgres_place import CONNECT_SECONDS, PostgresPlace, postgres_fault
from app.stores.postgres_sql import numbered

READERS = 4
"""Connections for reading at most: a process reads with few threads at once, and a server has 100 connections by default."""
LOCK_SECONDS = 30
"""How long a write waits for one of another process."""
WRITER = (
    f"SET lock_timeout = '{LOCK_SECONDS}s'",
    # A machine that is gone without a word frees its locks in eight seconds.
    "SET tcp_keepalives_idle = 4",
    "SET tcp_keepalives_interval = 2",
    "SET tcp_keepalives_count = 2",
)
LEADER = "hashtext('dateline'), hashtext(current_schema())"
"""The two numbers of the advisory lock that the ingest leader of a schema holds."""

LOCKS = (
    "l.locktype = 'advisory' AND l.objsubid = 2"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND l.classid::bigint = (hashtext('dateline')::bigint & 4294967295)"
    " AND l.objid::bigint = (hashtext(current_schema())::bigint & 4294967295)"
)
"""Of pg_locks, those on it: held, or waited for."""


class _NulDumper(StrDumperUnknown):
    """PostgreSQL's texts hold no NUL. Reading lets none through, so only someone's question has one, which must find nothing: it goes as
    U+FFFF, which no text has either."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\uffff"))


def _only_reads(connection: psycopg.Connection[Any]) -> None:
    connection.execute("SET default_transaction_read_only = on")


class PostgresDatabase:
    """As Database: thread safe, and a transaction is seen whole or not at all. Others read meanwhile, what stood before it.

    One connection writes, others only read. A connection that is lost is made anew where nothing was begun on it; else what was begun is
    undone, and said. Only the writing connection can hold the leader's lock, so that whoever has lost it can write no more.
    """

    def __init__(self, place: PostgresPlace, steps: Sequence[str]) -> None:
        """Connect, and make the tables by the steps. Raises DatelineError where a newer program has been there; and like every method,
        where the server cannot be reached or its disk fails."""
        self.place = place
        self._lock = threading.RLock()
        self._writing: int | None = None
        self._local = threading.local()
        self._read_only = False
        self._leads = False
        self._deposed = False
        adapters = AdaptersMap(psycopg.adapters)
        # One type for all numbers: else a statement is prepared anew for each size.
        adapters.register_dumper(int, Int8Dumper)
        adapters.register_dumper(str, _NulDumper)
        self._options: dict[str, Any] = {"autocommit": True, "cursor_factory": psycopg.RawCursor, "context": adapters}
        with self._told():
            self._writer = self._connected()
            try:
                migrate(self._writer, steps, place)
            except BaseException:
                self._writer.close()
                raise
        self._readers = ConnectionPool(
            place.conninfo,
            kwargs=dict(self._options),
            configure=_only_reads,
            min_size=0,
            max_size=READERS,
            timeout=CONNECT_SECONDS,
            name="catalog",
            open=True,
        )

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        connection: psycopg.Connection[tuple[Any, ...]] = psycopg.connect(self.place.conninfo, **self._options)
        for statement in WRITER:
            connection.execute(statement)
        if self._read_only:
            connection.execute("SET default_transaction_read_only = on")
        return connection

    def forbid_writes(self) -> None:
        """From here on every write raises psycopg.errors.ReadOnlySqlTransaction."""
        with self._lock, self._told():
            self._read_only = True
            self._writer.execute("SET default_transaction_read_only = on")

    def allow_writes(self) -> None:
        """Undo `forbid_writes`: of a reader that has become the leader."""
        if not self._read_only:
            return
        with self._lock, self._told():
            self._read_only = False
            self._writer.execute("SET default_transaction_read_only = off")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside stands or none of it. A transaction inside another is part of the outer one."""
        with self._lock:
            if self._writing is not None:
                yield
                return
            with self._told():
                self._begin()
                self._writing = threading.get_ident()
                try:
                    yield
                    if self._writer.execute("COMMIT").statusmessage != "COMMIT":
                        # PostgreSQL's answer where a statement had failed and whoever ran it has passed over that.
                        raise psycopg.errors.InFailedSqlTransaction("a statement of this transaction had failed")
                except BaseException:
                    with contextlib.suppress(psycopg.Error):
                        self._writer.execute("ROLLBACK")
                    raise
                finally:
                    self._writing = None

    def _begin(self) -> None:
        """The next number is taken first, and held until the end: so writers take turns, in this process and in others."""
        self._refuse_deposed()
        for again in (False, True):
            try:
                self._writer.execute("BEGIN; UPDATE changes SET number = number + 1")
                return
            except BaseException as error:
                with contextlib.suppress(psycopg.Error):
                    self._writer.execute("ROLLBACK")
                if again or not isinstance(error, psycopg.OperationalError) or not self._writer.broken:
                    raise
                self._reconnect()

    def _reconnect(self) -> None:
        self._writer.close()
        self._writer = self._connected()
        if self._leads:
            self._leads = self._try_lead()
            self._deposed = not self._leads
            self._refuse_deposed()

    def _refuse_deposed(self) -> None:
        if self._deposed:
            raise DatelineError(
                f"the connection to the catalog {self.place.name} was lost, and another process has become its ingest leader.",
                "Run it again when that one is done: what was written is kept.",
                http=FAILED,
            )

    @contextmanager
    def steady(self) -> Iterator[None]:
        """What this thread reads inside is of one moment, whatever others write; nothing may be written."""
        if self._writing == threading.get_ident() or self._steady_in() is not None:
            yield
            return
        with self._told():
            connection = self._begun_to_read()
            self._local.steady = connection
            try:
                yield
            finally:
                self._local.steady = None
                with contextlib.suppress(psycopg.Error):
                    connection.execute("ROLLBACK")
                self._readers.putconn(connection)

    def _begun_to_read(self) -> psycopg.Connection[Any]:
        for again in (False, True):
            connection = self._readers.getconn()
            try:
                connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
                return connection
            except BaseException as error:
                self._readers.putconn(connection)
                if again or not isinstance(error, psycopg.OperationalError):
                    raise
                self._readers.check()
        raise AssertionError("unreachable")

    def _steady_in(self) -> psycopg.Connection[Any] | None:
        return getattr(self._local, "steady", None)

    def blocks(self, statement: str, values: Sequence[Any] = (), size: int = 20_000) -> Iterator[list[Any]]:
        """The same as `rows`, so many at a time. Belongs in `steady`."""
        connection = self._steady_in() or self._writer
        with self._told(), psycopg.RawServerCursor(connection, "blocks") as found:
            found.execute(numbered(statement), values)
            while block := found.fetchmany(size):
                yield block

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Every row that the statement finds, each a tuple. Within this thread's transaction it sees what that wrote, and may write."""
        with self._told():
            if self._writing == threading.get_ident():
                return self._writer.execute(numbered(statement), values).fetchall()
            if (steady := self._steady_in()) is not None:
                return steady.execute(numbered(statement), values).fetchall()
            for again in (False, True):
                try:
                    with self._readers.connection() as connection:
                        return connection.execute(numbered(statement), values).fetchall()
                except psycopg.OperationalError as error:
                    if again or isinstance(error, PoolTimeout):
                        raise
                    self._readers.check()
            raise AssertionError("unreachable")

    def write(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run one statement that changes something."""
        with self.transaction():
            self._writer.execute(numbered(statement), values)

    def write_many(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        """Run the statement once for each of the values, all of them or none."""
        with self.transaction():
            self._writer.cursor().executemany(numbered(statement), values)

    def copy_in(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Put many new rows into a table, the quickest way (COPY); all of them or none."""
        with self.transaction(), self._writer.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def version(self) -> tuple[int, int]:
        """(number of the last change, 0): goes up whenever this or another process has changed the catalog."""
        return (int(self.rows("SELECT number FROM changes")[0][0]), 0)

    def check(self) -> str | None:
        """None: PostgreSQL looks after its own files, and says what it cannot read."""
        return None

    def damaged(self, said: object) -> DatelineError:
        """Of what is read and makes no sense."""
        mend = "What pg_dump saved can be put back with pg_restore."
        return DatelineError(f"the catalog {self.place.name} is damaged: {said}.", mend, http=FAILED)

    def lead(self) -> bool:
        """Take the lock of the ingest leader on the writing connection, if nobody has it; returns whether it is held now."""
        with self._lock, self._told():
            led = self._leads
            try:
                self._writer.execute("SELECT 1")
            except psycopg.OperationalError:
                # With the lock went the right to write, also where no connection can be made now.
                self._leads, self._deposed = False, self._deposed or led
                self._reconnect()
            self._leads = self._leads or self._try_lead()
            # Who has just lost it may be about to write.
            self._deposed = (self._deposed or led) and not self._leads
            return self._leads

    def _try_lead(self) -> bool:
        found = self._writer.execute(f"SELECT pg_try_advisory_lock({LEADER})").fetchone()
        return found is not None and bool(found[0])

    def wait_to_lead(self, seconds: float) -> bool:
        """As `lead`, standing in line for at most so long: the server gives the lock to whoever has waited longest."""
        with self._lock, self._told():
            if self.lead():
                return True
            try:
                self._writer.execute("SELECT set_config('lock_timeout', $1, false)", (f"{max(1, round(seconds * 1000))}ms",))
                self._writer.execute(f"SELECT pg_advisory_lock({LEADER})")
                self._leads = True
            except psycopg.errors.LockNotAvailable:
                pass
            finally:
                with contextlib.suppress(psycopg.Error):  # of a connection that is lost the next one has its own
                    self._writer.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
            return self._leads

    def others_wait(self) -> bool:
        """Whether a process stands in line for the leader's lock."""
        return bool(self.rows(f"SELECT 1 FROM pg_locks l WHERE {LOCKS} AND NOT l.granted LIMIT 1"))

    def stop_leading(self) -> None:
        """Free that lock."""
        with self._lock:
            if self._leads:
                self._leads = False
                with contextlib.suppress(psycopg.Error):
                    self._writer.execute(f"SELECT pg_advisory_unlock({LEADER})")

    @property
    def leads(self) -> bool:
        """Whether the lock was held when this was last looked at."""
        return self._leads

    def leader(self) -> str | None:
        """What the process that holds it calls itself (see `name_connection`); None where there is none."""
        found = self.rows(f"SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE {LOCKS} AND l.granted")
        return str(found[0][0]) if found else None

    def name_connection(self, name: str) -> None:
        """What PostgreSQL's own views, and others that wait for us, call the writing connection. At most 63 bytes of it are kept."""
        with self._lock, self._told():
            self._options["application_name"] = name
            self._writer.execute("SELECT set_config('application_name', $1, false)", (name,))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            fault = postgres_fault(self.place, error)
            if fault is None:
                raise
            raise fault from error

    def close(self) -> None:
        """Close every connection; with them goes the leader's lock."""
        with self._lock:
            self._readers.close()
            self._writer.close()
