"""Pictures of runs and data: axes come back, nothing is shown or saved behind your back."""

from __future__ import annotations

from .alt_text import alt_text
from .chance import chance
from .data import data, points
from .diagram import diagram
from .distribution import distribution
from .equations import equations
from .fan import fan
from .fluxes import fluxes
from .groups import groups
from .plot import plot
from .save import save
from .spaghetti import spaghetti
from .style import style
from .survival import survival
from .swimmer import swimmer
from .waterfall import waterfall

__all__ = [
    "alt_text",
    "chance",
    "data",
    "diagram",
    "distribution",
    "equations",
    "fan",
    "fluxes",
    "groups",
    "plot",
    "points",
    "save",
    "spaghetti",
    "style",
    "survival",
    "swimmer",
    "waterfall",
]
