"""cartsim: CAR-T cell therapy, simulated with ordinary differential equations.

>>> import cartsim as cs
>>> mouse = cs.models.barros_2021.with_events(cs.Dose(2e6, into="C_T", at=42))
>>> run = cs.simulate(mouse, until=200)
>>> bool(run["T"][-1] == 0)
True

The public names are loaded when they are first used, so that importing the package stays cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import datasets, export, models, plots
    from .language.errors import (
        ExpressionError,
        MissingExtraError,
        ModelError,
        SolveError,
        UnfinishedError,
        UnitError,
        UnknownNameError,
    )
    from .language.events import Change, Dose, Infusion, When
    from .language.join import join
    from .language.model import Model
    from .language.parts import Observable, Parameter, Process, Source, Species, Variant
    from .language.spreads import LogNormal, Normal, Truncated, Uniform
    from .language.units import convert
    from .models.citation import cite
    from .patient import presets as patients
    from .patient import therapies
    from .plots.demo import demo
    from .plots.plot import plot
    from .questions.explain import explain
    from .questions.glossary import help
    from .questions.readouts import readouts
    from .questions.summary import summarise
    from .questions.windows import windows
    from .solving.cohort import cohort
    from .solving.ensemble import Ensemble
    from .solving.people import Cohort
    from .solving.simulate import simulate
    from .solving.stochastic import simulate_stochastic
    from .solving.trajectory import Trajectory
    from .teaching import lessons
    from .teaching.explore import explore

# fmt: off
_WHERE = {  # name: the module it lives in, in the order a newcomer meets them
    "demo": "plots.demo", "patients": "patient.presets", "therapies": "patient.therapies",
    "models": "models", "datasets": "datasets", "simulate": "solving.simulate", "plot": "plots.plot",
    "plots": "plots", "readouts": "questions.readouts", "explain": "questions.explain",
    "cite": "models.citation", "export": "export",
    "cohort": "solving.cohort", "simulate_stochastic": "solving.stochastic",
    "summarise": "questions.summary", "windows": "questions.windows", "help": "questions.glossary",
    "explore": "teaching.explore", "lessons": "teaching.lessons",
    "Dose": "language.events", "Infusion": "language.events",
    "Change": "language.events", "When": "language.events",
    "Model": "language.model", "Species": "language.parts", "Parameter": "language.parts",
    "Process": "language.parts", "Observable": "language.parts", "Source": "language.parts",
    "Variant": "language.parts", "join": "language.join", "convert": "language.units",
    "LogNormal": "language.spreads", "Normal": "language.spreads", "Uniform": "language.spreads",
    "Truncated": "language.spreads", "Cohort": "solving.people",
    "Trajectory": "solving.trajectory", "Ensemble": "solving.ensemble",
    "ModelError": "language.errors", "ExpressionError": "language.errors", "UnitError": "language.errors",
    "UnknownNameError": "language.errors", "SolveError": "language.errors",
    "MissingExtraError": "language.errors", "UnfinishedError": "language.errors",
}
# fmt: on
_MODULES = ("models", "datasets", "plots", "export", "patients", "therapies", "lessons")

__all__ = [
    "Change",
    "Cohort",
    "Dose",
    "Ensemble",
    "ExpressionError",
    "Infusion",
    "LogNormal",
    "MissingExtraError",
    "Model",
    "ModelError",
    "Normal",
    "Observable",
    "Parameter",
    "Process",
    "SolveError",
    "Source",
    "Species",
    "Trajectory",
    "Truncated",
    "UnfinishedError",
    "Uniform",
    "UnitError",
    "UnknownNameError",
    "Variant",
    "When",
    "cite",
    "cohort",
    "convert",
    "datasets",
    "demo",
    "explain",
    "explore",
    "export",
    "help",
    "join",
    "lessons",
    "models",
    "patients",
    "plot",
    "plots",
    "readouts",
    "simulate",
    "simulate_stochastic",
    "summarise",
    "therapies",
    "windows",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("cartsim")
    if name not in _WHERE:
        from .language.errors import suggestion

        raise AttributeError(f"cartsim has no {name!r}" + suggestion(name, _WHERE))
    module = importlib.import_module(f".{_WHERE[name]}", __name__)
    found = module if name in _MODULES else getattr(module, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*_WHERE, "__version__"]
