"""`cs.therapies`: what can be given to a patient, each as a tuple of events for `Model.with_events`.

>>> from cartsim.patient import presets, therapies
>>> treated = presets.b_all().with_events(therapies.tocilizumab(when="crs_grade >= 2", weight=40))

They ask for roles (``tocilizumab``, ``infused``, ``chemotherapy``, ...), so they work on every model that has
the role in the unit that the docstring says, with time in days. Illustrative, not for clinical use.
"""

from __future__ import annotations

from typing import Any

from ..language.errors import suggestion
from .cell_therapy import ablation, infusion, lymphodepletion, rechallenge, second_infusion
from .cytotoxic import bridging_chemotherapy, chemotherapy, radiation
from .rescue import anakinra, corticosteroid, tocilizumab
from .support import g_csf, immunoglobulin

__all__ = [
    "ablation",
    "anakinra",
    "bridging_chemotherapy",
    "chemotherapy",
    "corticosteroid",
    "g_csf",
    "immunoglobulin",
    "infusion",
    "lymphodepletion",
    "radiation",
    "rechallenge",
    "second_infusion",
    "tocilizumab",
]


def __getattr__(name: str) -> Any:
    raise AttributeError(f"there is no therapy {name!r}" + suggestion(name, __all__, plural="therapies"))
