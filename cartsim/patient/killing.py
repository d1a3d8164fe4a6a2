"""Killing: effectors recognise the antigen and kill, and cytokines kill bystanders without it.

Equations (witness)
-------------------
dT_pos/dt = -fire*recognition*T_pos
dT_neg/dt = -(fire*dual + k_BY*IFNg/(K_BY + IFNg))*T_neg
dB/dt     = -k_K*on_B*(C_E + C_M)/(K_B + C_E + C_M)*B
fire      = k_K*(1 - i_DEX*DEX/(K_DEX + DEX))*(C_E/(K_K + C_E + h_K*targets) + C_M/(K_W + C_M + h_K*targets))
targets   = T_pos + dual*T_neg
recognition = (antigen_density*affinity/K_D)**2/(1 + (antigen_density*affinity/K_D)**2)

Rests on
--------
Killing that saturates in effectors as in `kimmel_2021` (g_B, k_B), and in targets because a killer needs
time for each of them (serial killing; `singh_2020`; ``killing.bulk``: 1 to 20 targets a day). Bystanders
die as in `kara_2024`, here in proportion to a saturating function of interferon gamma.

Assumptions and deviations
--------------------------
- One effector kills at most ``k_K/h_K`` targets a day, however many there are; and a target is killed at
  the rate ``k_K`` at most, however many effectors there are.
- Healthy B cells, which are everywhere and never many in one place, are found by few CAR-T cells, memory
  cells too: a patient with a hundredth of a CAR-T cell in 1 uL of blood still has no B cells.
- Memory cells keep watch: they kill like effectors, and fewer of them are enough for few targets.
- Recruited host cells are not species of their own: interferon gamma stands for them.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process
from .car_t import ANTIGEN_PARAMETERS, RECOGNITION
from .shared import C_E, C_M, DEX, IFN_0, K_B, K_DEX, K_K, T_NEG, T_POS, TUMOUR, B, IFNg

# fmt: off
model = Model(
    name="killing",
    species=dict(T_pos=T_POS, T_neg=T_NEG, B=B, C_E=C_E, C_M=C_M, IFNg=IFNg, DEX=DEX),
    parameters=dict(
        **TUMOUR,
        k_K   = Parameter(1.15, "1/day", "fastest killing of a target",         "kimmel_2021 (g_B)"),
        K_K   = K_K,
        h_K   = Parameter(0.25, "1", "targets that keep killers busy, each as much as h_K effectors",
                          "calibrated: k_K/h_K kills a day at most, within killing.bulk"),
        K_W   = Parameter(1e9, "cell", "memory cells at half of the fastest killing",
                          "calibrated: tumour cells given again are cleared"),
        K_B   = K_B,
        k_BY  = Parameter(0.2, "1/day", "fastest killing of bystanders",
                          "calibrated: share of relapses without antigen"),
        K_BY  = Parameter(50, "pg/mL", "interferon gamma at half of it",
                          "calibrated: share of relapses without antigen"),
        IFN_0 = IFN_0,
        K_DEX = K_DEX,
        i_DEX = Parameter(0.9, "1", "largest part of division that dexamethasone stops", "assumed: story 10"),
        **ANTIGEN_PARAMETERS,
    ),
    definitions=dict(
        recognition = RECOGNITION,
        targets     = "T_pos + dual*T_neg",
        brake_DEX   = "DEX/(K_DEX + DEX)",
        busy        = "C_E/(K_K + C_E + h_K*targets) + C_M/(K_W + C_M + h_K*targets)",
        fire        = "k_K*(1 - i_DEX*brake_DEX)*busy",
    ),
    processes=dict(
        killing          = Process("T_pos ->", "fire*recognition*T_pos",
                                   "CAR-T cells kill tumour cells with antigen"),
        second_killing   = Process("T_neg ->", "fire*dual*T_neg",
                                   "CAR-T cells with a second target kill tumour cells without the first"),
        bystander_killing= Process("T_neg ->", "k_BY*IFNg/(K_BY + IFNg)*T_neg",
                                   "cytokines and recruited cells kill bystanders"),
        b_cell_killing   = Process("B ->", "k_K*on_B*(C_E + C_M)/(K_B + C_E + C_M)*B",
                                   "CAR-T cells kill healthy B cells"),
    ),
    title="Recognition, serial killing and bystanders",
)
# fmt: on
