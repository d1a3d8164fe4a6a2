"""Chronic lymphocytic leukaemia: CAR-T cells in blood and tissue, and the cytokines IL-6, IL-10, IFN-gamma.

Equations (Hardiansyah and Ng 2019, supplement, Eqs. 1-9)
---------------------------------------------------------
f = B/(B + h)
Fd = aG + (1 - aG)*bG/(IL10 + bG)
dB/dt = rB*B - dB*B - KBC*Ep*B
dEp/dt = rE*Ep*B - dE*Ep - kin*Ep + kout*Et - aE*Ep*(1 - f) + aM*Mp*f
dEt/dt = kin*Ep - kout*Et
dMp/dt = rM*Mp - dM*Mp - kin*Mp + kout*Mt + aE*Ep*(1 - f) - aM*Mp*f
dMt/dt = kin*Mp - kout*Mt
dIL6/dt = d6*(IL6_0 - IL6) + P6*conversion*B*Ep
dIL10/dt = d10*(IL10_0 - IL10) + P10*conversion*B*Ep
dIFNg/dt = dg*(IFN_0 - IFNg) + Pg*conversion*B*Ep*Fd

Source
------
Hardiansyah D, Ng CM (2019) Quantitative Systems Pharmacology Model of Chimeric Antigen Receptor T-Cell
Therapy. Clin Transl Sci 12(4):343-349. doi:10.1111/cts.12636.

Population
----------
Two patients with chronic lymphocytic leukaemia: UPN1 (4.14e9 leukaemic cells in blood, 1.1e9 CAR-T cells
given) and UPN3 (0.93e9 and 0.014e9).

Source trace
------------
Confidence: from third-party reimplementation built from the paper supplement (Eqs 1-9, Tables S1-S2);
cytokine baselines digitised there from Fig 1b (+/-30%). An independent run reproduces its printed
outputs.

- The reimplementation is Hardiansyah_2019_CART_upn3_qsp of nlmixr2lib, with its sibling for UPN1. It
  names the table and row of each number; what reached us names both tables for all.
- The percentages in Table S2 are relative standard errors (UPN3: P6 33, P10 27, Pg 31, rE 5, dE 27, aE
  11, KBC 21 %). The paper has no variability between patients.
- P6, P10 and Pg are in pg/uL per 1e15 cell^2 and day. With cells counted in 1e9 and cytokines in pg/mL
  they are multiplied by 1e6: here the parameter `conversion`. Its unit says what it does, and times its
  unit it is exactly 1, so it must never be varied. The equations above are printed with it in the place
  of the number.
- MODEL2009230001 of BioModels is in other units, injects every day and overflows; it was not used.

Figure checks (UPN1 and UPN3). Peak of CAR-T cells in Fig. 1b: 2.3 and 0.12 (1e9 cells), here 2.55 and
0.097; memory 0.0070 and 0.0075, here 0.0073 and 0.0072; IL-6 2800 and 50 pg/mL, here 2748 and 49;
IFN-gamma 700 and 110, here 828 and 120; IL-10 550 and 150, here 915 and 116. The points were digitised to
within some 30 %, and the IL-10 of UPN1 lies outside.

Assumptions and deviations
--------------------------
- The model as it stands has the numbers of UPN3 and no CAR-T cells yet, so that a dose can be given to
  it. UPN3, because what the paper says on the time of the cytokine peaks (15 to 23 days) is about this
  patient. The variants "upn1" and "upn3" hold the paper's dosing: 10, 30 and 60 % of the dose, into Ep,
  on days 0, 1 and 2. `model.variant("upn1").without_events()` is UPN1 before any dose.
- CAR-T cells move fast between blood and a tissue that holds 42 times as many, and meet leukaemia in
  blood only. What the paper's figure calls total CAR-T cells are those in blood, Ep + Mp; so are the
  roles `car_t`, `effector_car_t` and `memory_car_t`. Blood and tissue together are the observable
  `CART_body`.
- A dose is in blood at once and leaves for the tissue within the hour: a spike at each dose. In UPN1 with
  half the burden, or with twice the dose, the last of these spikes is higher than the peak of the
  expansion.
- Eq. 7 of the supplement prints aE*CARTM in the place of aE*CARTE, a misprint: effectors become memory
  cells.
- h must be 1e5 in units of 1e9 cells. B never comes near it, so memory cells hardly ever turn back.
- B means leukaemic B cells in blood. Healthy ones are not in the model, so it has no role `b_cells`.
- The cytokines start at their baselines, and B at the parameter B0: `with_values(B0=...)` is another
  burden.
- rB is above dB: leukaemia always comes back in the end. No population dies out at one cell.
"""

