"""The benchmark workload: eleven states of a treated patient, as a cartsim `Model`.

It is no published model and stands for no patient; it has the size, the stiffness and the time scales of
one. Its numbers and its derivatives are those of ``cart11.json``; the processes below are written
independently of the derivatives there, and ``test_workload.py`` proves that the two agree. What a name means
is read from where it stands in the derivatives; the reference gives the units of the states alone.

Not part of cartsim: a model for measuring, which no user should meet.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import cartsim as cs

CART11: dict[str, Any] = json.loads((Path(__file__).parent / "cart11.json").read_text(encoding="utf-8"))

UNTIL: float = CART11["until"]
RTOL: float = CART11["rtol"]
ATOL: float = CART11["atol"]
OUTPUT_TIMES: NDArray[np.float64] = np.linspace(0.0, UNTIL, CART11["output_points"])

# fmt: off
_SPECIES = dict(
    CI  = ("1e9 cell", "CAR-T cells as infused"),
    CE  = ("1e9 cell", "effector CAR-T cells"),
    CM  = ("1e9 cell", "memory CAR-T cells"),
    CX  = ("1e9 cell", "exhausted CAR-T cells"),
    Tp  = ("1e9 cell", "tumour cells with antigen"),
    Tn  = ("1e9 cell", "tumour cells without antigen"),
    B   = ("1e9 cell", "healthy B cells"),
    L   = ("1e9 cell", "lymphocytes that compete with CAR-T cells"),
    IFN = ("ng/mL",    "interferon gamma"),
    IL6 = ("ng/mL",    "interleukin 6"),
    D   = ("mg/L",     "drug that blocks the receptor of IL-6"),
)
_PARAMETERS = dict(
    kdist = ("1/day",       "infused cells settle"),
    fE    = ("1",           "part of them that become effectors"),
    dI    = ("1/day",       "loss of infused cells"),
    pmax  = ("1/day",       "fastest proliferation of effectors"),
    KA    = ("1e9 cell",    "antigen-bearing cells at half activation"),
    KL    = ("1e9 cell",    "lymphocytes that halve proliferation"),
    aIL6  = ("1",           "most that IL-6 adds to proliferation"),
    K6    = ("ng/mL",       "IL-6 at half of that"),
    IC50  = ("mg/L",        "drug at half occupancy"),
    rM    = ("1/day",       "recall of memory cells"),
    kM    = ("1/day",       "effectors become memory cells"),
    kX    = ("1/day",       "active effectors become exhausted"),
    dE    = ("1/day",       "loss of effectors"),
    dM    = ("1/day",       "loss of memory cells"),
    dX    = ("1/day",       "loss of exhausted cells"),
    rT    = ("1/day",       "growth of a small tumour"),
    Tmax  = ("1e9 cell",    "ceiling of the tumour"),
    kk    = ("1/day",       "tumour cells that one effector kills"),
    KT    = ("1e9 cell",    "tumour at half of that"),
    mu    = ("1/day",       "loss of antigen"),
    kby   = ("1/day",       "bystander killing"),
    Kby   = ("ng/mL",       "interferon at half of that"),
    kB    = ("1/day",       "turnover of B cells"),
    B0    = ("1e9 cell",    "B cells without treatment"),
    kkB   = ("1/day",       "B cells that one effector kills"),
    KB    = ("1e9 cell",    "B cells at half of that"),
    rL    = ("1/day",       "recovery of lymphocytes"),
    Lmax  = ("1e9 cell",    "lymphocytes without treatment"),
    pIFN  = ("ng/mL/day",   "fastest release of interferon"),
    KIFN  = ("1e9 cell",    "active effectors at half of that"),
    hI    = ("1",           "steepness of that release"),
    dIFN  = ("1/day",       "clearance of interferon"),
    p6    = ("ng/mL/day",   "fastest release of IL-6"),
    K6I   = ("ng/mL",       "interferon at half of that"),
    h6    = ("1",           "steepness of that release"),
    d6    = ("1/day",       "clearance of IL-6"),
    toci  = ("1",           "part of the clearance that full occupancy stops"),
    kD    = ("1/day",       "clearance of the drug"),
)

UNTREATED = cs.Model(
    "cart11",
    species={name: cs.Species(CART11["species"][name], *row) for name, row in _SPECIES.items()},
    parameters={name: cs.Parameter(CART11["parameters"][name], *row) for name, row in _PARAMETERS.items()},
    definitions=dict(
        activation = "(Tp + B) / (Tp + B + KA)",
        occupancy  = "D / (IC50 + D)",
        il6_effect = "IL6 / (K6 + IL6) * (1 - occupancy)",
        division   = "pmax * activation / (1 + L / KL) * (1 + aIL6 * il6_effect)",
        room       = "rT * (1 - (Tp + Tn) / Tmax)",
    ),
    processes=dict(
        settling_as_effector   = cs.Process("CI -> CE ", "fE * kdist * CI"),
        settling_as_memory     = cs.Process("CI -> CM ", "(1 - fE) * kdist * CI"),
        infused_loss           = cs.Process("CI ->    ", "dI * CI"),
        proliferation          = cs.Process("   -> CE ", "division * CE"),
        recall                 = cs.Process("CM -> CE ", "rM * activation * CM"),
        memory_formation       = cs.Process("CE -> CM ", "kM * CE"),
        exhaustion             = cs.Process("CE -> CX ", "kX * activation * CE"),
        effector_loss          = cs.Process("CE ->    ", "dE * CE"),
        memory_loss            = cs.Process("CM ->    ", "dM * CM"),
        exhausted_loss         = cs.Process("CX ->    ", "dX * CX"),
        growth_with_antigen    = cs.Process("   -> Tp ", "room * Tp"),
        growth_without_antigen = cs.Process("   -> Tn ", "room * Tn"),
        killing                = cs.Process("Tp ->    ", "kk * CE * Tp / (KT + Tp)"),
        antigen_loss           = cs.Process("Tp -> Tn ", "mu * Tp"),
        bystander_killing      = cs.Process("Tn ->    ", "kby * IFN / (Kby + IFN) * Tn"),
        b_cell_birth           = cs.Process("   -> B  ", "kB * B0"),
        b_cell_death           = cs.Process("B  ->    ", "kB * B"),
        b_cell_killing         = cs.Process("B  ->    ", "kkB * CE * B / (KB + B)"),
        recovery               = cs.Process("   -> L  ", "rL * L * (1 - L / Lmax)"),
        ifn_release            = cs.Process("   -> IFN", "pIFN * hill(activation * CE, KIFN, hI)"),
        ifn_clearance          = cs.Process("IFN ->   ", "dIFN * IFN"),
        il6_release            = cs.Process("   -> IL6", "p6 * hill(IFN, K6I, h6)"),
        il6_clearance          = cs.Process("IL6 ->   ", "d6 * (1 - toci * occupancy) * IL6"),
        drug_clearance         = cs.Process("D  ->    ", "kD * D"),
    ),
    roles=dict(car_t="CI + CE + CM + CX", tumour="Tp + Tn", b_cells="B", ifn_gamma="IFN", il6="IL6"),
    title="The workload of the benchmarks; no patient",
)
# fmt: on

_DOSE = CART11["dose"]
WORKLOAD = UNTREATED.with_events(cs.Dose(_DOSE["amount"], into=_DOSE["into"], at=_DOSE["at"]))
"""The model that is timed: untreated but for one dose of the drug."""
