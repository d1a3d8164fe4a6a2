"""CAR-T cells and normal T cells compete after lymphodepletion, while the CAR-T cells kill a CD19+ lymphoma.

Equations (Kimmel et al. 2021)
------------------------------
dN/dt = -rN*N*log((N + C)/KN)
dC/dt = -rC*C*log((N + C)/KC)
dB/dt = rB*B - gB*B*C/(kB + C)
rC    = rhoC + b*(Tt - KN)**2/(a*Tt**2 + (Tt - KN)**2)
Tt    = N + C

Source
------
Kimmel GJ, Locke FL, Altrock PM (2021). The roles of T cell competition and stochastic extinction events in
chimeric antigen receptor T cell therapy. Proc R Soc B 288:20210229. doi:10.1098/rspb.2021.0229

Population
----------
Patients with large B-cell lymphoma in ZUMA-1, treated with axicabtagene ciloleucel; the T cells follow the
medians of the Moffitt cohort. Day 0 is the infusion, after lymphodepletion.

Source trace
------------
Equations, parameters and initial amounts: the PDF of the paper, and its encoding as BioModels
BIOMD0000001041; a text conversion of the paper was seen too. Confidence: paper_pdf + biomodels_sbml.

- rB: the paper gives 0.01 to 0.50 a day, and in Fig. 3b a slow (0.105), a medium (0.19) and a fast (0.265)
  tumour. The model's own number is the medium one; BioModels holds 0.01, the least of the range.
- B: 9.486e10 cells at the start, out of 2.3e9 to 1.3e12; the two ends are variants.
- One T cell in 1 uL of blood stands for 5e8 cells in the body, and 1 mL of tumour for 1e9 cells.
- T cells, and the slow, medium and fast tumours, are tested against an independent solution.

Assumptions and deviations
--------------------------
- `log` is the natural logarithm, which the paper prints as ln.
- Expansion and contraction of either T cell are two processes, one of them 0 at any time; together they are
  the one term that the paper prints. It makes both phases visible, and no rate is negative.
- This is the deterministic part of the paper. The stochastic part, which decides who is cured, is known from
  the main text only (the supplement was not available) and is not rebuilt.
- Nothing dies out by rule: the published solution has no such limit, so no `extinct_below` is set. The slow
  tumour relapses from a nadir of two cells. Whether so few survive is chance, which is what the paper is
  about: read such a curve as "relapse, unless chance cures". With a limit of one cell, two cells would
  always relapse and a slightly slower tumour would always be cured. With rB at 0.01 the tumour falls far
  below one cell, and what these equations say after that is no longer about cells.
- CAR-T cells do not expand on antigen: what drives them is the room that lymphodepletion made (Tt below KC),
  and normal T cells take it from them. Lymphodepletion itself appears only as the few T cells at the start.
- The tumour has no ceiling and no part without antigen.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Observable, Parameter, Process, Source, Species, Variant

# fmt: off
_PAPER = "paper and BIOMD0000001041"
_FIG = "Fig. 3b"

model = Model(
    name="kimmel_2021",
    time="day",
    title="CAR-T cells compete with normal T cells for room and kill a lymphoma",
    source=Source(
        authors="Kimmel GJ, Locke FL, Altrock PM",
        year=2021,
        title="The roles of T cell competition and stochastic extinction events in chimeric antigen receptor "
              "T cell therapy",
        journal="Proc R Soc B",
        volume="288",
        pages="20210229",
        doi="10.1098/rspb.2021.0229",
        confidence="paper_pdf + biomodels_sbml",
        population="large B-cell lymphoma, axicabtagene ciloleucel, medians of ZUMA-1 (Moffitt cohort)",
    ),
    species=dict(
        N = Species(3.0e9,    "cell", "normal T cells",     _PAPER),
        C = Species(1.8e8,    "cell", "CAR-T cells",        _PAPER),
        B = Species(9.486e10, "cell", "CD19+ tumour cells", _PAPER),
    ),
    parameters=dict(
        KN      = Parameter(2.5e11,  "cell",    "all T cells at which normal ones stop growing", _PAPER),
        KC      = Parameter(6.96e10, "cell",    "all T cells at which CAR-T cells stop growing", _PAPER),
        rN      = Parameter(0.17,    "1/day",   "rate of normal T cells",                        _PAPER),
        rhoC    = Parameter(0.0251,  "1/day",   "rate of CAR-T cells where Tt is KN",            _PAPER),
        a       = Parameter(0.423,   "1",       "how soon crowding slows CAR-T cells",           _PAPER),
        b       = Parameter(0.525,   "1/day",   "what an empty body adds to rhoC",               _PAPER),
        rB      = Parameter(0.19,    "1/day",   "growth of the tumour, here the medium one",     _FIG),
        gB      = Parameter(1.15,    "1/day",   "killing by very many CAR-T cells",              _PAPER),
        kB      = Parameter(2.024e9, "cell",    "CAR-T cells at which killing is half of gB",    _PAPER),
        V       = Parameter(5e8,     "uL",      "T cells in the body for one in 1 uL of blood",  _PAPER),
        density = Parameter(1e9,     "cell/mL", "tumour cells in 1 mL of tumour",                _PAPER),
    ),
    definitions=dict(
        Tt = "N + C",
        rC = "rhoC + b * (Tt - KN)**2 / (a * Tt**2 + (Tt - KN)**2)",
    ),
    processes=dict(
        normal_expansion   = Process("-> N", "rN * N * max(0, log(KN/Tt))", "normal T cells fill the room"),
        normal_contraction = Process("N ->", "rN * N * max(0, log(Tt/KN))", "normal T cells are too many"),
        car_t_expansion    = Process("-> C", "rC * C * max(0, log(KC/Tt))", "CAR-T cells use the room"),
        car_t_contraction  = Process("C ->", "rC * C * max(0, log(Tt/KC))", "CAR-T cells are crowded out"),
        tumour_growth      = Process("-> B", "rB * B",                      "the tumour grows"),
        killing            = Process("B ->", "gB * B * C / (kB + C)",       "CAR-T cells kill tumour cells"),
    ),
    observables=dict(
        car_t_per_uL  = Observable("C / V",       "cell/uL", "CAR-T cells in blood"),
        normal_per_uL = Observable("N / V",       "cell/uL", "normal T cells in blood"),
        tumour_volume = Observable("B / density", "mL",      "volume of the tumour"),
    ),
    roles=dict(
        car_t                   = "C",
        infused                 = "C",
        t_cells                 = "N",
        tumour                  = "B",
        antigen_positive_tumour = "B",
    ),
    variants=dict(
        slow            = Variant({"rB": 0.105}, "slow tumour",                      _FIG),
        medium          = Variant({"rB": 0.19},  "medium tumour, as the model",      _FIG),
        fast            = Variant({"rB": 0.265}, "fast tumour",                      _FIG),
        biomodels       = Variant({"rB": 0.01},  "slowest tumour, as in BioModels",  "BIOMD0000001041"),
        smallest_tumour = Variant({"B": 2.3e9},  "smallest tumour at the start",     _PAPER),
        largest_tumour  = Variant({"B": 1.3e12}, "largest tumour at the start",      _PAPER),
    ),
)
# fmt: on
