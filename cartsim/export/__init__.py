"""Models written in other forms. A name's file is read when the name is first used."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .diagram import diagram, mermaid
    from .equations import equations
    from .gallery import gallery
    from .html import html

_WHERE = {  # name: its file
    "diagram": "diagram",
    "equations": "equations",
    "gallery": "gallery",
    "html": "html",
    "mermaid": "diagram",
}

__all__ = ["diagram", "equations", "gallery", "html", "mermaid"]


class _Exports(ModuleType):
    """This package: where a file and its function share a name, the name is left to the function."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _WHERE and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Exports


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        from ..language.errors import suggestion

        raise AttributeError(f"there is no export {name!r}" + suggestion(name, _WHERE, plural="exports"))
    return getattr(importlib.import_module(f".{_WHERE[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
