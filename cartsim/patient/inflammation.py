"""Inflammation: C-reactive protein and ferritin follow the cytokines, each at its own pace.

Equations (witness)
-------------------
dCRP/dt = k_CRP*(CRP_0 + g_CRP*max(signal - rest, 0)/(K_CRP + signal) - CRP)
dFER/dt = k_FER*(FER_0 + g_FER*max(IFNg - IFN_0, 0)/(K_FER + IFNg) - FER)
rest    = IL6_0 + w_1*IFN_0
signal  = IL6*(1 - TOCI/V_TOCI/(K_OCC + TOCI/V_TOCI)) + w_1*IFNg*(1 - ANA/(K_ANA + ANA))

Rests on
--------
The liver makes C-reactive protein in answer to interleukin 6, and tocilizumab stops that: `dwivedi_2014`,
reduced to one saturating term. Macrophages under interferon gamma release ferritin; no published ODE of
it was found.

Assumptions and deviations
--------------------------
- Resting levels are parameters of the patient; the CAR-HEMATOTOX score reads them before conditioning.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process, Species
from .cytokines import BLOCKADE_PARAMETERS
from .shared import ANA, FER, FER_0, IL6, TOCI, IFNg
from .toxicity import model as toxicity

# fmt: off
model = Model(
    name="inflammation",
    species=dict(
        CRP = Species("CRP_0", "mg/dL", "C-reactive protein", "at rest"),
        FER=FER,
        IL6=IL6, IFNg=IFNg, TOCI=TOCI, ANA=ANA,
    ),
    parameters=dict(
        k_CRP = Parameter(0.876, "1/day", "how fast C-reactive protein follows",
                          "half-life 19 h (hs-CRP assay, see docstring)"),
        CRP_0 = Parameter(1, "mg/dL", "C-reactive protein at rest",
                          "assumed: below the cut-off of CAR-HEMATOTOX, 3 mg/dL"),
        g_CRP = Parameter(25,   "mg/dL", "its largest rise",                    "assumed"),
        K_CRP = Parameter(60,   "pg/mL", "signal at half of the largest rise",  "assumed"),
        k_FER = Parameter(0.15, "1/day", "how fast ferritin follows", "calibrated: neutrophil.biphasic"),
        FER_0 = FER_0,
        g_FER = Parameter(2e4,  "ng/mL", "its largest rise",                    "assumed"),
        K_FER = Parameter(300,  "pg/mL", "interferon gamma at half of the largest rise", "assumed"),
        **BLOCKADE_PARAMETERS,
        **{name: toxicity.parameters[name] for name in ("w_1", "K_ANA", "IFN_0", "IL6_0")},
    ),
    definitions={name: toxicity.definitions[name] for name in ("blockade", "rest", "signal")},
    processes=dict(
        crp_production      = Process("-> CRP",
                                      "k_CRP*(CRP_0 + g_CRP*max(signal - rest, 0)/(K_CRP + signal))",
                                      "made by the liver"),
        crp_clearance       = Process("CRP ->", "k_CRP*CRP",                          "cleared"),
        ferritin_release    = Process("-> FER", "k_FER*(FER_0 + g_FER*max(IFNg - IFN_0, 0)/(K_FER + IFNg))",
                                      "released by macrophages"),
        ferritin_clearance  = Process("FER ->", "k_FER*FER",                          "cleared"),
    ),
    roles=dict(crp="CRP", ferritin="FER"),
    title="C-reactive protein and ferritin",
)
# fmt: on
