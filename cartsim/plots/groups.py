"""`groups`: the runs of one ensemble in two colours or more, such as responders against non-responders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..solving.ensemble import Ensemble
from .fan import fan
from .scales import Floor
from .spaghetti import MOST_ARMS, spaghetti

By = Mapping[str, Any] | Sequence[Any] | NDArray[Any]

KINDS = {"fan": fan, "spaghetti": spaghetti}


def groups(
    runs: Ensemble,
    name: str | None = None,
    *,
    by: By,
    words: tuple[str, str] = ("yes", "no"),
    kind: str = "fan",
    ax: Axes | None = None,
    log: bool | None = None,
    floor: Floor = None,
    events: bool = True,
    label: bool = True,
    for_: str | None = None,
    title: str | None = None,
) -> Axes:
    """Groups of runs against each other, each with its own colour, line style and number of runs.

    Parameters
    ----------
    runs : Ensemble
        The runs of all groups; they share their times.
    name : str, optional
        Anything the model names; by default the tumour, or else what `plot` draws first.
    by : mapping of str to str, or sequence of str or bool, shape (n_runs,)
        The group of each run: by label, or in the order of ``runs.labels``. Groups stand in the order in
        which they first come, those of truths with the true one first.
    words : (str, str)
        What the groups of truths are called: the true one and the false one.
    kind : {"fan", "spaghetti"}
        Whether a group is drawn as its median and the middle half of its runs, or as thin lines.
    ax : Axes, optional
        Where to draw; without it a new figure is made.
    log, floor, for_, title
        As in `plot`.
    events : bool
        Whether doses, infusions, changes and rules that all runs share are drawn.
    label : bool
        Whether the groups are named.

    Returns
    -------
    Axes

    Raises
    ------
    UnknownNameError
        If `by` lacks a label, for a name that a model has not, and for an unknown `kind`.
    ModelError
        If `by` has not one group a run, or too many groups.

    Examples
    --------
    >>> import cartsim as cs
    >>> mouse = cs.models.barros_2021.with_events(cs.Dose(5e5, into="C_T", at=42))
    >>> mice = {f"phi {x}": mouse.with_values(phi=x) for x in (0.1, 0.25, 0.3, 0.35)}
    >>> runs = cs.simulate(mice, until=100)
    >>> cured = runs.array("tumour")[:, -1] < 1
    >>> ax = groups(runs, "car_t", by=cured, words=("cured", "not cured"))
    >>> [line.get_label() for line in ax.lines if line.get_label().endswith(")")]
    ['cured (n = 2)', 'not cured (n = 2)']
    """
    if not isinstance(runs, Ensemble):
        raise ModelError(
            f"groups draws an Ensemble, as simulate gives it for several models, not {shorten(runs)}"
        )
    if kind not in KINDS:
        raise UnknownNameError(
            f"kind={shorten(kind)} is no way to draw groups" + suggestion(kind, KINDS, plural="kinds")
        )
    if not len(runs):
        raise ModelError("there is no finished run to draw; see .failures for the reasons")
    return KINDS[kind](
        split(runs, by, words),
        name,
        ax=ax,
        log=log,
        floor=floor,
        events=events,
        label=label,
        for_=for_,
        title=title,
    )


def split(runs: Ensemble, by: By, words: tuple[str, str]) -> dict[str, Ensemble]:
    """An ensemble for each group, in order; those that failed have no group and are kept with the first."""
    of_runs = _by_label(runs, by) if isinstance(by, Mapping) else _in_order(runs, by)
    truths = all(isinstance(group, bool | np.bool_) for group in of_runs)
    names = [words[0] if group else words[1] for group in of_runs] if truths else list(map(str, of_runs))
    order = [word for word in words if word in names] if truths else list(dict.fromkeys(names))
    if len(order) > MOST_ARMS:
        raise ModelError(
            f"by= has {len(order)} groups, and more than {MOST_ARMS} are not told apart; join some of them"
        )
    found: dict[str, Ensemble] = {}
    for group in order:
        members = {label: runs[label] for label, its in zip(runs.labels, names, strict=True) if its == group}
        found[group] = Ensemble(members, None if found else runs.failures)
    return found


def _by_label(runs: Ensemble, by: Mapping[str, Any]) -> list[Any]:
    missing = [label for label in runs.labels if label not in by]
    if missing:
        others = [label for label in by if isinstance(label, str) and label not in runs.labels]
        raise UnknownNameError(
            f"by= has no group for {len(missing)} of {len(runs)} runs, the first being {shorten(missing[0])}"
            + suggestion(missing[0], others, plural="labels in by= that no run has")
        )
    return [by[label] for label in runs.labels]


def _in_order(runs: Ensemble, by: Any) -> list[Any]:
    if isinstance(by, str) or np.ndim(by) != 1:
        raise ModelError(
            f"by={shorten(by)} is neither a mapping of label to group nor a sequence with one for each run"
        )
    if len(by) != len(runs):
        failed = f" ({len(runs.failures)} more failed and have none)" if runs.failures else ""
        raise ModelError(
            f"by= has {len(by)} groups for {len(runs)} finished runs{failed}; give one for each run"
        )
    return list(by)
