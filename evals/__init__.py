"""Measurements of Dateline: `python -m evals run DATASET`, `report FILE…`, `targets`."""
