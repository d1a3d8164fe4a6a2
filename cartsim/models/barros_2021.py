"""CARTmath: effector and memory CAR-T cells against a blood cancer in mice.

Equations (Barros et al. 2021, Eqs. 1-3)
----------------------------------------
dC_T/dt = phi*C_T - rho*C_T + theta*T*C_M - alpha*T*C_T
dC_M/dt = epsilon*C_T - theta*T*C_M - mu*C_M
dT/dt   = r*T*(1 - b*T) - gamma*C_T*T

Source
------
Barros LRC, Paixao EA, Valli AMP, Naozuka GT, Fassoni AC, Almeida RC (2021). CARTmath - A mathematical
model of CAR-T immunotherapy in preclinical studies of hematological cancers. Cancers 13(12):2941.
doi:10.3390/cancers13122941

Population
----------
Mice that carry human cells: HDLM-2 tumours treated with CAR-T 123 (the model's own numbers), and RAJI
tumours treated with CAR-T 19, with and without IDO and its inhibitor 1-MT (variants).

Source trace
------------
Equations, parameters, initial amounts and doses: the authors' code (CARTmath on GitHub: rk4.R, server.R and
the manual) and the PDF of the paper; also encoded as BioModels BIOMD0000001019 and BIOMD0000001020, and
replicated in MATLAB by a third party. Confidence: original_code + paper_pdf.

- HDLM-2: 2e6 tumour cells on day 0, CAR-T cells on day 42.
- RAJI: 3e6 tumour cells on day 0, 1e7 CAR-T cells on day 7. RAJI-IDO+, alone and with 1-MT, differs from
  RAJI in alpha only.
- Fig. 4: 0.2e6 cells at once (c), four times 0.5e6 a week apart (d) or a fortnight apart (e). These, 2e6
  cells at once, the doses of Fig. 5 that separate cure from relapse, the saddle and the stable point of the
  HDLM-2 numbers are tested against an independent solution. No number of a RAJI run is available for a test.

Assumptions and deviations
--------------------------
- A unit of bioluminescence is taken as one tumour cell, as in the paper.
- All three populations die out (become 0) when they fall below 1e-6 cells, as in the authors' code. One cell
  would be the biological choice; it changes which tumours come back, so the published threshold is kept: a
  tumour of a millionth of a cell may still regrow here.
- The authors solve with the explicit Runge-Kutta method of order 4, in fixed steps of 1e-3 day (HDLM-2) or
  1e-5 day (RAJI). Here steps adapt, and the fall through the threshold is located and acted on once: memory
  cells that dying effectors form after it are counted, however few, and die out a second time.
- The model itself is an untreated mouse. Treated mice are variants, or are made with events.
- Memory forms at the rate epsilon*C_T and is not taken from the effectors, as printed. With the RAJI numbers
  epsilon exceeds rho, so more memory forms than effectors are lost by rho.
- The tumour has no part without antigen, and killing does not saturate.
- RAJI tumours have no ceiling (b is 0), so an untreated or lost one soon outgrows any mouse.
- `epsilon` is called eps in the authors' code.
"""

from __future__ import annotations

from ..language.events import Dose
from ..language.model import Model
from ..language.parts import Parameter, Process, Source, Species, Variant

# fmt: off
_HDLM2      = "HDLM-2 + CAR-T 123"  # in the authors' code and the paper, as the next
_RAJI_CAR19 = "RAJI + CAR-T 19"
_RAJI = dict(  # units and meanings are those of the parameters below
    phi     = 0.83,
    rho     = 0.8300536,
    epsilon = 1.59795,
    theta   = 0.00023,
    alpha   = 1.248506e-8,
    mu      = 6.89e-7,
    r       = 0.5071721,
    b       = 0.0,
    gamma   = 3.365388e-8,
    T       = 3e6,
)
_RAJI_DOSE = (Dose(1e7, into="C_T", at=7),)