from __future__ import annotations

from ..language.events import Dose
from ..language.model import Model
from ..language.parts import Observable, Parameter, Process, Source, Species, Variant

_BOTH = "Tables S1-S2, both patients"
_UPN3 = "Tables S1-S2, UPN3"
_FIG = "Fig. 1b, UPN3, digitised (+/-30 %)"
_YIELD = "pg/(uL*1e15 cell^2*day)"


def _dosing(total: float) -> tuple[Dose, ...]:
    """The paper's split dose; `total` in 1e9 cells."""
    return tuple(Dose(part * total, into="Ep", at=day) for day, part in enumerate((0.1, 0.3, 0.6)))


# fmt: off
model = Model(
    name="hardiansyah_2019",
    time="day",
    title="CAR-T cells against chronic lymphocytic leukaemia, and the cytokines they release",
    source=Source(
        authors="Hardiansyah D, Ng CM",
        year=2019,
        title="Quantitative Systems Pharmacology Model of Chimeric Antigen Receptor T-Cell Therapy",
        journal="Clin Transl Sci",
        volume="12(4)",
        pages="343-349",
        doi="10.1111/cts.12636",
        confidence="from third-party reimplementation built from the paper supplement (Eqs 1-9, Tables "
                   "S1-S2); cytokine baselines digitised there from Fig 1b (+/-30%). An independent run "
                   "reproduces its printed outputs.",
        population="two patients with chronic lymphocytic leukaemia, UPN1 and UPN3",
    ),
    species=dict(
        B    = Species("B0",     "1e9 cell", "leukaemic B cells in blood",      _UPN3),
        Ep   = Species(0,        "1e9 cell", "effector CAR-T cells in blood",   "none before the dose"),
        Et   = Species(0,        "1e9 cell", "effector CAR-T cells in tissue",  "none before the dose"),
        Mp   = Species(0,        "1e9 cell", "memory CAR-T cells in blood",     "none before the dose"),
        Mt   = Species(0,        "1e9 cell", "memory CAR-T cells in tissue",    "none before the dose"),
        IL6  = Species("IL6_0",  "pg/mL",    "interleukin 6",                   "its baseline"),
        IL10 = Species("IL10_0", "pg/mL",    "interleukin 10",                  "its baseline"),
        IFNg = Species("IFN_0",  "pg/mL",    "interferon gamma",                "its baseline"),
    ),
    parameters=dict(
        B0     = Parameter(0.93,   "1e9 cell",         "leukaemic B cells at the start",         _UPN3),
        rB     = Parameter(0.0093, "1/day",            "growth of leukaemic B cells",            _BOTH),
        dB     = Parameter(0.0076, "1/day",            "death of leukaemic B cells",             _BOTH),
        KBC    = Parameter(2.21,   "1/(1e9 cell*day)", "killing, per effector in blood",         _UPN3),
        rE     = Parameter(14.4,   "1/(1e9 cell*day)", "expansion, per leukaemic cell",          _UPN3),
        dE     = Parameter(1.44,   "1/day",            "death of effectors",                     _UPN3),
        aE     = Parameter(0.12,   "1/day",            "effectors become memory cells",          _UPN3),
        rM     = Parameter(0.0509, "1/day",            "renewal of memory cells",                _BOTH),
        dM     = Parameter(0.408,  "1/day",            "death of memory cells",                  _BOTH),
        aM     = Parameter(1,      "1/day",            "memory cells become effectors",          _BOTH),
        kin    = Parameter(76.78,  "1/day",            "from blood to tissue",                   _BOTH),
        kout   = Parameter(1.84,   "1/day",            "from tissue to blood",                   _BOTH),
        h      = Parameter(1e5,    "1e9 cell",         "leukaemia at which f is one half",       _BOTH),
        IL6_0  = Parameter(1,      "pg/mL",            "baseline of IL-6",                       _FIG),
        IL10_0 = Parameter(0.5,    "pg/mL",            "baseline of IL-10",                      _FIG),
        IFN_0  = Parameter(1.7,    "pg/mL",            "baseline of IFN-gamma",                  _FIG),
        d6     = Parameter(3.96,   "1/day",            "clearance of IL-6",                      _BOTH),
        d10    = Parameter(4.68,   "1/day",            "clearance of IL-10",                     _BOTH),
        dg     = Parameter(1.51,   "1/day",            "clearance of IFN-gamma",                 _BOTH),
        P6     = Parameter(0.006,  _YIELD,             "release of IL-6, per meeting",           _UPN3),
        P10    = Parameter(0.017,  _YIELD,             "release of IL-10, per meeting",          _UPN3),
        Pg     = Parameter(0.006,  _YIELD,             "release of IFN-gamma, per meeting",      _UPN3),
        aG     = Parameter(0.59,   "1",                "IFN-gamma release out of IL-10's reach", _BOTH),
        bG     = Parameter(650,    "pg/mL",            "IL-10 that halves the rest",             _BOTH),
        conversion = Parameter(1e6, "(1e15 cell^2*uL)/(1e18 cell^2*mL)",
                               "from the units of P6, P10, Pg to those of the cytokines and cells",
                               "the units themselves: 1e18/1e15, times 1000 uL/mL"),
    ),
    definitions=dict(
        f  = "B/(B + h)",
        Fd = "aG + (1 - aG) * bG/(IL10 + bG)",
    ),
    processes=dict(
        leukaemia_growth    = Process("   -> B ", "rB * B",            "leukaemic cells divide"),
        leukaemia_death     = Process("B  ->   ", "dB * B",            "leukaemic cells die, not killed"),
        killing             = Process("B  ->   ", "KBC * Ep * B",      "effectors kill leukaemic cells"),
        expansion           = Process("   -> Ep", "rE * Ep * B",       "effectors divide on meeting them"),
        effector_death      = Process("Ep ->   ", "dE * Ep",           "effectors die"),
        effectors_to_tissue = Process("Ep -> Et", "kin * Ep",          "effectors leave the blood"),
        effectors_to_blood  = Process("Et -> Ep", "kout * Et",         "effectors return to the blood"),
        memory_formation    = Process("Ep -> Mp", "aE * Ep * (1 - f)", "effectors become memory cells"),
        recall              = Process("Mp -> Ep", "aM * Mp * f",       "memory cells become effectors"),
        memory_renewal      = Process("   -> Mp", "rM * Mp",           "memory cells divide"),
        memory_death        = Process("Mp ->   ", "dM * Mp",           "memory cells die"),
        memory_to_tissue    = Process("Mp -> Mt", "kin * Mp",          "memory cells leave the blood"),
        memory_to_blood     = Process("Mt -> Mp", "kout * Mt",         "memory cells return to the blood"),

        il6_baseline   = Process("     -> IL6 ", "d6 * IL6_0",                    "IL-6 always made"),
        il6_release    = Process("     -> IL6 ", "P6 * conversion * B * Ep",      "effectors on leukaemia"),
        il6_clearance  = Process("IL6  ->     ", "d6 * IL6",                      "IL-6 is cleared"),
        il10_baseline  = Process("     -> IL10", "d10 * IL10_0",                  "IL-10 always made"),
        il10_release   = Process("     -> IL10", "P10 * conversion * B * Ep",     "effectors on leukaemia"),
        il10_clearance = Process("IL10 ->     ", "d10 * IL10",                    "IL-10 is cleared"),
        ifn_baseline   = Process("     -> IFNg", "dg * IFN_0",                    "IFN-gamma always made"),
        ifn_release    = Process("     -> IFNg", "Pg * conversion * B * Ep * Fd", "and IL-10 brakes it"),
        ifn_clearance  = Process("IFNg ->     ", "dg * IFNg",                     "IFN-gamma is cleared"),
    ),
    observables=dict(
        CART_tissue = Observable("Et + Mt",           "1e9 cell", "CAR-T cells in tissue"),
        CART_body   = Observable("Ep + Et + Mp + Mt", "1e9 cell", "CAR-T cells in blood and tissue"),
    ),
    roles=dict(
        car_t          = "Ep + Mp",
        effector_car_t = "Ep",
        memory_car_t   = "Mp",
        infused        = "Ep",
        tumour         = "B",
        il6            = "IL6",
        il10           = "IL10",
        ifn_gamma      = "IFNg",
    ),
    variants=dict(
        upn1 = Variant(
            dict(B0=4.14, KBC=0.19, rE=16.16, dE=23.04, aE=0.024, P6=0.0018, P10=0.0007, Pg=0.0003,
                 IL6_0=1.7, IL10_0=4.5, IFN_0=2.3),
            "patient UPN1: high burden, 1.1e9 CAR-T cells over three days",
            "Tables S1-S2; baselines of the cytokines digitised from Fig. 1b (+/-30 %)",
            _dosing(1.1),
        ),
        upn3 = Variant(
            {},
            "patient UPN3: low burden, 0.014e9 CAR-T cells over three days",
            "Tables S1-S2; baselines of the cytokines digitised from Fig. 1b (+/-30 %)",
            _dosing(0.014),
        ),
    ),
)
# fmt: on
