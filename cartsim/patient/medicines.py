"""Medicines of rescue: tocilizumab, dexamethasone, anakinra and G-CSF come and go.

Equations (witness)
-------------------
dTOCI/dt   = -CL_TOCI/V_TOCI*TOCI - VM_TOCI*TOCI/V_TOCI/(KM_TOCI + TOCI/V_TOCI)
      - Q_TOCI/V_TOCI*TOCI + Q_TOCI/V2_TOCI*TOCI_P
dTOCI_P/dt = Q_TOCI/V_TOCI*TOCI - Q_TOCI/V2_TOCI*TOCI_P
dDEX/dt    = -k_DEX*DEX
dANA/dt    = -k_ANA*ANA
dGCSF/dt   = -k_GCSF*GCSF

Rests on
--------
Tocilizumab: `frey_2010`, two compartments and a saturable part (patients with rheumatoid arthritis).

Assumptions and deviations
--------------------------
- Each other medicine has one compartment and the rate given below.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Observable, Parameter, Process, Species
from .cytokines import BLOCKADE_PARAMETERS
from .shared import ANA, DEX, TOCI

# fmt: off
model = Model(
    name="medicines",
    species=dict(
        TOCI=TOCI, TOCI_P=Species(0, "mg", "tocilizumab in tissue"), DEX=DEX, ANA=ANA,
        GCSF=Species(0, "ug", "G-CSF in the body"),
    ),
    parameters=dict(
        CL_TOCI = Parameter(0.3, "L/day",  "clearance of tocilizumab",         "frey_2010 (CL)"),
        VM_TOCI = Parameter(7.5, "mg/day", "fastest saturable elimination",    "frey_2010 (V_M)"),
        KM_TOCI = Parameter(2.7, "ug/mL",  "level at half of that",            "frey_2010 (K_M)"),
        Q_TOCI  = Parameter(0.2, "L/day",  "exchange with tissue",             "frey_2010 (Q)"),
        V2_TOCI = Parameter(2.9, "L",      "volume in tissue",                 "frey_2010 (V2)"),
        k_DEX   = Parameter(1.0, "1/day", "fading of the effect of dexamethasone",
                            "assumed: gone within its biological duration, 36 to 54 h"),
        k_ANA   = Parameter(4.04, "1/day", "elimination of anakinra",
                            "Jung 2023 (clearance 9.03 L/h over 53.7 L)"),
        k_GCSF  = Parameter(4.75, "1/day", "elimination of G-CSF", "label of filgrastim, half-life 3.5 h"),
        V_TOCI  = BLOCKADE_PARAMETERS["V_TOCI"],
    ),
    processes=dict(
        tocilizumab_clearance = Process("TOCI ->",        "CL_TOCI/V_TOCI*TOCI",                 "cleared"),
        tocilizumab_binding   = Process("TOCI ->", "VM_TOCI*TOCI/(KM_TOCI*V_TOCI + TOCI)",
                                        "eliminated with its receptor"),
        tocilizumab_to_tissue = Process("TOCI -> TOCI_P", "Q_TOCI/V_TOCI*TOCI", "into tissue"),
        tocilizumab_back      = Process("TOCI_P -> TOCI", "Q_TOCI/V2_TOCI*TOCI_P", "back into plasma"),
        dexamethasone_fading  = Process("DEX ->", "k_DEX*DEX", "its effect fades"),
        anakinra_elimination  = Process("ANA ->", "k_ANA*ANA", "leaves through the kidneys"),
        g_csf_elimination     = Process("GCSF ->", "k_GCSF*GCSF", "used up and eliminated"),
    ),
    observables=dict(tocilizumab_level=Observable("TOCI/V_TOCI", "ug/mL", "tocilizumab in serum")),
    roles=dict(tocilizumab="TOCI", corticosteroid="DEX", anakinra="ANA", g_csf="GCSF"),
    title="Tocilizumab, dexamethasone, anakinra and G-CSF",
)
# fmt: on
