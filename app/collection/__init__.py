"""The collection as a whole, for whoever keeps it: its list, what is handed in, what is taken out and put back, how much room it takes."""

from app.collection.adding import Added, Adding
from app.collection.collection import Collection
from app.collection.disk import Room
from app.collection.removing import Removals, Removed

__all__ = ["Added", "Adding", "Collection", "Removals", "Removed", "Room"]
