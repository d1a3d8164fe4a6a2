"""Cytokines: CAR-T cells that meet antigen make interferon gamma; it makes macrophages release interleukin 6.

Equations (witness)
-------------------
dIFNg/dt = c_IFN*(IFN_0 - IFNg)
dIL6/dt  = c_IL6*IL6_0 + c_IL6*drive*storm*(1 - j_DEX*DEX/(K_DEX + DEX))
      - c_IL6*(1 - f_R*blockade)*IL6
dIL10/dt = c_IL10*(IL10_0 - IL10) + c_IL10*g_IL10*max(IL6 - IL6_0, 0)
drive    = g_IL6*max(IFNg - IFN_0, 0)
storm    = 1 + a_IL6*drive**8/(K_IL6**8 + drive**8)
blockade = TOCI/V_TOCI/(K_OCC + TOCI/V_TOCI)

Rests on
--------
Rates of elimination and resting levels: `hardiansyah_2019` (d6, d10, dg; IL6_0, IL10_0, IFN_0 of UPN1).
There all three are made in proportion to CAR-T cells times tumour cells; here interferon gamma by
stimulated CAR-T cells (in `car_t`), and interleukin 6 by the host's macrophages in answer to it. That
part of interleukin 6 is cleared through its receptor, which tocilizumab blocks, so that serum levels
rise: `dwivedi_2014`, reduced to one term.

Assumptions and deviations
--------------------------
- Macrophages are not a species: they answer at once, in proportion (`drive`), and where that is much,
  `storm` times as much. The peaks of interleukin 6 in mild and in severe CRS lie a hundredfold apart
  (rows ``il6.*``), which no proportional answer gives; the steepness stands for macrophages that activate
  one another.
- Interleukin 10 follows interleukin 6 and restrains nothing here.
- More than 1 ug/mL of tocilizumab normalises C-reactive protein, and as long as any is detectable the
  signal is blocked (Nishimoto 2008, Blood 112:3959): nine tenths are blocked at 1 ug/mL here.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process, Species
from .shared import DEX, IFN_0, IL6, IL6_0, J_DEX, K_DEX, TOCI, IFNg

# fmt: off
BLOCKADE = "TOCI/(K_OCC*V_TOCI + TOCI)"
BLOCKADE_PARAMETERS = dict(
    K_OCC  = Parameter(0.1, "ug/mL", "tocilizumab that blocks half of the receptor",
                       "derived: 1 ug/mL is enough to normalise C-reactive protein (see the page)"),
    V_TOCI = Parameter(3.5, "L",     "volume of tocilizumab in plasma",              "frey_2010 (V1)"),
)
model = Model(
    name="cytokines",
    species=dict(
        IFNg=IFNg, IL6=IL6, IL10=Species("IL10_0", "pg/mL", "interleukin 10", "at rest"),
        DEX=DEX, TOCI=TOCI,
    ),
    parameters=dict(
        c_IFN  = Parameter(1.51, "1/day", "elimination of interferon gamma", "hardiansyah_2019 (dg)"),
        c_IL6  = Parameter(3.96, "1/day", "elimination of interleukin 6", "hardiansyah_2019 (d6)"),
        c_IL10 = Parameter(4.68, "1/day", "elimination of interleukin 10", "hardiansyah_2019 (d10)"),
        IFN_0  = IFN_0,
        IL6_0  = IL6_0,
        IL10_0 = Parameter(4.5, "pg/mL", "interleukin 10 at rest",
                           "hardiansyah_2019, patient UPN1, read off its Fig. 1b"),
        g_IL6  = Parameter(1, "1", "interleukin 6 for each interferon gamma, without storm",
                           "calibrated: il6.peak_ULN_grade01"),
        a_IL6  = Parameter(29, "1", "largest addition where macrophages activate one another, times",
                           "calibrated: il6.peak_ULN_grade2, il6.peak_ULN_grade34"),
        K_IL6  = Parameter(160, "pg/mL", "drive at half of it",
                           "calibrated: il6.peak_ULN_grade2, il6.peak_ULN_grade34"),
        g_IL10 = Parameter(0.2, "1", "interleukin 10 for each interleukin 6",
                           "calibrated: peaks of UPN1 in hardiansyah_2019, 550 for 2800 pg/mL"),
        f_R    = Parameter(0.8, "1", "share of the clearance of interleukin 6 that goes through its receptor",
                           "calibrated: serum level rises several-fold"),
        j_DEX  = J_DEX,
        K_DEX  = K_DEX,
        **BLOCKADE_PARAMETERS,
    ),
    definitions=dict(
        drive       = "g_IL6*max(IFNg - IFN_0, 0)",
        storm       = "1 + a_IL6*hill(drive, K_IL6, 8)",
        brake_DEX   = "DEX/(K_DEX + DEX)",
        blockade    = BLOCKADE,
    ),
    processes=dict(
        ifn_resting     = Process("-> IFNg", "c_IFN*IFN_0",                        "resting production"),
        ifn_clearance   = Process("IFNg ->", "c_IFN*IFNg",                         "cleared"),
        il6_resting     = Process("-> IL6",  "c_IL6*IL6_0",                        "resting production"),
        il6_release     = Process("-> IL6", "c_IL6*drive*storm*(1 - j_DEX*brake_DEX)",
                                  "released by macrophages in answer to interferon gamma"),
        il6_clearance   = Process("IL6 ->", "c_IL6*(1 - f_R*blockade)*IL6",
                                  "cleared, mostly through its receptor"),
        il10_resting    = Process("-> IL10", "c_IL10*IL10_0",                      "resting production"),
        il10_release    = Process("-> IL10", "c_IL10*g_IL10*max(IL6 - IL6_0, 0)",
                                  "released in answer to interleukin 6"),
        il10_clearance  = Process("IL10 ->", "c_IL10*IL10",                        "cleared"),
    ),
    roles=dict(ifn_gamma="IFNg", il6="IL6", il10="IL10"),
    title="Interferon gamma, interleukin 6 and interleukin 10",
)
# fmt: on
