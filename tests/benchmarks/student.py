"""The script that a student would write for the workload, with NumPy and SciPy and no cartsim.

The yardstick of the benchmarks. It is meant to be honest, not slow on purpose: the state is unpacked from
the array, an array comes back, the run restarts at the dose, and everything else is left to SciPy.
``test_workload.py`` proves that its equations are those of ``cart11.json``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# fmt: off
kdist, fE, dI = 1.5, 0.8, 0.3
pmax, KA, KL = 1.15, 1.0, 60.0
aIL6, K6, IC50 = 0.25, 1.0, 5.0
rM, kM, kX = 0.5, 0.02, 0.12
dE, dM, dX = 0.25, 0.004, 0.15
rT, Tmax = 0.06, 1000.0
kk, KT, mu = 3.0, 5.0, 1e-6
kby, Kby = 0.05, 0.5
kB, B0, kkB, KB = 0.01, 3.0, 1.0, 2.0
rL, Lmax = 0.12, 100.0
pIFN, KIFN, hI, dIFN = 15.0, 10.0, 2.0, 12.0
p6, K6I, h6, d6 = 100.0, 0.3, 1.6, 18.0
toci, kD = 0.6, 0.15
# fmt: on

y0 = np.array([0.1, 0.0, 0.0, 0.0, 100.0, 1e-4, 2.0, 2.0, 0.0, 0.0, 0.0])
_STATES = ("CI", "CE", "CM", "CX", "Tp", "Tn", "B", "L", "IFN", "IL6", "D")
dose, dose_day, last_day = 120.0, 7.0, 365.0


def rhs(t: float, y: Array) -> Array:
    """The time derivatives, shape (11,)."""
    CI, CE, CM, CX, Tp, Tn, B, L, IFN, IL6, D = y
    act = (Tp + B) / (Tp + B + KA)
    occ = D / (IC50 + D)
    e6 = IL6 / (K6 + IL6) * (1 - occ)
    prol = pmax * act / (1 + L / KL) * (1 + aIL6 * e6)
    x = max(0, act * CE) ** hI
    z = max(0, IFN) ** h6
    lg = rT * (1 - (Tp + Tn) / Tmax)
    dCI = -(kdist + dI) * CI
    dCE = fE * kdist * CI + prol * CE + rM * act * CM - (kM + kX * act + dE) * CE
    dCM = (1 - fE) * kdist * CI + kM * CE - rM * act * CM - dM * CM
    dCX = kX * act * CE - dX * CX
    dTp = lg * Tp - kk * CE * Tp / (KT + Tp) - mu * Tp
    dTn = lg * Tn + mu * Tp - kby * IFN / (Kby + IFN) * Tn
    dB = kB * (B0 - B) - kkB * CE * B / (KB + B)
    dL = rL * L * (1 - L / Lmax)
    dIFN_dt = pIFN * x / (KIFN**hI + x) - dIFN * IFN
    dIL6 = p6 * z / (K6I**h6 + z) - d6 * (1 - toci * occ) * IL6
    dD = -kD * D
    return np.array([dCI, dCE, dCM, dCX, dTp, dTn, dB, dL, dIFN_dt, dIL6, dD])


def with_solve_ivp(times: Array, **options: Any) -> Array:
    """The states at `times`, shape (11, n_times), by ``solve_ivp``; LSODA unless `options` say otherwise."""
    from scipy.integrate import solve_ivp

    options = {"method": "LSODA", "rtol": 1e-6, "atol": 1e-9, **options}
    before, after = times[times < dose_day], times[times >= dose_day]
    first = solve_ivp(rhs, (0, dose_day), y0, t_eval=np.append(before, dose_day), **options)
    y = first.y[:, -1].copy()
    y[10] += dose
    second = solve_ivp(rhs, (dose_day, last_day), y, t_eval=after, **options)
    return np.hstack([first.y[:, :-1], second.y])


def with_odeint(times: Array, rtol: float = 1e-6, atol: float = 1e-9) -> Array:
    """The states at `times`, shape (11, n_times), by ``odeint``."""
    from scipy.integrate import odeint

    before, after = times[times < dose_day], times[times >= dose_day]
    first = odeint(rhs, y0, np.append(before, dose_day), tfirst=True, rtol=rtol, atol=atol)
    y = first[-1].copy()
    y[10] += dose
    second = odeint(rhs, y, np.insert(after, 0, dose_day), tfirst=True, rtol=rtol, atol=atol)
    return np.vstack([first[:-1], second[1:]]).T


@contextmanager
def patient(values: Mapping[str, float]) -> Iterator[None]:
    """The script with these numbers in it, as if someone had typed them in; afterwards it is as it was."""
    global y0
    kept = {name: globals()[name] for name in values if name not in _STATES}, y0
    globals().update({name: values[name] for name in kept[0]})
    y0 = np.array([values.get(name, usual) for name, usual in zip(_STATES, y0, strict=True)])
    try:
        yield
    finally:
        globals().update(kept[0])
        y0 = kept[1]
