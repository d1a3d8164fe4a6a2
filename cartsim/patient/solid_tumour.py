"""Solid tumour: CAR-T cells must find their way in, and inside they are held down.

Equations (witness)
-------------------
dC_I/dt = -k_I*C_I
dC_E/dt = f_I*k_I*C_I + k_R*stimulus*access*C_M - (loss_E + k_M + k_IN*access)*C_E
dC_S/dt = k_IN*access*C_E + expansion*C_S - (loss_E + k_X*(1 + x_S*suppression)*stimulus)*C_S
dC_M/dt = k_M*C_E - k_R*stimulus*access*C_M - d_M*C_M
dC_X/dt = k_X*(1 + x_S*suppression)*stimulus*C_S - d_X*C_X
dIL15/dt = -k_15*w_15*C_S/K_L*IL15
dT_pos/dt = -fire*recognition*T_pos
dT_neg/dt = -(fire*dual + k_BY*IFNg/(K_BY + IFNg))*T_neg
dIFNg/dt  = q_IFN*provocation**2*C_S*K_K/(K_K + C_S)*(1 - j_DEX*DEX/(K_DEX + DEX))
loss_E    = d_E*(1 + a_DEX*DEX/(K_DEX + DEX))
expansion = p_E*(1 - suppression)*stimulus*IL15**2/(K_15**2 + IL15**2)*(1 - i_DEX*DEX/(K_DEX + DEX))
stimulus  = recognition*(T_pos + dual*T_neg)/(recognition*(T_pos + dual*T_neg) + K_A)
provocation = recognition*(T_pos + dual*T_neg)/(recognition*(T_pos + dual*T_neg) + K_G)
fire      = k_K*(1 - suppression)*(1 - i_DEX*DEX/(K_DEX + DEX))*C_S/(K_K + C_S + h_K*(T_pos + dual*T_neg))
recognition = (antigen_density*affinity/K_D)**2/(1 + (antigen_density*affinity/K_D)**2)

Rests on
--------
A tumour that suppresses the CAR-T cells in it: `leon_triana_2021` and `swanson_2022`; that few of them
get in, and that its cells differ: review rows ``solid.why``; bystanders: `kara_2024`.

Assumptions and deviations
--------------------------
- ``access`` is the share of the traffic that the tumour lets in, ``suppression`` what its surroundings
  take from division and killing; both between 0 and 1. Suppression also hastens exhaustion.
- Only cells inside the tumour meet antigen; the blood has none of it.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process
from .car_t import ANTIGEN_PARAMETERS, RECOGNITION
from .car_t import model as car_t
from .conditioning import model as conditioning
from .killing import model as killing
from .shared import C_E, C_I, C_M, C_S, C_X, DEX, IL15, T_NEG, T_POS, TUMOUR, IFNg

_FROM_CAR_T = (
    "k_I", "f_I", "p_E", "K_A", "K_G", "K_15", "IL15_0", "d_E", "k_M", "d_M", "k_R", "k_X", "d_X",
    "K_DEX", "i_DEX", "a_DEX", "q_IFN", "j_DEX", "V",
)  # fmt: skip

# fmt: off
model = Model(
    name="solid_tumour",
    species=dict(
        C_I=C_I, C_E=C_E, C_S=C_S, C_M=C_M, C_X=C_X, T_pos=T_POS, T_neg=T_NEG, IL15=IL15, IFNg=IFNg, DEX=DEX,
    ),
    parameters=dict(
        **TUMOUR,
        k_IN        = Parameter(0.1, "1/day", "effectors enter a tumour that lets all in",     "assumed"),
        access      = Parameter(0.1, "1", "share of the traffic that is let in",
                                "calibrated: solid.pooled_orr"),
        suppression = Parameter(0.5, "1", "share of division and killing that is lost inside",
                                "calibrated: solid.pooled_orr"),
        x_S         = Parameter(4, "1", "how much suppression hastens exhaustion",
                                "calibrated: solid.pooled_orr"),
        **{name: car_t.parameters[name] for name in _FROM_CAR_T},
        **{name: killing.parameters[name] for name in ("k_K", "K_K", "h_K", "k_BY", "K_BY", "IFN_0")},
        **{name: conditioning.parameters[name] for name in ("k_15", "w_15", "K_L")},
        **{name: value for name, value in ANTIGEN_PARAMETERS.items() if name not in ("on_B", "B_0")},
    ),
    definitions=dict(
        recognition = RECOGNITION,
        antigen     = "recognition*(T_pos + dual*T_neg)",
        stimulus    = "antigen/(antigen + K_A)",
        provocation = "antigen/(antigen + K_G)",
        plenty      = "hill(IL15, K_15, 2)",
        brake_DEX   = "DEX/(K_DEX + DEX)",
        busy        = "C_S/(K_K + C_S + h_K*(T_pos + dual*T_neg))",
        fire        = "k_K*(1 - suppression)*(1 - i_DEX*brake_DEX)*busy",
    ),
    processes=dict(
        settling         = Process("C_I -> C_E", "f_I*k_I*C_I",                 "infused cells settle"),
        infused_loss     = Process("C_I ->    ", "(1 - f_I)*k_I*C_I",
                                   "infused cells are lost in lung, liver and spleen"),
        trafficking      = Process("C_E -> C_S", "k_IN*access*C_E",             "effectors enter the tumour"),
        expansion        = Process("    -> C_S",
                                   "p_E*(1 - suppression)*stimulus*plenty*(1 - i_DEX*brake_DEX)*C_S",
                                   "effectors divide in the tumour"),
        effector_death   = Process("C_E ->    ", "d_E*(1 + a_DEX*brake_DEX)*C_E", "effectors in blood die"),
        inside_death     = Process("C_S ->    ", "d_E*(1 + a_DEX*brake_DEX)*C_S",
                                   "effectors in the tumour die"),
        memory_formation = Process("C_E -> C_M", "k_M*C_E", "effectors become memory cells"),
        recall           = Process("C_M -> C_E", "k_R*stimulus*access*C_M",
                                   "memory cells meet antigen and become effectors"),
        memory_death     = Process("C_M ->    ", "d_M*C_M",                     "memory cells die"),
        exhaustion       = Process("C_S -> C_X", "k_X*(1 + x_S*suppression)*stimulus*C_S",
                                   "effectors tire in the tumour"),
        exhausted_death  = Process("C_X ->    ", "d_X*C_X",                     "exhausted cells die"),
        il15_use_inside  = Process("IL15 ->   ", "k_15*w_15*C_S/K_L*IL15",
                                   "used up by CAR-T cells in the tumour"),
        killing          = Process("T_pos ->  ", "fire*recognition*T_pos",
                                   "CAR-T cells kill tumour cells with antigen"),
        second_killing   = Process("T_neg ->  ", "fire*dual*T_neg",
                                   "CAR-T cells with a second target kill tumour cells without the first"),
        bystander_killing= Process("T_neg ->  ", "k_BY*IFNg/(K_BY + IFNg)*T_neg",
                                   "cytokines and recruited cells kill bystanders"),
        ifn_release      = Process("  -> IFNg ",
                                   "q_IFN*provocation*provocation*C_S*K_K/(K_K + C_S)*(1 - j_DEX*brake_DEX)",
                                   "released by CAR-T cells that meet antigen"),
    ),
    roles=dict(
        car_t="C_I + C_E + C_S + C_M + C_X",
        effector_car_t="C_E + C_S", memory_car_t="C_M", exhausted_car_t="C_X", infused="C_I",
    ),
    title="CAR-T cells in and around a solid tumour",
)
# fmt: on
