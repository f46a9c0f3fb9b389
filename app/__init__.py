"""Dateline: questions answered from dated news articles, every sentence checked against its source."""

__version__ = "0.1.0"
