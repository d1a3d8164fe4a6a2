"""Solving models: one run, many runs, and what comes back."""
