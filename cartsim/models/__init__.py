"""The shelf of published models: ``cartsim.models.barros_2021`` is the `Model` of the file of that name.

To add a paper: one file here, one line in `INDEX`, one file in ``tests/papers``.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .table import table

if TYPE_CHECKING:
    from ..language.model import Model

    barros_2021: Model
    hardiansyah_2019: Model
    kimmel_2021: Model
    leon_triana_2020: Model
    sahoo_2020: Model
    stein_2019: Model

INDEX: dict[str, str] = {  # name: the cancer it is about
    "barros_2021": "lymphoma in mice",
    "hardiansyah_2019": "chronic lymphocytic leukaemia",
    "kimmel_2021": "large B-cell lymphoma",
    "leon_triana_2020": "B-cell acute lymphoblastic leukaemia",
    "sahoo_2020": "tumour cells in a dish, and patients' lesions",
    "stein_2019": "B-cell acute lymphoblastic leukaemia",
}

__all__ = ["INDEX", "table", *INDEX]


class _Shelf(ModuleType):
    """This package: a model's file, once imported, stands here as its model."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in INDEX and isinstance(value, ModuleType):
            value = value.model
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Shelf


def __getattr__(name: str) -> Any:
    if name not in INDEX:
        from ..language.errors import suggestion

        raise AttributeError(f"there is no model {name!r}" + suggestion(name, INDEX, plural="models"))
    return importlib.import_module(f".{name}", __name__).model


def __dir__() -> list[str]:
    return __all__
