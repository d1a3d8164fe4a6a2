"""Manufacturing: T cells are collected, made into CAR-T cells, grown, harvested into a bag, and thawed.

Equations (witness)
-------------------
dA_T/dt = (growing*g_A*(1 - (A_T + A_C)/K_A_T) - transducing - harvesting)*A_T
dA_C/dt = growing*g_A*(1 - (A_T + A_C)/K_A_T)*A_C + transducing*A_T - harvesting*A_C
dBAG/dt = viability*harvesting*A_C - thawing

Rests on
--------
No published ODE of this step was found. Logistic growth towards what a bioreactor holds is the simplest curve
with a lag and a ceiling; its numbers are clinical (reference rows ``mfg.*``).

Assumptions and deviations
--------------------------
- ``growing``, ``transducing``, ``harvesting`` and ``thawing`` are 0 until an event switches them on: the
  time table is the preset's (see `schedule`).
- Cells with and without the CAR grow alike, so the share with it stays what the vector made it.
- A share ``1 - viability`` of the harvested cells does not survive freezing and thawing.
- `harvest` is the closed form of these equations: what the bag holds is known before anything is solved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..language.events import Change
from ..language.model import Model
from ..language.parts import Parameter, Process, Species

LAG, TRANSDUCTION, HARVEST, THAW = 2.0, (1.0, 2.0), 0.25, 0.05
"""Days: lag after activation, begin and end of transduction, how long harvest and thawing take."""
_EMPTYING = 60.0  # 1/day while harvesting: three parts in ten million are left behind

# fmt: off
model = Model(
    name="manufacturing",
    species=dict(
        A_T = Species(2.6e9, "cell", "T cells in culture, without the CAR",
                      "collected (mfg.transduction.tisa, note)"),
        A_C = Species(0,     "cell", "T cells in culture, with the CAR"),
        BAG = Species(0,     "cell", "living CAR-T cells in the bag"),
    ),
    parameters=dict(
        g_A         = Parameter(0.6, "1/day", "growth in culture",
                                "calibrated: half the ceiling after 5 days, as "
                                "mfg.fold_expansion.hollow_fibre allows"),
        K_A_T       = Parameter(2.8e10, "cell", "what the culture holds",
                                "mfg.fold_expansion.hollow_fibre, upper end"),
        viability   = Parameter(0.8,    "1",      "share that survives freezing and thawing", "assumed"),
        growing     = Parameter(0,      "1",      "1 while the culture grows",      "switched by events"),
        transducing = Parameter(0,      "1/day",  "rate of taking up the vector",   "switched by events"),
        harvesting  = Parameter(0,      "1/day",  "rate of harvesting",             "switched by events"),
        thawing     = Parameter(0,      "cell/day", "rate of thawing",              "switched by events"),
    ),
    processes=dict(
        culture_growth      = Process("    -> A_T", "growing*g_A*A_T", "division in culture, without CAR"),
        culture_crowding    = Process("A_T ->    ", "growing*g_A*A_T*(A_T + A_C)/K_A_T",
                                      "want of room in culture, without CAR"),
        car_growth          = Process("    -> A_C", "growing*g_A*A_C", "division in culture, with CAR"),
        car_crowding        = Process("A_C ->    ", "growing*g_A*A_C*(A_T + A_C)/K_A_T",
                                      "want of room in culture, with CAR"),
        transduction        = Process("A_T -> A_C", "transducing*A_T",
                                      "the vector carries the gene of the CAR into a cell"),
        harvest             = Process("A_C -> BAG", "viability*harvesting*A_C",             "into the bag"),
        harvest_loss        = Process("A_C ->    ", "(1 - viability)*harvesting*A_C",
                                      "lost to freezing and thawing"),
        removal             = Process("A_T ->    ", "harvesting*A_T",
                                      "cells without CAR are not counted in the dose"),
        thaw                = Process("BAG ->    ", "thawing", "the dose is taken out of the bag"),
    ),
    roles=dict(culture="A_T", cultured_car_t="A_C", bag="BAG"),
    title="From leukapheresis to the bag",
)
# fmt: on


def schedule(
    apheresis: float, *, transport: float, culture: float, transduction: float, dose: float
) -> tuple[Change, ...]:
    """What is done to the collected cells, and when.

    Parameters
    ----------
    apheresis : float
        Day of collection, below zero.
    transport, culture : float
        Days until the culture begins, and in culture.
    transduction : float
        Share of the cells that carry the CAR afterwards, between 0 and 1.
    dose : float
        CAR-T cells taken out of the bag just before day 0.
    """
    begin = apheresis + transport
    start, stop = (begin + day for day in TRANSDUCTION)
    end = begin + culture
    return (
        Change("transducing", to=-math.log1p(-transduction) / (stop - start), start=start, stop=stop),
        Change("growing", to=1.0, start=begin + LAG, stop=end),
        Change("harvesting", to=_EMPTYING, start=end, stop=end + HARVEST),
        Change("thawing", to=dose / THAW, start=-THAW, stop=0.0),
    )


def harvest(
    collected: float, *, culture: float, transduction: float, values: Mapping[str, float] | None = None
) -> float:
    """CAR-T cells in the bag, by the closed form of the logistic equation.

    Parameters
    ----------
    collected : float
        T cells put into culture.
    culture : float
        Days in culture.
    transduction : float
        Share of cells that carry the CAR.
    values : mapping of str to float, optional
        Of the parameters; the model's own by default.

    Examples
    --------
    >>> f"{harvest(2.6e9, culture=10, transduction=0.174):.3g}"
    '3.61e+09'
    """
    numbers = model.values if values is None else values
    ceiling = numbers["K_A_T"]
    grown = max(culture - LAG, 0.0) * numbers["g_A"]
    cells = ceiling / (1.0 + (ceiling / collected - 1.0) * math.exp(-grown))
    return numbers["viability"] * transduction * cells * -math.expm1(-_EMPTYING * HARVEST)