model = Model(
    name="barros_2021",
    time="day",
    title="Effector and memory CAR-T cells against a blood cancer in mice (CARTmath)",
    source=Source(
        authors="Barros LRC, Paixao EA, Valli AMP, Naozuka GT, Fassoni AC, Almeida RC",
        year=2021,
        title="CARTmath - A mathematical model of CAR-T immunotherapy in preclinical studies of "
              "hematological cancers",
        journal="Cancers",
        volume="13(12)",
        pages="2941",
        doi="10.3390/cancers13122941",
        confidence="original_code + paper_pdf",
        population="mice with HDLM-2 tumours and CAR-T 123, or RAJI tumours and CAR-T 19",
    ),
    species=dict(
        C_T = Species(0.0, "cell", "effector CAR-T cells",         _HDLM2, extinct_below=1e-6),
        C_M = Species(0.0, "cell", "long-term memory CAR-T cells", _HDLM2, extinct_below=1e-6),
        T   = Species(2e6, "cell", "tumour cells",                 _HDLM2, extinct_below=1e-6),
    ),
    parameters=dict(
        phi     = Parameter(0.265,        "1/day",        "effector proliferation",            _HDLM2),
        rho     = Parameter(0.35,         "1/day",        "effector loss",                     _HDLM2),
        epsilon = Parameter(0.15,         "1/day",        "memory formation per effector",     _HDLM2),
        theta   = Parameter(6e-6,         "1/(cell*day)", "recall of memory per tumour cell",  _HDLM2),
        alpha   = Parameter(4.5e-8,       "1/(cell*day)", "suppression per tumour cell",       _HDLM2),
        mu      = Parameter(0.005,        "1/day",        "memory loss",                       _HDLM2),
        r       = Parameter(0.05650026,   "1/day",        "growth of a small tumour",          _HDLM2),
        b       = Parameter(1.404029e-12, "1/cell",       "one over the ceiling of the tumour", _HDLM2),
        gamma   = Parameter(3.715843e-6,  "1/(cell*day)", "killing of tumour per effector",    _HDLM2),
    ),
    processes=dict(
        proliferation    = Process("    -> C_T", "phi * C_T",         "effectors divide"),
        effector_loss    = Process("C_T ->    ", "rho * C_T",         "effectors are lost"),
        memory_formation = Process("    -> C_M", "epsilon * C_T",     "effectors give rise to memory"),
        recall           = Process("C_M -> C_T", "theta * T * C_M",   "memory turns effector on the tumour"),
        suppression      = Process("C_T ->    ", "alpha * T * C_T",   "the tumour removes effectors"),
        memory_loss      = Process("C_M ->    ", "mu * C_M",          "memory is lost"),
        tumour_growth    = Process("    -> T  ", "r * T * (1 - b*T)", "the tumour grows towards its ceiling"),
        killing          = Process("T   ->    ", "gamma * C_T * T",   "effectors kill tumour cells"),
    ),
    roles=dict(
        car_t          = "C_T + C_M",
        effector_car_t = "C_T",
        memory_car_t   = "C_M",
        infused        = "C_T",
        tumour         = "T",
    ),
    variants=dict(
        single_2e6 = Variant(
            {}, "HDLM-2, 2e6 CAR-T cells at once", _HDLM2,
            events=(Dose(2e6, into="C_T", at=42),),
        ),
        fig4c = Variant(
            {}, "HDLM-2, 0.2e6 CAR-T cells at once", "Fig. 4c",
            events=(Dose(0.2e6, into="C_T", at=42),),
        ),
        fig4d = Variant(
            {}, "HDLM-2, four doses of 0.5e6 CAR-T cells, a week apart", "Fig. 4d",
            events=tuple(Dose(0.5e6, into="C_T", at=day) for day in (42, 49, 56, 63)),
        ),
        fig4e = Variant(
            {}, "HDLM-2, four doses of 0.5e6 CAR-T cells, a fortnight apart", "Fig. 4e",
            events=tuple(Dose(0.5e6, into="C_T", at=day) for day in (42, 56, 70, 84)),
        ),
        raji = Variant(
            _RAJI, "RAJI control and CAR-T 19", _RAJI_CAR19,
            events=_RAJI_DOSE,
        ),
        raji_ido = Variant(
            {**_RAJI, "alpha": 1.461699e-8}, "RAJI-IDO+ and CAR-T 19", _RAJI_CAR19,
            events=_RAJI_DOSE,
        ),
        raji_ido_1mt = Variant(
            {**_RAJI, "alpha": 1.261662e-8}, "RAJI-IDO+, CAR-T 19 and the IDO inhibitor 1-MT", _RAJI_CAR19,
            events=_RAJI_DOSE,
        ),
    ),
)
# fmt: on
