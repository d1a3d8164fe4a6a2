"""Toxicity: fever, leaking vessels and neurotoxicity, and the grades that a clinician would give.

Equations (witness)
-------------------
dTemp/dt  = k_T*(T_0 + a_T*alarm/(S_T + alarm) - Temp)
dleak/dt  = k_L*(b_L*log(1 + alarm/S_L) - leak)
dCSF/dt   = k_CSF*((IFNg + IL6_0 + drive*storm)*(1 - n_DEX*DEX/(K_DEX + DEX)) - CSF)
dneuro/dt = k_N*(b_N*log(1 + max(CSF - IL6_0 - IFN_0, 0)/S_N) - neuro)
alarm     = max(signal - rest, 0)
signal    = IL6*(1 - TOCI/V_TOCI/(K_OCC + TOCI/V_TOCI)) + w_1*IFNg*(1 - ANA/(K_ANA + ANA))
rest      = IL6_0 + w_1*IFN_0
drive     = g_IL6*max(IFNg - IFN_0, 0)
storm     = 1 + a_IL6*drive**8/(K_IL6**8 + drive**8)

Rests on
--------
The grades of the ASTCT consensus (Lee et al. 2019, `crs_icans_grading`): fever; fever with hypotension or
hypoxia that needs fluid or little oxygen; one vasopressor or high flow; several or ventilation. ICANS by
the ICE score. That each grade of CRS stands for about a tenfold of interleukin 6: reference rows
``il6.*``.

Assumptions and deviations
--------------------------
- One number, ``leak``, stands for the leaking of blood vessels; blood pressure and oxygen follow from it.
  It goes with the logarithm of what the receptors of interleukin 6 and interleukin 1 signal. Where it
  passes 1, 2 and 3, the grade becomes 2, 3 and 4.
- The thresholds of pressure and oxygen are the linear scale's own and not part of the consensus, which
  goes by treatment.
- Interleukin 1 is not a species: it follows interferon gamma, and anakinra blocks it.
- The brain meets the cytokines later (CSF), in proportion to what is released and not to the level in
  serum, which tocilizumab raises. Antibodies hardly pass into the brain, so tocilizumab does nothing
  there; dexamethasone passes.
- Grade 5, death, is not modelled.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Observable, Parameter, Process, Species
from .cytokines import BLOCKADE, BLOCKADE_PARAMETERS
from .cytokines import model as cytokines
from .shared import ANA, DEX, IFN_0, IL6, IL6_0, K_DEX, TOCI, IFNg, leak

# fmt: off
model = Model(
    name="toxicity",
    species=dict(
        Temp  = Species("T_0", "degC", "body temperature", "at rest"),
        leak  = leak,
        CSF   = Species("IL6_0 + IFN_0", "pg/mL", "cytokines that the brain meets", "at rest"),
        neuro = Species(0, "1", "severity of neurotoxicity", "none at rest"),
        IL6=IL6, IFNg=IFNg, TOCI=TOCI, ANA=ANA, DEX=DEX,
    ),
    parameters=dict(
        T_0   = Parameter(37,   "degC",  "temperature at rest",                 "assumed"),
        k_T   = Parameter(4, "1/day", "how fast the temperature follows",
                          "calibrated: fever ends within a day of tocilizumab"),
        a_T   = Parameter(4,    "degC",  "largest rise of temperature",         "assumed"),
        S_T   = Parameter(18, "pg/mL", "signal above rest at half of it",
                          "calibrated: il6.peak_ULN_grade01, fever begins at 6 pg/mL above rest"),
        k_L   = Parameter(2,    "1/day", "how fast the vessels follow",         "calibrated: crs.duration"),
        b_L   = Parameter(0.271, "1", "leak for each e-fold of the signal",
                          "calibrated: il6.peak_ULN_grade2, il6.peak_ULN_grade34"),
        S_L   = Parameter(0.434, "pg/mL", "signal at which vessels begin to leak",
                          "calibrated: il6.peak_ULN_grade01"),
        w_1   = Parameter(0.05, "1", "interleukin 1 signal for each interferon gamma",
                          "calibrated: toci.response"),
        k_CSF = Parameter(0.5,  "1/day", "how fast cytokines reach the brain",  "calibrated: neuro.onset"),
        k_N   = Parameter(1,    "1/day", "how fast the brain follows",          "calibrated: neuro.onset"),
        b_N   = Parameter(0.8, "1", "severity for each e-fold", "calibrated: neuro.any, neuro.g3plus"),
        S_N   = Parameter(60, "pg/mL", "cytokines at which the brain begins to suffer",
                          "calibrated: neuro.any, neuro.g3plus"),
        n_DEX = Parameter(0.95, "1", "largest part that dexamethasone keeps from the brain",
                          "assumed: story 9"),
        MAP_0 = Parameter(93,   "mmHg",  "mean arterial pressure at rest",      "assumed"),
        m_L   = Parameter(2.3, "1", "leak that halves the pressure", "assumed: 65 mmHg where the leak is 1"),
        O2_0  = Parameter(98,   "percent", "oxygen saturation at rest",         "assumed"),
        o_L   = Parameter(11, "1", "leak that halves the saturation",
                          "assumed: below 90 % where the leak is 1"),
        fever = Parameter(38,   "degC",  "fever, as the consensus has it",      "astct.crs.grade1"),
        IL6_0=IL6_0, IFN_0=IFN_0, K_DEX=K_DEX,
        K_ANA = Parameter(30,   "mg",    "anakinra that blocks half of interleukin 1", "assumed"),
        **BLOCKADE_PARAMETERS,
        **{name: cytokines.parameters[name] for name in ("g_IL6", "a_IL6", "K_IL6")},
    ),
    definitions=dict(
        blockade  = BLOCKADE,
        drive     = cytokines.definitions["drive"],
        storm     = cytokines.definitions["storm"],
        brake_DEX = "DEX/(K_DEX + DEX)",
        rest      = "IL6_0 + w_1*IFN_0",
        alarm     = "max(signal - rest, 0)",
        signal    = "IL6*(1 - blockade) + w_1*IFNg*K_ANA/(K_ANA + ANA)",
    ),
    processes=dict(
        warming       = Process("-> Temp", "k_T*(T_0 + a_T*alarm/(S_T + alarm))",
                                "the set point of temperature follows the signal"),
        cooling       = Process("Temp ->", "k_T*Temp", "towards the set point"),
        leaking       = Process("-> leak",  "k_L*b_L*log(1 + alarm/S_L)", "vessels begin to leak"),
        sealing       = Process("leak ->",  "k_L*leak",                                "vessels seal again"),
        to_the_brain  = Process("-> CSF", "k_CSF*(IFNg + IL6_0 + drive*storm)*(1 - n_DEX*brake_DEX)",
                                "cytokines reach the brain"),
        from_the_brain= Process("CSF ->",   "k_CSF*CSF",                               "and leave it"),
        suffering     = Process("-> neuro", "k_N*b_N*log(1 + max(CSF - IL6_0 - IFN_0, 0)/S_N)",
                                "the brain suffers"),
        recovering    = Process("neuro ->", "k_N*neuro",                               "and recovers"),
    ),
    observables=dict(
        blood_pressure    = Observable("MAP_0*m_L/(m_L + leak)", "mmHg",
                                       "mean arterial pressure, as it would be untreated"),
        oxygen_saturation = Observable("O2_0*o_L/(o_L + leak)", "percent",
                                       "oxygen saturation, as it would be without extra oxygen"),
        ICE               = Observable("min(10, max(0, 13 - 3.5*neuro))", "1", "ICE score, 10 is unimpaired"),
        CRS = Observable("step(max((Temp - fever)/T_0, leak - 1)) + step(leak - 1) + step(leak - 2) + "
                         "step(leak - 3)", "1", "grade of cytokine release syndrome"),
        ICANS = Observable("step(neuro - 1) + step(neuro - 2) + step(neuro - 3) + step(neuro - 4)", "1",
                           "grade of neurotoxicity"),
    ),
    roles=dict(
        temperature="Temp", blood_pressure="blood_pressure", oxygen_saturation="oxygen_saturation",
        ice_score="ICE",
        crs_grade="CRS", icans_grade="ICANS",
    ),
    title="CRS and ICANS, graded",
)
# fmt: on
