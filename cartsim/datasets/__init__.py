"""Measurements that came with papers, as CSV files with their source, licence and units."""

from __future__ import annotations

from .dataset import Dataset
from .load import load, names, table

__all__ = ["Dataset", "load", "names", "table"]
