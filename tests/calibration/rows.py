"""The rows to which the teaching patient is calibrated, and what counts as met.

A row is a published number, the interval in which the model's own must lie, and the statistic that is read.
Values are facts from trials and registries; `key` is the row's name in the project's reference table of
clinical numbers, `source` who or what was observed. Only numbers that were seen in their source, or derived
from such by arithmetic, are here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One published number.

    Attributes
    ----------
    group : str
        A key of `GROUPS`.
    statistic : str
        A key of `statistics.STATISTICS`.
    published : float
    low, high : float
        What counts as met.
    key, source : str
    """

    group: str
    statistic: str
    published: float
    low: float
    high: float
    key: str
    source: str


@dataclass(frozen=True)
class Group:
    """A patient, or a cohort, on whom rows are read.

    Attributes
    ----------
    title : str
    disease, product : str
        Of `cs.patients`.
    """

    title: str
    disease: str
    product: str


GROUPS = {
    "b_all": Group("B-ALL, 4-1BB (tisagenlecleucel)", "b_all", "4-1BB"),
    "axi": Group("lymphoma, CD28 (axicabtagene)", "lymphoma", "CD28"),
    "liso": Group("lymphoma, 4-1BB (lisocabtagene)", "lymphoma", "4-1BB"),
    "ide": Group("myeloma, 4-1BB (idecabtagene)", "myeloma", "4-1BB"),
    "cilta": Group("myeloma, 4-1BB cilta-like (ciltacabtagene)", "myeloma", "4-1BB cilta-like"),
    "glioblastoma": Group("glioblastoma, CD28", "glioblastoma", "CD28"),
    "neuroblastoma": Group("neuroblastoma, CD28", "neuroblastoma", "CD28"),
}


def within(share: float, published: float) -> tuple[float, float]:
    """The interval of a number and a share of it to both sides."""
    return published * (1 - share), published * (1 + share)


def points(width: float, published: float) -> tuple[float, float]:
    """The interval of a number and `width` to both sides, not below zero."""
    return max(published - width, 0.0), published + width


