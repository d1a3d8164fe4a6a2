"""Tisagenlecleucel in the blood of children with leukaemia: exponential expansion, decline in two phases.

Equations (Stein et al. 2019)
-----------------------------
dE/dt  = rho*effect*E*(1 - step(t - Tmax)) - alpha*E*step(t - Tmax)
dM/dt  = (k*E - beta*M)*step(t - Tmax)
rho    = log(foldx)/Tmax
effect = (1 + (Ftoci - 1)*toci)*(1 + (Fster - 1)*steroid)
k      = FB*(alpha - beta)

Source
------
Stein AM, Grupp SA, Levine JE, et al. (2019). Tisagenlecleucel Model-Based Cellular Kinetic Analysis of
Chimeric Antigen Receptor-T Cells. CPT Pharmacometrics Syst Pharmacol 8(5):285-295. doi:10.1002/psp4.12388

Population
----------
Paediatric B-cell acute lymphoblastic leukaemia, 90 patients of ELIANA and ENSIGN. The numbers are typical
values; the level is that of the CAR transgene in blood, in copies per ug of genomic DNA.

Source trace
------------
Equations and parameters: the reimplementation in the R library nlmixr2lib, which notes the table or figure
of the paper beside each number, and its article; the half-lives were also read in the abstract. The paper
itself was not seen. Confidence: from third-party reimplementation that cites Table 1 / Figure 2 row by row;
headline half-lives also seen on the abstract page. Ftoci/Fster values seen only as text in the vignette.

- The abstract gives a doubling time of 0.78 day, half-lives of 4.3 days (first decline) and 220 days (last
  decline), and no effect of tocilizumab or steroids on expansion. The parameters give 0.780, 4.33 and 217
  days.
- Levels, areas and the peaks with comedication are tested against a closed solution.

Assumptions and deviations
--------------------------
- `log` is the natural logarithm. The equations are piecewise in time: expansion before Tmax, decline from
  Tmax on, here written with step(t - Tmax). E starts at Cmax/foldx and M at 0.
- The dose is no input: what E starts from is the level that expansion implies, not what was infused.
- The loss alpha*E is two processes: k*E passes into M, as FB says, and the rest is lost. Together they are
  the printed term.
- `toci` and `steroid` are switches, 0 until an event sets them to 1: Change("toci", to=1, start=5.7). From
  then on, and until Tmax, they multiply rho. With Ftoci above 1 the peak exceeds `Cmax`: 45,523 copies/ug
  with tocilizumab on day 5.7, 125,437 on day 0. So Cmax is the peak without comedication. Fster is 1:
  steroids change nothing.
- The spread between patients is not in the model. The random effects of (foldx, Tmax, Cmax, alpha, FB, beta)
  are (2.4, 0.38, 0.65, 0.91, 0.80, 0.86) on the log scale, and the residual error is 0.56. The R library
  takes the six as variances; such tables often print standard deviations, and the footnote that decides was
  not available. Do not draw patients from them before the paper has been read.
- The last phase is extrapolated: patients were followed for about one year.
- Values of the label or of non-compartmental analysis are other numbers and do not check this model.
"""

from __future__ import annotations

from ..language.events import Change
from ..language.model import Model
from ..language.parts import Observable, Parameter, Process, Source, Species, Variant

# fmt: off
_TABLE = "Table 1, by nlmixr2lib"
_TEXT = "nlmixr2lib, article"
_ON = "switch: 0, or 1 once given"

model = Model(
    name="stein_2019",
    time="day",
    title="Tisagenlecleucel in blood: expansion to a peak and decline in two phases",
    source=Source(
        authors="Stein AM, Grupp SA, Levine JE, et al.",
        year=2019,
        title="Tisagenlecleucel Model-Based Cellular Kinetic Analysis of Chimeric Antigen Receptor-T Cells",
        journal="CPT Pharmacometrics Syst Pharmacol",
        volume="8(5)",
        pages="285-295",
        doi="10.1002/psp4.12388",
        confidence="from third-party reimplementation that cites Table 1 / Figure 2 row by row; headline "
                   "half-lives also seen on the abstract page. Ftoci/Fster values seen only as text in the "
                   "vignette.",
        population="paediatric B-cell acute lymphoblastic leukaemia, 90 patients of ELIANA and ENSIGN",
    ),
    species=dict(
        E = Species("Cmax/foldx", "copies/ug", "transgene of expanding and contracting CAR-T cells", _TABLE),
        M = Species(0.0,          "copies/ug", "transgene of persisting, memory-like CAR-T cells",   _TABLE),
    ),
    parameters=dict(
        foldx   = Parameter(3900.0,  "1",         "fold expansion from the start to the peak",     _TABLE),
        Tmax    = Parameter(9.3,     "day",       "time of the peak",                              _TABLE),
        Cmax    = Parameter(24000.0, "copies/ug", "level at the peak, without comedication",       _TABLE),
        alpha   = Parameter(0.16,    "1/day",     "fast decline",                                  _TABLE),
        FB      = Parameter(0.0079,  "1",         "part of the peak that goes into slow decline",  _TABLE),
        beta    = Parameter(0.0032,  "1/day",     "slow decline",                                  _TABLE),
        Ftoci   = Parameter(1.2,     "1",         "what tocilizumab multiplies rho by",            _TEXT),
        Fster   = Parameter(1.0,     "1",         "what corticosteroids multiply rho by",          _TEXT),
        toci    = Parameter(0.0,     "1",         "tocilizumab, a " + _ON,                         _TEXT),
        steroid = Parameter(0.0,     "1",         "corticosteroids, a " + _ON,                     _TEXT),
    ),
    definitions=dict(
        rho    = "log(foldx) / Tmax",
        effect = "(1 + (Ftoci - 1) * toci) * (1 + (Fster - 1) * steroid)",
        k      = "FB * (alpha - beta)",
    ),
    processes=dict(
        expansion   = Process("  -> E", "rho * effect * E * (1 - step(t - Tmax))", "CAR-T cells divide"),
        contraction = Process("E ->  ", "(alpha - k) * E * step(t - Tmax)",        "most effectors are lost"),
        persistence = Process("E -> M", "k * E * step(t - Tmax)",                  "a few become long-lived"),
        memory_loss = Process("M ->  ", "beta * M * step(t - Tmax)",               "the long-lived are lost"),
    ),
    observables=dict(
        transgene = Observable("E + M", "copies/ug", "CAR transgene in blood, as measured"),
    ),
    roles=dict(
        car_t          = "E + M",
        effector_car_t = "E",
        memory_car_t   = "M",
    ),
    variants=dict(
        tocilizumab = Variant(
            {}, "tocilizumab on day 5.7, the median day", _TEXT,
            events=(Change("toci", to=1.0, start=5.7),),
        ),
        tocilizumab_early = Variant(
            {}, "tocilizumab on day 0", _TEXT,
            events=(Change("toci", to=1.0, start=0.0),),
        ),
        steroid = Variant(
            {}, "corticosteroids on day 7.5", _TEXT,
            events=(Change("steroid", to=1.0, start=7.5),),
        ),
    ),
)
# fmt: on
