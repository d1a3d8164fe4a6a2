"""The diagram of a model: as a picture, or as text that Mermaid (in GitHub, JupyterLab, many wikis) draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..language.errors import ModelError, shorten
from ..language.graph import Arrow, graph
from ..language.model import Model
from ..language.printers.python import number_text

if TYPE_CHECKING:
    from ..plots.diagram import diagram

__all__ = ["diagram", "mermaid"]

_PULLS = {1: "-.->", -1: "-.-x", 0: "-.-o"}
_PLAIN = frozenset(" .,()+-=/_'%*:")


def __getattr__(name: str) -> Any:
    if name != "diagram":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ..plots.diagram import diagram  # here, so that Mermaid's text needs no matplotlib

    return diagram


def mermaid(model: Model) -> str:
    """The diagram as the text of a Mermaid flow chart.

    Species are boxes, processes rounded names between them, small circles stand for nothing. A dotted line
    leads from a species to a process that it speeds up (arrow), slows down (cross), or either (dot).

    Parameters
    ----------
    model : Model

    Returns
    -------
    str

    Raises
    ------
    ModelError
        If `model` is not a model.

    Examples
    --------
    >>> from cartsim.language.parts import Process
    >>> birth = Process("-> T", "r*T")
    >>> growth = Model("growth", species={"T": 1}, parameters={"r": 0.1}, processes={"birth": birth})
    >>> print(mermaid(growth))
    flowchart LR
        s_T["T"]
        p_birth(["birth"])
        n_birth(( )) --- p_birth
        p_birth --> s_T
    """
    if not isinstance(model, Model):
        raise ModelError(f"a diagram is made of a Model, not of {shorten(model)}")
    shown = graph(model)
    lines = []
    for name in shown.species:
        meaning = escaped(model.species[name].meaning)
        lines.append(f's_{name}["{escaped(name)}{"<br/>" + meaning if meaning else ""}"]')
    for arrow in shown.arrows:
        lines += _arrow(arrow)
    lines += [f"s_{pull.species} {_PULLS[pull.sign]} p_{pull.process}" for pull in shown.influences]
    return "\n".join(["flowchart LR", *(f"    {line}" for line in lines)])


def _arrow(arrow: Arrow) -> list[str]:
    plate, nothing = f"p_{arrow.process}", f"n_{arrow.process}"
    lines = [f'{plate}(["{escaped(arrow.process.replace("_", " "))}"])']
    lines += [f"s_{name} ---{_number(number)} {plate}" for name, number in arrow.sources]
    if not arrow.sources:
        lines.append(f"{nothing}(( )) --- {plate}")
    lines += [f"{plate} -->{_number(number)} s_{name}" for name, number in arrow.targets]
    if not arrow.targets:
        lines.append(f"{plate} --> {nothing}(( ))")
    return lines


def _number(number: float) -> str:
    """The label of an edge along which not one but `number` go."""
    return "" if number == 1.0 else f'|"{number_text(number)}"|'


def escaped(words: str) -> str:
    """Words of a person inside a Mermaid text; what could mean something there becomes a character code.

    Examples
    --------
    >>> escaped('cells "x" <b>')
    'cells #34;x#34; #60;b#62;'
    """
    flat = " ".join(words.split())
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in flat)
