"""Safety switch: a drug that kills every CAR-T cell, for "what if they were lost".

Equations (witness)
-------------------
dSWITCH/dt = -k_SWITCH*SWITCH
dC_I/dt    = -e_SWITCH*SWITCH*C_I
dC_E/dt    = -e_SWITCH*SWITCH*C_E
dC_M/dt    = -e_SWITCH*SWITCH*C_M
dC_X/dt    = -e_SWITCH*SWITCH*C_X

Rests on
--------
A stated simplification: the product carries a suicide gene, and the drug that it answers to kills in
proportion to its amount.

Assumptions and deviations
--------------------------
- One dose leaves about one CAR-T cell of 5e21 (the exponential of -e_SWITCH/k_SWITCH), that is none. Real
  switches spare some; a smaller ``e_SWITCH`` says so.
- Nothing happens until a dose is given, so a patient that has the switch and is not given one is as it would
  be without it.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process, Species
from .shared import C_E, C_I, C_M, C_S, C_X


def switch(*, solid: bool = False) -> Model:
    """The part of the model; with ``solid`` also for the cells inside a solid tumour.

    Parameters
    ----------
    solid : bool

    Examples
    --------
    >>> list(switch().processes)[:2]
    ['switch_fading', 'switch_kills_C_I']
    """
    cells = {"C_I": C_I, "C_E": C_E, "C_M": C_M, "C_X": C_X} | ({"C_S": C_S} if solid else {})
    # fmt: off
    return Model(
        name="safety_switch",
        species=dict(SWITCH=Species(0, "1", "drug of the safety switch, in doses"), **cells),
        parameters=dict(
            k_SWITCH = Parameter(2,   "1/day", "fading of the switch's drug", "assumed"),
            e_SWITCH = Parameter(100, "1/day", "killing by one dose",         "assumed: none is left"),
        ),
        processes=dict(
            switch_fading = Process("SWITCH ->", "k_SWITCH*SWITCH", "eliminated"),
            **{
                f"switch_kills_{name}": Process(f"{name} ->", f"e_SWITCH*SWITCH*{name}", "killed")
                for name in cells
            },
        ),
        roles=dict(safety_switch="SWITCH"),
        title="Safety switch",
    )
    # fmt: on


model = switch()
