"""`fan`: the median of many runs in bands of quantiles, one arm or several side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from ..language.values import finite
from ..questions.summary import Summary
from ..solving.ensemble import Ensemble
from .curves import draw_curve
from .scales import Floor, Scale
from .spaghetti import Bunch, Crowd, Named, gather, picture, shared_quantity
from .style import STROKES, colours
from .words import slug

Array = NDArray[np.float64]
Pair = tuple[float, float]

RANGE = "range:"
"""The gid of a band begins with this; what follows is the name of its quantity, and of its arm."""


def fan(
    runs: Ensemble | Mapping[str, Ensemble] | Summary,
    name: str | None = None,
    *,
    quantiles: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95),
    ax: Axes | None = None,
    log: bool | None = None,
    floor: Floor = None,
    events: bool = True,
    label: bool = True,
    for_: str | None = None,
    title: str | None = None,
) -> Axes:
    """The median of many runs and bands of quantiles; the axis comes back, and nothing is shown or saved.

    Parameters
    ----------
    runs : Ensemble, mapping of str to Ensemble, or Summary
        Many runs, or two to five arms of them by label. The runs of an arm share their times. A summary has
        the quantiles that it was made with, and no others.
    name : str, optional
        Anything the model names; by default the tumour, or else what `plot` draws first.
    quantiles : sequence of float
        Edges of the bands, from the lowest to the highest, as many below 0.5 as above: the first and the last
        are one band, the next ones another. The median is always drawn. Of several arms only
        the narrowest band is, so that they are told apart.
    ax : Axes, optional
        Where to draw; without it a new figure is made.
    log, floor, for_, title
        As in `plot`; quantiles below the floor are dotted in its strip.
    events : bool
        Whether doses, infusions, changes and rules that all runs share are drawn.
    label : bool
        Whether the lines are named.

    Returns
    -------
    Axes
        The gid of a median is ``curve:name``, of a band ``range:name``, of its edges ``edge:name``.

    Raises
    ------
    UnknownNameError
        For a name that a model has not; the nearest one is offered.
    ModelError
        If there is no finished run, the runs do not share their times, or the quantiles make no bands.

    Notes
    -----
    A quantile is taken at each time on its own, by linear interpolation between runs: no single run need
    follow the median.

    Examples
    --------
    >>> import cartsim as cs
    >>> mouse = cs.models.barros_2021.with_events(cs.Dose(2e6, into="C_T", at=42))
    >>> mice = {f"phi {x}": mouse.with_values(phi=x) for x in (0.2, 0.25, 0.3)}
    >>> ax = fan(cs.simulate(mice, until=100), "tumour", quantiles=(0.1, 0.9))
    >>> [text.get_text().replace("\\n", " ") for text in ax.texts][-2:]
    ['median of 3 runs', 'middle 80 % of runs']
    """
    pairs = pairs_of(quantiles)
    crowd = _crowd_of(runs, name) if isinstance(runs, Summary) else gather(runs, name, "fan")
    if len(crowd.bunches) > 1:
        pairs = pairs[-1:]
    levels = [0.5, *(level for pair in pairs for level in pair)]
    if isinstance(runs, Summary):
        rows = [_known_quantiles(runs, crowd.quantity.name, levels)]
    else:
        rows = [quantiles_of(bunch.values, levels) for bunch in crowd.bunches]

    def draw(axis: Axes, scale: Scale) -> list[Named]:
        named: list[Named] = []
        for bunch, found in zip(crowd.bunches, rows, strict=True):
            named.append(_median(axis, bunch, found[0], scale))
            for i, pair in enumerate(pairs):
                upper = _band(axis, bunch, found[1 + 2 * i], found[2 + 2 * i], scale, words=words_of(pair))
                if not bunch.label:
                    named.append((upper, words_of(pair)))
        return named

    notes = [f"lines: medians; bands: {words_of(pair)}" for pair in pairs] if len(crowd.bunches) > 1 else []
    return picture(
        crowd,
        rows,
        draw,
        notes=notes,
        ax=ax,
        log=log,
        floor=floor,
        events=events,
        label=label,
        for_=for_,
        title=title,
    )


def _crowd_of(summary: Summary, name: str | None) -> Crowd:
    """The members of a summary as one bunch; every one stands for the median, as their runs are gone."""
    if name is None:
        name = "tumour" if "tumour" in summary.curves else next(iter(summary.curves))
    middle = np.broadcast_to(summary[name][0], (len(summary), len(summary.t)))
    quantity = shared_quantity([summary.example], name)
    bunch = Bunch("", quantity.name, summary.t, middle, colours([quantity.role])[0], STROKES[0])
    return Crowd(quantity, (bunch,), (summary.example,), len(summary.failures))


def _known_quantiles(summary: Summary, name: str, levels: Sequence[float]) -> Array:
    missing = [level for level in levels if level not in summary.quantiles]
    if missing:
        raise ModelError(
            f"this summary has no quantile {missing[0]:g}, only {', '.join(map(str, summary.quantiles))}; "
            "ask for others with summarise(..., quantiles=[...])"
        )
    return np.asarray(summary[name][[summary.quantiles.index(level) for level in levels]])


def quantiles_of(values: Array, quantiles: Sequence[float]) -> Array:
    """Quantiles over the runs at each time, shape (n_quantiles, n_times); runs without a value are left out.

    Examples
    --------
    >>> quantiles_of(np.array([[0.0, 1.0], [2.0, np.nan], [10.0, 3.0]]), (0.5,)).tolist()
    [[2.0, 2.0]]
    """
    has = np.isfinite(values)
    if has.all():
        return np.asarray(np.quantile(values, quantiles, axis=0))
    found = np.full((len(quantiles), values.shape[1]), np.nan)
    some = has.any(axis=0)
    found[:, some] = np.nanquantile(values[:, some], quantiles, axis=0)
    return found


def pairs_of(quantiles: Sequence[float]) -> list[Pair]:
    """Lower and upper edge of each band, the widest first.

    Examples
    --------
    >>> pairs_of((0.05, 0.25, 0.5, 0.75, 0.95))
    [(0.05, 0.95), (0.25, 0.75)]
    """
    if isinstance(quantiles, str) or not np.iterable(quantiles):
        raise ModelError(f"quantiles={shorten(quantiles)} are no sequence of numbers such as (0.05, 0.95)")
    levels = [finite(level, "a quantile") for level in quantiles]
    if not all(0.0 <= level <= 1.0 for level in levels):
        raise ModelError(f"quantiles={shorten(quantiles)}: each lies between 0 and 1; write 0.05 for 5 %")
    if not all(low < high for low, high in pairwise(levels)):
        raise ModelError(f"quantiles={shorten(quantiles)}: they are given from the lowest to the highest")
    below, above = [x for x in levels if x < 0.5], [x for x in levels if x > 0.5]
    if len(below) != len(above):
        raise ModelError(
            f"quantiles={shorten(quantiles)}: {len(below)} below the median and {len(above)} above make no "
            "bands; give as many below 0.5 as above, such as (0.05, 0.25, 0.75, 0.95)"
        )
    return list(zip(below, reversed(above), strict=True))


def words_of(pair: Pair) -> str:
    """What lies between two quantiles.

    Examples
    --------
    >>> words_of((0.05, 0.95)), words_of((0.1, 0.8))
    ('middle 90 % of runs', '10 % to 80 % quantile')
    """
    low, high = (100.0 * level for level in pair)
    if abs(low + high - 100.0) > 1e-9:
        return f"{low:.4g} % to {high:.4g} % quantile"
    return "all runs" if pair == (0.0, 1.0) else f"middle {high - low:.4g} % of runs"


def _median(ax: Axes, bunch: Bunch, values: Array, scale: Scale) -> Named:
    line = draw_curve(
        ax,
        bunch.t,
        values,
        scale,
        words=bunch.words,
        name=bunch.name,
        colour=bunch.colour,
        stroke=bunch.stroke if bunch.label else "-",
    )
    return line, bunch.words


def _band(ax: Axes, bunch: Bunch, lower: Array, upper: Array, scale: Scale, *, words: str) -> Line2D:
    """The area between two quantiles and thin lines along it; the upper one comes back."""
    area = ax.fill_between(
        bunch.t,
        scale.shown(lower),
        scale.shown(upper),
        color=bunch.colour,
        alpha=0.2,
        linewidth=0,
        zorder=1.0,
    )
    area.set_gid(f"{RANGE}{slug(bunch.name)}")
    area.set_label(f"_{', '.join(filter(None, [bunch.label, words]))}")
    for values in (lower, upper):
        edge = draw_curve(
            ax,
            bunch.t,
            values,
            scale,
            words=f"_{words}",
            name=f"{bunch.name}:{words}",
            colour=bunch.colour,
            stroke=bunch.stroke,
        )
        edge.set_linewidth(0.3 * edge.get_linewidth())
        edge.set_gid(f"edge:{slug(bunch.name)}")
        edge.set_zorder(2.0)
    return edge
