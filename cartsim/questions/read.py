"""`read`: every read-out of the runs whose courses are known, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..language.errors import ModelError
from ..language.model import Model
from .answers import Answers
from .course import Courses
from .cytokines import CYTOKINES, cytokine_readouts
from .kinetics import Windows, car_t_readouts
from .tumour import tumour_readouts

ROLES_READ = ("car_t", "tumour", *CYTOKINES)
"""The roles that read-outs are taken from."""


@dataclass(frozen=True)
class Options:
    """What the user may choose; see `readouts`.

    Attributes
    ----------
    detection_limit, tumour_limit : float or None
    windows : tuple of (float, float)
    """

    detection_limit: float | None = None
    tumour_limit: float | None = None
    windows: Windows = ((0.0, 28.0),)


def roles_of(model: Model) -> tuple[str, ...]:
    """The roles of a model that read-outs are taken from.

    Raises
    ------
    ModelError
        If there is none.
    """
    roles = tuple(role for role in ROLES_READ if role in model.roles)
    if not roles:
        raise ModelError(
            f"{model.name!r} has none of the roles that read-outs need ({', '.join(ROLES_READ)}); "
            "say what its species are, for example roles=dict(car_t='C', tumour='T')"
        )
    return roles


def read(found: Mapping[str, Courses], options: Options) -> dict[str, Answers]:
    """Every read-out by name, in the order of the roles.

    Parameters
    ----------
    found : mapping of str to Courses
        By role.
    options : Options
    """
    entries: dict[str, Answers] = {}
    for role, courses in found.items():
        if role == "car_t":
            entries |= car_t_readouts(
                courses, detection_limit=options.detection_limit, windows=options.windows
            )
        elif role == "tumour":
            entries |= tumour_readouts(courses, tumour_limit=options.tumour_limit)
        else:
            entries |= cytokine_readouts(courses, role)
    return entries