# fmt: off
KINETICS = [  # read on the typical patient
    Row("b_all", "doubling_time", 0.78, *within(0.25, 0.78), "tisa.ball.expansion_rate", "90 children"),
    Row("b_all", "tmax",                  9.3,    *within(0.25, 9.3),   "tisa.ball.tmax_pop", "90 children"),
    Row("b_all", "contraction_half_life", 4.3,    *within(0.25, 4.3),   "tisa.ball.alpha", "90 children"),
    Row("b_all", "terminal_half_life",    217,    *within(0.25, 217),   "tisa.ball.beta", "90 children"),
    Row("b_all", "copies",                24000,  12000, 48000,         "tisa.ball.cmax_pop", "90 children"),
    Row("axi", "per_uL_7", 27.5, 16.5, 57.5, "axi.lbcl.cells_d7", "ZUMA-1, Moffitt"),
    Row("axi", "per_uL_14", 9.1, 3.8, 31.1, "axi.lbcl.cells_d14", "ZUMA-1, Moffitt"),
    Row("axi", "per_uL_28", 2.1, 0.6, 6.1, "axi.lbcl.cells_d28", "ZUMA-1, Moffitt"),
    Row("axi", "per_uL_90", 0.1, 0.01, 0.4, "axi.lbcl.cells_d90", "ZUMA-1, Moffitt"),
    Row("liso", "doubling_time", 0.755, *within(0.30, 0.755), "liso.lbcl.doubling", "TRANSCEND, 261"),
    Row("liso", "tmax", 9.29, *within(0.30, 9.29), "liso.lbcl.tmax_pop", "TRANSCEND, 261"),
    Row("liso", "contraction_half_life", 5.0, *within(0.30, 5.0), "liso.lbcl.thalf_initial", "TRANSCEND"),
    Row("liso", "terminal_half_life", 352, *within(0.30, 352), "liso.lbcl.thalf_terminal", "TRANSCEND, 261"),
    Row("cilta", "tmax",                  12.71,  *within(0.30, 12.71), "cilta.mm.tmax", "CARTITUDE-1, 97"),
    Row("cilta", "terminal_half_life_200", 23.5, *within(0.30, 23.5), "cilta.mm.thalf", "CARTITUDE-1, mean"),
    Row("cilta", "copies",                48692,  24346, 97384,         "cilta.mm.cmax", "CARTITUDE-1, mean"),
    Row("b_all", "il15_peak_day",         2,      0, 5,                 "il15.peak_day", "22 with lymphoma"),
]
TREATED = [  # read on 150 virtual patients with a rule for tocilizumab
    Row("b_all", "tocilizumab_response", 69, 53, 82, "toci.response_CTL019", "45 patients"),
    Row("b_all", "il6_rise", 4, 1.0, 1e3, "il6.rise_after_toci_lt4x_severeCRS", "direction only"),
    Row("b_all", "peak_ratio", 1.2, 0.8, 1.3, "tisa.ball.effect_toci_steroid.Ftoci", "90 children"),
]
COHORTS = [  # read on 500 virtual patients
    Row("b_all", "crs_any",      79,   *points(12, 79),   "tisa.ball.crs.any", "ELIANA, Penn scale"),
    Row("b_all", "crs_severe",   49,   *points(12, 49),   "tisa.ball.crs.g3plus", "ELIANA, Penn scale"),
    Row("b_all", "crs_onset",    3,    *points(2, 3),     "tisa.ball.crs.onset", "ELIANA"),
    Row("b_all", "crs_duration", 8,    *points(2, 8),     "tisa.ball.crs.duration", "ELIANA"),
    Row("b_all", "icans_any",    22.2, *points(12, 22.2), "tisa.ball.cibmtr.neuro.any", "registry, 703"),
    Row("b_all", "icans_severe", 9,    *points(12, 9),    "tisa.ball.cibmtr.neuro.g3plus", "registry, 703"),
    Row("b_all", "icans_onset",  7,    *points(3, 7),     "tisa.ball.cibmtr.neuro.onset", "registry, 703"),
    Row("b_all", "il6_band",     100,  80, 100,           "il6.peak_ULN_*", "34, mixed"),
    Row("b_all", "complete_90",  81,   *points(12, 81),   "tisa.ball.orr", "ELIANA, at 3 months"),
    Row("b_all", "event_free_6", 73,   *points(12, 73),   "tisa.ball.efs12, note", "ELIANA"),
    Row("b_all", "event_free_12", 50,  *points(12, 50),   "tisa.ball.efs12", "ELIANA"),
    Row("b_all", "relapse_free_12", 61.8, *points(12, 61.8), "tisa.ball.rw768.rfs12", "registry, 768"),
    Row("b_all", "relapse_free_24", 50.3, *points(12, 50.3), "tisa.ball.rw768.rfs24", "registry, 768"),
    Row("b_all", "negative_share", 41, *points(12, 41),   "relapse.paed.share.cd19neg", "420 children"),
    Row("axi",   "crs_any",      94,   *points(12, 94),   "axi.lbcl.crs.any", "ZUMA-1"),
    Row("axi",   "crs_severe",   13,   *points(12, 13),   "axi.lbcl.crs.g3plus", "ZUMA-1"),
    Row("axi",   "crs_onset",    2,    *points(2, 2),     "axi.lbcl.crs.onset", "ZUMA-1"),
    Row("axi",   "crs_duration", 7,    *points(2, 7),     "axi.lbcl.crs.duration", "ZUMA-1"),
    Row("axi",   "icans_any",    87,   *points(12, 87),   "axi.lbcl.neuro.any", "ZUMA-1 label"),
    Row("axi",   "icans_severe", 28,   *points(12, 28),   "axi.lbcl.neuro.any, note", "ZUMA-1"),
    Row("axi",   "icans_onset",  4,    *points(3, 4),     "axi.lbcl.neuro.onset", "ZUMA-1"),
    Row("axi",   "il6_band",     100,  80, 100,           "il6.peak_ULN_*", "34, mixed"),
    Row("axi",   "neutropenia",  91,   *points(12, 91),   "cht.anc500_any", "235 with lymphoma"),
    Row("axi",   "neutropenia_days", 9, *points(3, 9),    "cht.severe_neutropenia_days", "235 with lymphoma"),
    Row("axi",   "b_cells_gone_30", 88.2, *points(12, 88.2), "logue.bcells_undetectable_d30", "34 patients"),
    Row("axi",   "b_cells_back_365", 57.9, *points(12, 57.9), "logue, note", "19 in remission"),
    Row("axi",   "complete_best", 58,  *points(12, 58),   "axi.lbcl.cr", "ZUMA-1"),
    Row("axi",   "response_best", 83,  *points(12, 83),   "axi.lbcl.orr", "ZUMA-1"),
    Row("axi",   "relapse_free_11", 50, *points(12, 50),  "axi.lbcl.dor_median (11.1 months)", "ZUMA-1"),
    Row("axi",   "negative_share", 63, 38, 82,            "relapse.lbcl_cd19neg_or_low", "16 who progressed"),
    Row("liso",  "crs_any",      42,   *points(12, 42),   "liso.lbcl.crs.any", "TRANSCEND"),
    Row("liso",  "crs_severe",   2,    *points(12, 2),    "liso.lbcl.crs.g3plus", "TRANSCEND"),
    Row("liso",  "icans_any",    30,   *points(12, 30),   "liso.lbcl.neuro.any", "TRANSCEND"),
    Row("liso",  "icans_severe", 10,   *points(12, 10),   "liso.lbcl.neuro.g3plus", "TRANSCEND"),
    Row("liso",  "il6_band",     100,  80, 100,           "il6.peak_ULN_*", "34, mixed"),
    Row("liso",  "complete_best", 53,  *points(12, 53),   "liso.lbcl.cr", "TRANSCEND"),
    Row("liso",  "response_best", 73,  *points(12, 73),   "liso.lbcl.orr", "TRANSCEND"),
    Row("liso",  "event_free_7", 50,   *points(12, 50),   "liso.lbcl.pfs_median (6.8 months)", "TRANSCEND"),
    Row("liso",  "relapse_free_23", 50, *points(12, 50),  "liso.lbcl.dor_median (23.1 months)", "TRANSCEND"),
    Row("ide",   "crs_any",      84,   *points(12, 84),   "ide.mm.crs.any", "KarMMa"),
    Row("ide",   "crs_severe",   5,    *points(12, 5),    "ide.mm.crs.g3plus", "KarMMa"),
    Row("ide",   "crs_onset",    1,    *points(2, 1),     "ide.mm.crs.onset", "KarMMa"),
    Row("ide",   "crs_duration", 5,    *points(2, 5),     "ide.mm.crs.duration", "KarMMa"),
    Row("ide",   "icans_any",    28,   *points(12, 28),   "ide.mm.neuro.any", "KarMMa"),
    Row("ide",   "icans_severe", 4,    *points(12, 4),    "ide.mm.neuro.g3plus", "KarMMa"),
    Row("ide",   "icans_onset",  2,    *points(3, 2),     "ide.mm.neuro.onset", "KarMMa"),
    Row("ide",   "il6_band",     100,  80, 100,           "il6.peak_ULN_*", "34, mixed"),
    Row("ide",   "complete_best", 33,  *points(12, 33),   "ide.mm.cr", "KarMMa"),
    Row("ide",   "response_best", 73,  *points(12, 73),   "ide.mm.orr", "KarMMa"),
    Row("ide",   "event_free_9", 50,   *points(12, 50),   "ide.mm.pfs_median (8.8 months)", "KarMMa"),
    Row("cilta", "crs_any",      95,   *points(12, 95),   "cilta.mm.crs.any", "CARTITUDE-1"),
    Row("cilta", "crs_severe",   4,    *points(12, 4),    "cilta.mm.crs.g3plus", "CARTITUDE-1"),
    Row("cilta", "crs_onset",    7,    *points(2, 7),     "cilta.mm.crs.onset", "CARTITUDE-1"),
    Row("cilta", "crs_duration", 4,    *points(2, 4),     "cilta.mm.crs.duration", "CARTITUDE-1"),
    Row("cilta", "icans_any",    14,   *points(12, 14),   "cilta.mm.rw.neuro.any", "in practice, 236"),
    Row("cilta", "complete_best", 82.5, *points(12, 82.5), "cilta.mm.scr", "CARTITUDE-1"),
    Row("cilta", "event_free_24", 60.5, *points(12, 60.5), "cilta.mm.pfs24", "CARTITUDE-1"),
    Row("glioblastoma",  "response_best", 9, 4, 16,       "solid.pooled_orr", "22 studies, 262 patients"),
    Row("neuroblastoma", "response_best", 9, 4, 16,       "solid.pooled_orr", "22 studies, 262 patients"),
]
# fmt: on

