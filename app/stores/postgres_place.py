"""Where a catalog in PostgreSQL is, and what is said when it cannot be used. The password is in nothing that is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.errors import DatelineError, first_line
from app.stores.faults import FAILED, KEPT, SPACE

if TYPE_CHECKING:
    import psycopg

SCHEMES = ("postgresql://", "postgres://")
EXAMPLE = "postgresql://dateline@127.0.0.1:5432/dateline"
CONNECT_SECONDS = 10
PACKAGES = "Install it: pip install -r requirements-postgres.txt (or, of the package, dateline[postgres])"


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """`name` is for people; `conninfo`, in libpq's words, holds the password and is never shown."""

    name: str
    conninfo: str = field(repr=False)


def postgres_place(url: str) -> PostgresPlace:
    """Read DATELINE_CATALOG_URL. Raises DatelineError where it is none, or psycopg is not installed; neither repeats it."""
    if not url.startswith(SCHEMES):
        raise DatelineError("DATELINE_CATALOG_URL is no address of a PostgreSQL database.", f"Set it to one such as {EXAMPLE}.")
    try:
        import psycopg
        import psycopg_pool  # noqa: F401 (told now, not when the first question comes)
        from psycopg.conninfo import conninfo_to_dict, make_conninfo
    except ImportError:
        raise DatelineError("DATELINE_CATALOG_URL needs psycopg, which is not installed.", PACKAGES) from None
    try:
        parts = {"connect_timeout": CONNECT_SECONDS, **conninfo_to_dict(url)}
    except psycopg.Error:
        # What libpq says of it holds the whole of it.
        mend = f"Set it to one such as {EXAMPLE}; write %40 for @, %2F for / and %25 for % in a password."
        raise DatelineError("DATELINE_CATALOG_URL is not written as an address is.", mend) from None
    where = ":".join(str(parts[key]) for key in ("host", "port") if parts.get(key))
    user = f"{parts['user']}@" if parts.get("user") else ""
    return PostgresPlace(f"postgresql://{user}{where}/{parts.get('dbname', '')}", make_conninfo("", **parts))


def postgres_fault(place: PostgresPlace, error: psycopg.Error) -> DatelineError | None:
    """What to tell a person; None for an error that no server makes, which is a mistake of ours."""
    import psycopg
    from psycopg import errors

    said = first_line(error)
    match error:
        case errors.DiskFull():
            return DatelineError(f"the catalog {place.name} cannot be written: the server's disk is full.", SPACE, http=FAILED)
        case errors.LockNotAvailable():
            what = f"the catalog {place.name} is locked by another program."
            return DatelineError(what, "Wait until it is done, then run it again.", http=FAILED)
        case errors.DataCorrupted() | errors.IndexCorrupted():
            mend = "Look into PostgreSQL's own log; what pg_dump saved can be put back with pg_restore."
            return DatelineError(f"the catalog {place.name} is damaged: {said}.", mend, http=FAILED)
        case errors.InsufficientPrivilege():
            mend = "Give that user the database: ALTER DATABASE name OWNER TO user (psql)"
            return DatelineError(f"the catalog {place.name} refuses its user: {said}.", mend, http=FAILED)
        case errors.ReadOnlySqlTransaction() | errors.QueryCanceled() | errors.TransactionRollback():
            return None
        case psycopg.OperationalError():
            mend = f"See that PostgreSQL runs there and that DATELINE_CATALOG_URL names it, then run it again: {KEPT}"
            return DatelineError(f"the catalog {place.name} cannot be reached: {said}.", mend, http=FAILED)
    return None
