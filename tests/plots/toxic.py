"""A patient whose grades are known functions of time, for the tests of the pictures of toxicity."""

from __future__ import annotations

import cartsim as cs

S, P, Q, Seen = cs.Species, cs.Parameter, cs.Process, cs.Observable

TOXIC = cs.Model(
    "toxic",
    species={
        "C": S(0, "cell", "CAR-T cells in blood"),
        "T": S(1e9, "cell", "tumour cells", extinct_below=1.0),
        "D": S(0, "mg", "tocilizumab"),
        "X": S(0, "mg", "dexamethasone"),
    },
    parameters={
        "high": P(3, "1", "severity at its highest"),
        "d": P(0.1, "1/day"),
        "e": P(1, "1/day"),
        "r": P(0.05, "1/day"),
        "day": P(1, "day"),
        "rest": P(37, "degC"),
    },
    processes={
        "death": Q("C ->", "d*C", "CAR-T cells die"),
        "growth": Q("-> T", "r*T", "the tumour grows"),
        "clearance": Q("D ->", "e*D"),
        "decay": Q("X ->", "e*X"),
    },
    definitions={"leak": "high - max(t - 5*day, 5*day - t)/day"},
    observables={
        "CRS": Seen("step(leak - 1) + step(leak - 2) + step(leak - 3) + step(leak - 4)", "1", "grade of CRS"),
        "ICANS": Seen("step(1 - ((t - 9*day)/day)**2)", "1", "grade of ICANS"),
        "heat": Seen("rest*(1 + max(leak, 0)/37)", "degC", "body temperature"),
    },
    roles={
        "car_t": "C",
        "tumour": "T",
        "crs_grade": "CRS",
        "icans_grade": "ICANS",
        "temperature": "heat",
        "tocilizumab": "D",
        "corticosteroid": "X",
    },
).with_events(cs.Dose(1e8, into="C", at=0))
"""CRS is of grade 1 from day 3 to 7 and of grade 2 from day 4 to 6; ICANS of grade 1 from day 8 to 10."""
TREATED = TOXIC.with_events(cs.Dose(560, into="D", at=4), cs.Dose(560, into="D", at=4.5))


def toxic(*highest: float) -> cs.Ensemble:
    """Patients by the severity at its highest: 3 is as in `TOXIC`, 1.5 gives grade 1, 0.5 none."""
    return cs.simulate({f"patient {h:g}": TOXIC.with_values(high=h) for h in highest}, until=30)
