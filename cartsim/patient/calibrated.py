"""What was fitted, and what it serves; written by ``python -m tests.calibration``.

`VALUES` has the numbers of the typical patient, `SPREADS` how they differ between patients: the standard
deviation of the natural logarithm, with an upper limit where there must be one.
"""

from __future__ import annotations

from collections.abc import Mapping

# fmt: off
VALUES: Mapping[str, Mapping[str, float]] = {
    "b_all 4-1BB": {
        "burden": 6e+09, "negative": 3e-12, "f_I": 0.4198, "p_E": 1.272, "w_15": 9.833, "d_E": 0.155,
        "k_M": 0.0007739, "d_M": 0.003212, "k_R": 0.005256, "k_X": 0.009792, "k_K": 2, "q_IFN": 1.2e-07,
        "S_N": 1500,
    },
    "b_all CD28": {
        "burden": 6e+09, "negative": 3e-12, "f_I": 0.06565, "p_E": 1.898, "w_15": 9.8, "d_E": 0.2213,
        "k_M": 0.03159, "d_M": 0.04552, "k_R": 0.0015, "k_X": 0.04056, "k_K": 2, "q_IFN": 1.2e-07,
        "S_N": 60,
    },
    "lymphoma CD28": {
        "burden": 5e+10, "negative": 0.0025, "r_T": 0.045, "f_I": 0.06565, "p_E": 1.898, "w_15": 24.47,
        "d_E": 0.2213, "k_M": 0.03159, "d_M": 0.04552, "k_R": 0.0015, "k_X": 0.04056, "k_K": 1.8,
        "q_IFN": 5.6e-08, "S_N": 5,
    },
    "lymphoma 4-1BB": {
        "burden": 5e+10, "negative": 0.005, "r_T": 0.045, "f_I": 0.1634, "p_E": 1.435, "w_15": 23.6,
        "d_E": 0.1388, "k_M": 0.0008077, "d_M": 0.00196, "k_R": 0.0045, "k_X": 0.01405, "k_K": 1.1,
        "q_IFN": 5e-09, "S_N": 9,
    },
    "myeloma 4-1BB": {
        "burden": 1e+11, "negative": 0.55, "r_T": 0.0174, "f_I": 0.8, "p_E": 1.435, "w_15": 23.6,
        "d_E": 0.25, "k_M": 0.0008077, "d_M": 0.00196, "k_R": 0.0045, "k_X": 0.01405, "k_K": 5,
        "q_IFN": 2.6e-08, "S_N": 24,
    },
    "myeloma 4-1BB cilta-like": {
        "burden": 2e+11, "negative": 0.001, "f_I": 0.05939, "p_E": 1.65, "w_15": 1.2, "d_E": 0.1122,
        "k_M": 0.0006627, "d_M": 0.02963, "k_R": 0.0045, "k_X": 0.03438, "k_K": 2.5, "q_IFN": 2.5e-08,
        "S_N": 60,
    },
    "myeloma CD28": {
        "burden": 1e+11, "negative": 0.1, "f_I": 0.06565, "p_E": 1.898, "w_15": 24.47, "d_E": 0.2213,
        "k_M": 0.03159, "d_M": 0.04552, "k_R": 0.0015, "k_X": 0.04056, "k_K": 2.5, "q_IFN": 6e-08,
        "S_N": 12,
    },
    "solid CD28": {
        "f_I": 0.06565, "p_E": 1.898, "w_15": 24.47, "d_E": 0.2213, "k_M": 0.03159, "d_M": 0.04552,
        "k_R": 0.0015, "k_X": 0.04056, "k_K": 2.6, "q_IFN": 5.6e-08, "S_N": 5,
    },
    "solid 4-1BB": {
        "f_I": 0.1634, "p_E": 1.435, "w_15": 23.6, "d_E": 0.1388, "k_M": 0.0008077, "d_M": 0.00196,
        "k_R": 0.0045, "k_X": 0.01405, "k_K": 1.1, "q_IFN": 5e-09, "S_N": 9,
    },
}
SPREADS: Mapping[str, Mapping[str, tuple[float, float | None]]] = {
    "everybody": {
        "burden": (1.2, 1.4e+12), "negative": (10, 0.999), "r_T": (0.3, 1), "f_I": (0.5, 1),
        "p_E": (0.12, None), "d_E": (0.15, None), "k_M": (1, None), "d_M": (0.7, None),
        "k_X": (0.3, None), "k_K": (0.3, None), "g_IL6": (0.8, None), "q_IFN": (0.8, None),
        "S_N": (1.3, None), "s_FLU": (0.5, None), "s_CY": (0.5, None), "ANC_0": (0.5, 2e+04),
        "PLT_0": (0.5, 1e+06), "HB_0": (0.15, 18), "i_FER": (0.3, 0.98), "K_L": (0.3, None),
    },
    "b_all 4-1BB": {
        "burden": (2.5, 2e+11), "negative": (8, 0.9), "p_E": (0.2, None), "k_K": (0.9, None),
        "k_M": (3, None), "d_M": (1.2, None), "k_X": (0.6, None), "g_IL6": (1.8, None),
    },
    "b_all CD28": {
        "burden": (2.5, 2e+11), "negative": (8, 0.9), "p_E": (0.2, None), "k_K": (0.9, None),
        "k_M": (3, None), "d_M": (1.2, None), "k_X": (0.6, None), "g_IL6": (1.8, None),
    },
    "lymphoma CD28": {
        "negative": (10, 0.9), "r_T": (0.7, 0.15), "k_K": (0.6, None), "k_M": (1.5, None),
        "d_M": (1, None), "g_IL6": (0.6, None),
    },
    "lymphoma 4-1BB": {
        "negative": (14, 0.9), "r_T": (0.8, 0.15), "k_K": (0.8, None), "S_N": (2.2, None),
    },
    "myeloma 4-1BB": {
        "negative": (3, 0.97), "r_T": (0.8, 0.1), "k_K": (0.5, None), "q_IFN": (0.6, None),
        "g_IL6": (0.5, None),
    },
    "myeloma 4-1BB cilta-like": {
        "negative": (6, 0.9), "r_T": (0.6, 0.1), "k_K": (0.5, None), "q_IFN": (0.5, None),
        "g_IL6": (0.5, None),
    },
    "myeloma CD28": {
        "negative": (3, 0.97), "r_T": (0.8, 0.1), "k_K": (0.5, None), "q_IFN": (0.6, None),
        "g_IL6": (0.5, None),
    },
    "solid CD28": {
        "negative": (1.5, 0.95), "access": (1, 1), "p_E": (0.25, None), "k_K": (0.5, None),
    },
    "solid 4-1BB": {
        "negative": (1.5, 0.95), "access": (1, 1), "p_E": (0.25, None), "k_K": (0.5, None),
    },
}
SERVES: Mapping[str, str] = {
    "burden": "the burden on day 0 that crs.any and the peak of CAR-T cells need",
    "negative": "share of relapses without antigen (relapse.*), complete responses",
    "r_T": "shares without an event at 6, 12 and 24 months",
    "f_I": "time of the peak (tmax)",
    "p_E": "doubling time in expansion",
    "w_15": "height of the peak (cmax)",
    "d_E": "half-life in contraction",
    "k_M": "level of persistence (tisa.ball.FB, axi.lbcl.cells_d90)",
    "d_M": "half-life of persistence",
    "k_R": "rechallenge is cleared; persistence where B cells return",
    "k_X": "half-life in contraction",
    "k_K": "complete responses and shares without an event",
    "q_IFN": "incidence of CRS (crs.any, crs.g3plus) and its onset",
    "S_N": "incidence of neurotoxicity (neuro.any, neuro.g3plus)",
}
# fmt: on
