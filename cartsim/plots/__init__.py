"""Pictures of runs and data: axes come back, nothing is shown or saved behind your back."""

from __future__ import annotations

from .alt_text import alt_text
from .animate import animate
from .animate_diagram import animate_diagram
from .animation import Animation
from .chance import chance
from .chance_of_cure import chance_of_cure
from .colours_of_terms import colours_of
from .compare import compare
from .dashboard import dashboard
from .data import data, points
from .diagram import diagram
from .distribution import distribution
from .equations import equations
from .fan import fan
from .fluxes import fluxes
from .grid import grid
from .groups import groups
from .journey import journey
from .phases import phases
from .plot import plot
from .save import save
from .spaghetti import spaghetti
from .style import style
from .survival import survival
from .swimmer import swimmer
from .traffic_light import traffic_light
from .waterfall import waterfall

__all__ = [
    "Animation",
    "alt_text",
    "animate",
    "animate_diagram",
    "chance",
    "chance_of_cure",
    "colours_of",
    "compare",
    "dashboard",
    "data",
    "diagram",
    "distribution",
    "equations",
    "fan",
    "fluxes",
    "grid",
    "groups",
    "journey",
    "phases",
    "plot",
    "points",
    "save",
    "spaghetti",
    "style",
    "survival",
    "swimmer",
    "traffic_light",
    "waterfall",
]
