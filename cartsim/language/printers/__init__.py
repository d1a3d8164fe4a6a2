"""Printers: one file per notation, all reading the same tree."""
