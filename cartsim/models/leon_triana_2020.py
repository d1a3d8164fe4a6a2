"""B-cell acute lymphoblastic leukaemia: CAR-T cells that feed on leukaemic and on healthy B cells.

Equations (Leon-Triana et al. 2021, Eqs. 3a-3c)
-----------------------------------------------
dC/dt = rho_C*(L + B)*C + rho_C*beta*I0/(1 + C/C50)*C - C/tau_C
dL/dt = rho_L*L - alpha*L*C
dB/dt = (I0/tau_I)/(1 + C/C50) - alpha*B*C - B/tau_B

Source
------
Leon-Triana O, Sabir S, Calvo GF, Belmonte-Beitia J, Chulian S, Martinez-Rubio A, Rosa M, Perez-Martinez
A, Ramirez-Orellana M, Perez-Garcia VM (2021) CAR T cell therapy in B-cell acute lymphoblastic leukaemia:
Insights from mathematical models. Commun Nonlinear Sci Numer Simul 94:105570.
doi:10.1016/j.cnsns.2020.105570. The model is called after the year in the doi; the volume is of 2021.

Population
----------
A patient with B-cell acute lymphoblastic leukaemia; the numbers stand for no named patient. Day 0 is the
injection of 1e7 CAR-T cells into a patient with 5e10 leukaemic and 2.5e10 healthy B cells.

Source trace
------------
Confidence: biomodels_sbml + slide_copy_of_paper + third_party_code. Equations and numbers were read from
the SBML of BioModels (BIOMD0000001011 for Eqs. 4a-4c, BIOMD0000001012 for Eqs. 3a-3c), from slides with
copies of the paper's equations, table and figures, and from a students' replication of Figs. 2-7. They
were taken down together, so it is not known of each number in which of the three it stood; the SBML is
named below. The ranges next to the values are the paper's. The replication starts with 1e8 CAR-T cells by
mistake; here it is 1e7.

The paper's estimate of the peak, C0 + k*(L0 + B0 - 1/(rho_C*tau_C)) with k standing for rho_C/alpha,
gives 1.717e10 CAR-T cells; the first peak of these equations is 1.640e10.

Assumptions and deviations
--------------------------
- The model as it stands has no B cells coming from the bone marrow (I0 is zero), which makes Eqs. 3 the
  paper's reduced Eqs. 4. The variants "bone_marrow" (1e7 progenitors) and "bone_marrow_3e8" have them:
  Eqs. 3.
- The five equations (1) of the paper, which also follow CD19-negative progenitors P and CD19-positive
  ones I, are left out: only some of their numbers are known to us. Eqs. 3 put I0/(1 + C/C50) in the place
  of I.
- The expansion on L + B is written as two processes, one for each kind of cell that feeds the CAR-T
  cells.
- All cells share one compartment, leukaemia grows without a ceiling, CAR-T cells neither tire nor leave
  memory, and no leukaemic cell ever loses CD19.
- No population dies out at one cell, because the reference solutions have no such rule. In the base model
  the CAR-T cells fall to 2.4 cells on day 360, and the second remission depends on these 2.4 cells: a
  patient might have none. With tau_C of 20 days they fall to 0.54 of a cell. With tau_C of 30 days it is
  the leukaemia that falls to 0.55 of a cell, on day 111, and whatever comes back after that would not in
  a patient. To see what a limit of one cell does, give the species ``extinct_below=1.0``.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process, Source, Species, Variant

_EQS4, _EQS3 = "BIOMD0000001011", "BIOMD0000001012"

# fmt: off
model = Model(
    name="leon_triana_2020",
    time="day",
    title="CAR-T cells against B-cell acute lymphoblastic leukaemia, fed by leukaemic and by healthy B cells",
    source=Source(
        authors="Leon-Triana O, Sabir S, Calvo GF, Belmonte-Beitia J, Chulian S, Martinez-Rubio A, Rosa M, "
                "Perez-Martinez A, Ramirez-Orellana M, Perez-Garcia VM",
        year=2021,
        title="CAR T cell therapy in B-cell acute lymphoblastic leukaemia: Insights from mathematical models",
        journal="Commun Nonlinear Sci Numer Simul",
        volume="94",
        pages="105570",
        doi="10.1016/j.cnsns.2020.105570",
        confidence="biomodels_sbml + slide_copy_of_paper + third_party_code",
        population="a patient with B-cell acute lymphoblastic leukaemia",
    ),
    species=dict(
        C = Species(1e7,    "cell", "CAR-T cells",            _EQS4),
        L = Species(5e10,   "cell", "leukaemic cells",        _EQS4),
        B = Species(2.5e10, "cell", "mature healthy B cells", _EQS4),
    ),
    parameters=dict(
        alpha = Parameter(4.5e-11,   "1/(cell*day)", "killing of CD19+ cells, per CAR-T cell",
                          f"{_EQS4}; about 1e-11 in the paper"),
        rho_C = Parameter(1.125e-11, "1/(cell*day)", "expansion of CAR-T cells, per CD19+ cell",
                          f"{_EQS4}; 0.25 of alpha, range 0.05 to 2 of alpha"),
        tau_C = Parameter(14,        "day",          "mean life of a CAR-T cell",
                          f"{_EQS4}; range 14 to 30"),
        rho_L = Parameter(1 / 30,    "1/day",        "growth of the leukaemia",
                          f"{_EQS4}; range 1/60 to 1/30"),
        tau_B = Parameter(60,        "day",          "mean life of a mature B cell",
                          f"{_EQS4}; range 30 to 60"),
        tau_I = Parameter(6,         "day",          "time from progenitor to mature B cell",
                          f"{_EQS3}; range 2 to 6"),
        beta  = Parameter(0.1,       "1",            "meeting progenitors, compared with mature cells",
                          f"{_EQS3}; range 0.01 to 0.5"),
        C50   = Parameter(1e9,       "cell",         "CAR-T cells that halve the progenitors",
                          _EQS3),
        I0    = Parameter(0,         "cell",         "CD19+ progenitors without CAR-T cells",
                          f"none in Eqs. 4; {_EQS3} has 1e7"),
    ),
    definitions=dict(
        progenitors = "I0/(1 + C/C50)",
    ),
    processes=dict(
        expansion_on_leukaemia   = Process("  -> C", "rho_C * L * C",
                                           "CAR-T cells divide after meeting leukaemic cells", "Eq. 3a"),
        expansion_on_b_cells     = Process("  -> C", "rho_C * B * C",
                                           "CAR-T cells divide after meeting healthy B cells", "Eq. 3a"),
        expansion_on_progenitors = Process("  -> C", "rho_C * beta * progenitors * C",
                                           "CAR-T cells divide after meeting progenitors", "Eq. 3a"),
        car_t_death              = Process("C ->  ", "C / tau_C",
                                           "CAR-T cells die", "Eq. 3a"),
        leukaemia_growth         = Process("  -> L", "rho_L * L",
                                           "leukaemic cells divide", "Eq. 3b"),
        leukaemia_killing        = Process("L ->  ", "alpha * L * C",
                                           "CAR-T cells kill leukaemic cells", "Eq. 3b"),
        b_cell_supply            = Process("  -> B", "progenitors / tau_I",
                                           "progenitors in the marrow become mature B cells", "Eq. 3c"),
        b_cell_killing           = Process("B ->  ", "alpha * B * C",
                                           "CAR-T cells kill healthy B cells too", "Eq. 3c"),
        b_cell_death             = Process("B ->  ", "B / tau_B",
                                           "B cells die of age", "Eq. 3c"),
    ),
    roles=dict(
        car_t                   = "C",
        infused                 = "C",
        tumour                  = "L",
        antigen_positive_tumour = "L",
        b_cells                 = "B",
    ),
    variants=dict(
        tau_C_20        = Variant({"tau_C": 20}, "CAR-T cells that live 20 days",
                                  "Eqs. 4; inside the paper's range of tau_C"),
        tau_C_30        = Variant({"tau_C": 30}, "CAR-T cells that live 30 days",
                                  "Eqs. 4; the end of the paper's range of tau_C"),
        bone_marrow     = Variant({"I0": 1e7},   "B cells come from the marrow",
                                  f"Eqs. 3; {_EQS3}"),
        bone_marrow_3e8 = Variant({"I0": 3e8},   "B cells come from a larger marrow",
                                  "Eqs. 3; a size of I0 that the reference solutions add to the paper's 1e7"),
    ),
)
# fmt: on
