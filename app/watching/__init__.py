"""What is followed is looked at again and again: feeds, sitemaps, pages and folders. Knows no page and no command."""

from app.watching.following import Following
from app.watching.hands import Hands
from app.watching.watcher import Round, Watcher

__all__ = ["Following", "Hands", "Round", "Watcher"]
