"""The tumour: cells with and without the target antigen grow towards one ceiling.

Equations (witness)
-------------------
dT_pos/dt = r_T*T_pos*(1 - (T_pos + T_neg)/K_T) - loss*T_pos
dT_neg/dt = r_T*T_neg*(1 - (T_pos + T_neg)/K_T) + loss*T_pos

Rests on
--------
Logistic growth with a ceiling as in `owens_2021` and `leon_triana_2020`; a daughter that loses the
antigen as in `liu_2022` (km). Both kinds grow alike: losing the antigen costs the tumour nothing here.

Assumptions and deviations
--------------------------
- Division and crowding are two processes, so that the same lines can be run as random events.
- Either kind dies out below one cell.
- ``loss`` is 0: what escapes is there from the start. Where amounts are continuous, a rate of one cell in
  a year makes a thousandth of a cell in nine hours, which then grows as if it were alive. Set it where
  the same lines are run as random events.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process
from .shared import T_NEG, T_POS, TUMOUR

# fmt: off
model = Model(
    name="tumour",
    species=dict(T_pos=T_POS, T_neg=T_NEG),
    parameters=dict(
        **TUMOUR,
        r_T  = Parameter(0.069, "1/day", "tumour growth", "liu_2022 (liu22.model_params_CR.rB)"),
        K_T  = Parameter(2e12, "cell", "ceiling of the tumour", "owens_2021 (owens.params.tumour_cap)"),
        loss = Parameter(0, "1/day", "rate at which a cell loses the antigen", "a choice: 0, see the page"),
    ),
    processes=dict(
        growth             = Process("      -> T_pos", "r_T*T_pos", "division of tumour cells with antigen"),
        crowding           = Process("T_pos ->      ", "r_T*T_pos*(T_pos + T_neg)/K_T",
                                     "death for want of room, with antigen"),
        negative_growth    = Process("      -> T_neg", "r_T*T_neg",
                                     "division of tumour cells without antigen"),
        negative_crowding  = Process("T_neg ->      ", "r_T*T_neg*(T_pos + T_neg)/K_T",
                                     "death for want of room, without antigen"),
        antigen_loss       = Process("T_pos -> T_neg", "loss*T_pos", "a tumour cell loses the antigen"),
    ),
    roles=dict(
        tumour                  = "T_pos + T_neg",
        antigen_positive_tumour = "T_pos",
        antigen_negative_tumour = "T_neg",
    ),
    title="Tumour cells with and without the antigen",
)
# fmt: on
