"""A request's filters resolved against the catalog."""

from __future__ import annotations

from app.answer import Filters
from app.article import Published, canonical_url
from app.stores.catalog import Catalog
from app.stores.scope import Scope


def resolve_scope(filters: Filters, catalog: Catalog) -> Scope:
    """The earlier of `as_of` and `until` bounds what is seen; a name of an outlet is matched without regard to case. Of an article that
    the archive is known to have held on the day of `as_of` and that says something else now, the version of that day is seen."""
    ends = [Published.parse(text).last_second for text in (filters.as_of, filters.until) if text]
    sources = None
    if filters.source is not None:
        wanted = filters.source.strip().casefold()
        sources = frozenset(name for name in catalog.outlets() if name.casefold() == wanted)
    only, without = catalog.rows_of(_keys(filters.urls)), catalog.rows_of(_keys(filters.exclude))
    then = catalog.versions.seen_at(Published.parse(filters.as_of).last_second) if filters.as_of else []
    former = frozenset(one.row for one in then if one.present not in without)
    return Scope(
        since=Published.parse(filters.since).first_second if filters.since else None,
        seen_until=min(ends) if ends else None,
        sources=sources,
        only=frozenset(only).union(one.row for one in then if one.present in only) if filters.urls else None,
        without=frozenset(without).union(one.present for one in then),
        former=former,
    )


def _keys(named: list[str]) -> list[str]:
    """Each as it is written and, where it is a URL, in the catalog's spelling."""
    return [*named, *(canonical_url(name) for name in named if "://" in name)]
