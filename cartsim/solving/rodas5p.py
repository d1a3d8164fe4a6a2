"""Rodas5P: the numbers of the method, and nothing else.

A Rosenbrock-Wanner method of order 5 with 8 stages, L-stable, with an embedded error estimate and a dense
output of order 4. Steinebach G (2023), BIT Numer Math 63:27, doi:10.1007/s10543-023-00967-x. The form is that
of Hairer and Wanner, Solving ODEs II, IV.7: with ``W = I/(h*gamma) - J``,

    u_s = y + sum_j a[s][j] k_j                      (the stage)
    W k_s = f(u_s) + sum_j (c[s][j]/h) k_j           (s = 1 ... 8)
    y(t + h) = u_8 + k_8, error estimate = k_8
    y(t + x*h) = (1 - x) y + x (y(t + h) + (1 - x) (d_0 + x (d_1 + x d_2))), d_i = sum_j D[i][j] k_j
"""

from __future__ import annotations

import numpy as np

ORDER = 5
STAGES = 8
GAMMA = 0.21193756319429014

# fmt: off
_A = (
    (),
    (3.0,),
    (2.849394379747939, 0.45842242204463923),
    (-6.954028509809101, 2.489845061869568, -10.358996098473584),
    (2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641),
    (-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946),
    (-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256,
     0.030198172008377946, 1.0),
    (-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256,
     0.030198172008377946, 1.0, 1.0),
)
_C = (
    (),
    (-14.155112264123755,),
    (-17.97296035885952, -2.859693295451294),
    (147.12150275711716, -1.41221402718213, 71.68940251302358),
    (165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306),
    (24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125, -0.6610691825249471),
    (30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783, -19.097331116725623,
     -28.087943162872662),
    (37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047, -40.06618937091002,
     -54.66780262877968, -9.48861652309627),
)
_D = (
    (25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204, 0.524948541321073,
     1.1241088310450404, 0.4272876194431874, -0.17202221070155493),
    (-9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796, 20.176138334709044,
     15.98066361424651, -6.789040303419874, -6.710236069923372),
    (11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643, -52.072871366152654,
     -59.78993625266729, -0.15582684282751913, 4.883087185713722),
)
# fmt: on


def _square(rows: tuple[tuple[float, ...], ...]) -> np.ndarray:
    table = np.zeros((STAGES, STAGES))
    for i, row in enumerate(rows):
        table[i, : len(row)] = row
    return table


A = _square(_A)
C = _square(_C)
D = np.array(_D)


def _of_time() -> tuple[np.ndarray, np.ndarray]:
    """What becomes of time itself, as a state with slope 1: where each stage stands, and its increment."""
    increments = np.zeros(STAGES)
    for s in range(STAGES):
        increments[s] = GAMMA * (1.0 + C[s] @ increments)
    return A @ increments, increments


TIME_OF_STAGE, TIME_INCREMENT = _of_time()
"""Stage s stands at ``t + h*TIME_OF_STAGE[s]``; its right-hand side gets ``h*TIME_INCREMENT[s]*df/dt``."""
