"""Pages and feeds from the web, with manners and within bounds. Knows no article and no store."""

from app.fetching.fetched import Fetch, Fetched
from app.fetching.fetcher import Fetcher

__all__ = ["Fetch", "Fetched", "Fetcher"]
