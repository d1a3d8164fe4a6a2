"""The equations of ``cart11.json`` as text of Python, for the engines that need them as a function."""

from __future__ import annotations

from .workload import CART11


def written(arguments: str, *, before: str, largest: str, result: str) -> str:
    """The source of a function ``right_hand_side`` of the workload.

    Parameters
    ----------
    arguments : str
        Of the function.
    before : str
        How a state or a parameter is taken from them, with ``{kind}`` (species or parameters) and ``{i}``.
    largest : str
        The name of the larger of two numbers.
    result : str
        A line for each derivative, with ``{i}`` and ``{text}``.
    """
    taken = [
        f"{name} = " + before.format(kind=kind, i=i)
        for kind in ("species", "parameters")
        for i, name in enumerate(CART11[kind])
    ]
    defined = [f"{name} = {text}" for name, text in CART11["definitions"].items()]
    lines = [*taken, *defined]
    lines += [result.format(i=i, text=text) for i, text in enumerate(CART11["derivatives"].values())]
    body = "\n".join(f"    {line}" for line in lines).replace("max(", f"{largest}(")
    return f"def right_hand_side({arguments}):\n{body}\n"
