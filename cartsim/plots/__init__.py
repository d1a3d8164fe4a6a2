"""Pictures of runs and data: axes come back, nothing is shown or saved behind your back."""

from __future__ import annotations

from .alt_text import alt_text
from .data import data, points
from .diagram import diagram
from .equations import equations
from .fluxes import fluxes
from .plot import plot
from .save import save
from .style import style

__all__ = ["alt_text", "data", "diagram", "equations", "fluxes", "plot", "points", "save", "style"]
