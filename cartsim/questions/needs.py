"""Which roles a read-out needs, in the order in which a reader meets the read-outs."""

from __future__ import annotations

from collections.abc import Collection

from .cytokines import CYTOKINES
from .hematotox import HEMATOTOX_ROLES
from .inflammation import FALLING, RISING
from .rescue import RESCUE

_CAR_T = (
    "cmax",
    "tmax",
    "auc_0_28",
    "fold_expansion",
    "doubling_time",
    "contraction_half_life",
    "terminal_half_life",
    "persistence",
)
_RESPONSE = (
    "response_day_28",
    "response_day_90",
    "best_response",
    "mrd_negative_day",
    "mrd_day_28",
)
_B_CELLS = ("b_cell_aplasia_days", "b_cells_day_28", "b_cell_recovery_day")
_NEUTROPHILS = ("neutropenia_days", "neutrophil_nadir", "neutrophil_nadir_day", "infection_risk_days")
_PLATELETS = ("thrombocytopenia_days", "platelet_nadir", "bleeding_risk_days")


def _each(names: Collection[str], *roles: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(names, roles)


NEEDS: dict[str, tuple[str, ...]] = {
    **_each(_CAR_T, "car_t"),
    **_each(("tumour_nadir", "tumour_nadir_day", "log10_kill", "relapse_day", *_RESPONSE), "tumour"),
    **_each(("relapse_kind",), "tumour", "antigen_negative_tumour"),
    **_each(("event_free_days", "relapse_free_days"), "tumour"),
    **{f"{role}_{what}": (role,) for role in (*CYTOKINES, *RISING) for what in ("peak", "peak_day")},
    **{f"{role}_nadir": (role,) for role in FALLING},
    **{
        f"{name}_{what}": (f"{name}_grade",)
        for name in ("crs", "icans")
        for what in ("max_grade", "onset", "duration")
    },
    **_each(_NEUTROPHILS, "neutrophils"),
    **_each(_PLATELETS, "platelets"),
    **_each(_B_CELLS, "b_cells"),
    "car_hematotox": HEMATOTOX_ROLES,
    **{f"{role}_doses": (role,) for role in RESCUE},
    "corticosteroid_days": ("corticosteroid",),
}
"""Read-out: the roles that it needs."""

ROLES_READ = tuple(dict.fromkeys(role for name in NEEDS for role in NEEDS[name] if len(NEEDS[name]) == 1))
"""The roles of which any is enough for a read-out."""


def needed(name: str) -> tuple[str, ...]:
    """The roles that a read-out needs; an area of other days needs those of ``auc_0_28``."""
    return NEEDS["auc_0_28" if name.startswith("auc_") else name]


def lacking(name: str, roles: Collection[str]) -> str | None:
    """The first role that a read-out needs and that is not among the `roles`.

    Examples
    --------
    >>> lacking("relapse_kind", {"tumour"}), lacking("auc_0_90", {"car_t"})
    ('antigen_negative_tumour', None)
    """
    return next((role for role in needed(name) if role not in roles), None)


_ORDER = {name: i for i, name in enumerate(NEEDS)}


def order(name: str) -> int:
    """The place of a read-out among all of them."""
    return _ORDER["auc_0_28" if name.startswith("auc_") else name]
