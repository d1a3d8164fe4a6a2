"""What a quantity *is*: the names under which therapies, read-outs and plots ask for it."""

from __future__ import annotations

import difflib

# fmt: off
ROLES: dict[str, str] = {
    "car_t":                   "CAR-T cells, all of them",
    "effector_car_t":          "effector CAR-T cells",
    "memory_car_t":            "memory CAR-T cells",
    "exhausted_car_t":         "exhausted CAR-T cells",
    "infused":                 "what a bag of CAR-T cells is given into",
    "tumour":                  "tumour cells, all of them",
    "antigen_positive_tumour": "tumour cells that carry the target antigen",
    "antigen_negative_tumour": "tumour cells without the target antigen",
    "t_cells":                 "normal T cells",
    "lymphocytes":             "host lymphocytes",
    "b_cells":                 "healthy B cells",
    "neutrophils":             "neutrophils in blood",
    "platelets":               "platelets in blood",
    "haemoglobin":             "haemoglobin in blood",
    "immunoglobulin":          "immunoglobulin G",
    "il6":                     "interleukin 6",
    "il10":                    "interleukin 10",
    "il15":                    "interleukin 15",
    "ifn_gamma":               "interferon gamma",
    "crp":                     "C-reactive protein",
    "ferritin":                "ferritin",
    "temperature":             "body temperature",
    "blood_pressure":          "blood pressure, mean arterial",
    "oxygen_saturation":       "oxygen saturation of the blood",
    "crs_grade":               "grade of cytokine release syndrome, 0 to 4",
    "ice_score":               "ICE score of consciousness and speech, 10 to 0",
    "icans_grade":             "grade of neurotoxicity (ICANS), 0 to 4",
    "tocilizumab":             "tocilizumab in serum",
    "corticosteroid":          "corticosteroid, as dexamethasone",
    "anakinra":                "anakinra",
    "g_csf":                   "G-CSF",
    "chemotherapy":            "chemotherapy acting on dividing cells",
    "culture":                 "T cells in culture, without the CAR",
    "cultured_car_t":          "CAR-T cells in culture",
    "bag":                     "living CAR-T cells in the bag",
    "fludarabine":             "fludarabine in the body",
    "cyclophosphamide":        "cyclophosphamide in the body",
    "radiation":               "radiation, given and not yet taken effect",
    "safety_switch":           "drug that kills the CAR-T cells which carry its switch",
}
# fmt: on


def misspelt(name: str) -> str | None:
    """The known role that `name` probably meant, or None; a role of one's own is welcome.

    Examples
    --------
    >>> misspelt("tumor"), misspelt("tumour"), misspelt("bone_marrow")
    ('tumour', None, None)
    """
    if name in ROLES:
        return None
    close = difflib.get_close_matches(name.lower(), ROLES, n=1, cutoff=0.85)
    return close[0] if close else None