_UNTREATED = (
    "Nothing is given to these patients, while 40 % of the trial's with CRS had tocilizumab: fever lasts "
    "until the tumour is gone, and where it never goes, on and on. Faster killing would shorten it, and "
    "leave too few relapses."
)
_RULE = (
    "The rule repeats tocilizumab every 8 hours as long as the grade is 2 or more, and more than two doses "
    "count as no response; doctors may wait longer."
)
_MEMORY = (
    "Memory cells clear what carries the antigen and is left, so that nearly all that comes back lacks it. "
    "More relapses with antigen need less killing, and that costs responses."
)
_ESCAPE = (
    "Here a patient fails because part of the tumour lacks the antigen, and few tumours lack it in more than "
    "half of their cells: complete responses are as many as were published, no response at all is too rare."
)
REASONS: dict[tuple[str, str], str] = {
    ("b_all", "crs_any"): _UNTREATED,
    ("b_all", "crs_duration"): _UNTREATED,
    ("b_all", "tocilizumab_response"): _RULE,
    ("axi", "crs_duration"): _UNTREATED,
    ("axi", "negative_share"): _MEMORY,
    ("ide", "response_best"): _ESCAPE,
    ("ide", "complete_best"): _ESCAPE,
    ("ide", "event_free_9"): _ESCAPE,
}
"""By group and statistic, why a row is missed."""
