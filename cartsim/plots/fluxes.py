"""`fluxes`: what adds to one species and what removes from it, process by process."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.tree import Symbol
from ..solving.trajectory import Trajectory
from .annotate import draw_marks
from .artists import figure_of
from .bands import draw_bands, name_bands
from .caution import cautions
from .colours_of_terms import Look, distinct, looks_of
from .curves import draw_curve
from .heading import write_footer
from .labels import fit, label_ends, labels_of, legend_instead
from .marks import marks_of
from .quantities import words_for
from .scales import Scale, readable_ticks
from .sheet import axes_for, purpose, settle, time_axis, value_label
from .style import BLACK, GREY, in_style
from .words import number

Array = NDArray[np.float64]

_SMALL, _OFTEN = 0.01, 0.5
_RIM = 2.4  # of the width of the line of the net change: its white edge
_LINEAR_PART = 1e-4  # of the peak: between plus and minus this, a symmetric logarithmic axis is linear


@dataclass(frozen=True)
class Flux:
    """What one process, or all infusions, add to a species a unit of time: `values`, shape (n_times,)."""

    name: str
    words: str
    values: Array


def fluxes(
    run: Trajectory,
    species: str,
    *,
    ax: Axes | None = None,
    relative: bool = False,
    log: bool | None = None,
    events: bool = True,
    for_: str | None = None,
    title: str | None = None,
) -> Axes:
    """What adds to a species (above zero) and what removes from it (below), with the net change as a line.

    Parameters
    ----------
    run : Trajectory
    species : str
        A species, or a role that is a single species.
    ax : Axes, optional
        Where to draw; without it a new figure is made.
    relative : bool
        Whether each is divided by the amount of the species at the time: a rate per head, in 1/time.
    log : bool, optional
        False stacks areas on a linear axis. True draws lines on a symmetric logarithmic axis, where heights
        do not add up. By default the latter only where the stack would be a spike: below 1 % of its peak for
        most of the time.
    events : bool
        Whether doses, infusions, changes and rules are drawn.
    for_, title
        As for `cartsim.plot`.

    Returns
    -------
    Axes

    Raises
    ------
    UnknownNameError
        If it is not a species.
    ModelError
        If nothing adds to it or removes from it.

    Examples
    --------
    >>> import cartsim as cs
    >>> growth = cs.Model("growth", species={"T": cs.Species(10, "cell", "tumour cells")},
    ...     parameters={"r": cs.Parameter(1, "1/day")}, processes={"birth": cs.Process("-> T", "r*T")})
    >>> ax = fluxes(cs.simulate(growth, until=5), "T", relative=True)
    >>> " ".join(ax.get_ylabel().split())
    'gain and loss of tumour cells, per head (1/day)'
    """
    name = _species(run, species)
    parts = contributions(run, name)
    if relative:
        amount = run[name]
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = [
                replace(part, values=np.where(amount > 0.0, part.values / amount, np.nan)) for part in parts
            ]
    net = np.sum([part.values for part in parts], axis=0)
    new = ax is None
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        (ax,) = axes_for(ax, 1, drawn_for)
        time_axis([ax], run)
        value_label(ax, *_label(run, name, relative))
        spike = _is_spike(run.t, parts) if log is None else log
        if spike:
            _lines(ax, run, parts, net)
        else:
            _stack(ax, run, parts, net)
        ax.axhline(0.0, color=BLACK, linewidth=0.5, zorder=2).set_gid("zero")
        if events:
            draw_marks([ax], marks_of([run]))
        if title is not None:
            ax.set_title(title, loc="left")
        write_footer(ax, cautions([run]), new=new)
        settle(figure_of(ax))
        if not spike:
            name_bands(
                ax, also=() if labels_of(ax) else [line for line in ax.lines if line.get_gid() == "curve:net"]
            )
            settle(figure_of(ax))
        elif not fit(ax):
            curves = [line for line in ax.lines if (line.get_gid() or "").startswith("curve:")]
            legend_instead(ax, curves, [str(line.get_label()) for line in curves])
    return ax


def contributions(run: Trajectory, species: str) -> list[Flux]:
    """What each process, and infusions together, add to `species`, in the order of the model.

    Their sum is the right-hand side of the species.
    """
    found = []
    for name, process in run.model.processes.items():
        number = process.stoichiometry.get(species, 0.0)
        if number:
            found.append(Flux(name, words_for(run.model, name), number * run[name]))
    inflow = run.inflow(species)
    if np.any(inflow):
        found.append(Flux("infusion", "infusion", np.array(inflow)))
    if not found:
        raise ModelError(f"nothing adds to {species!r} or removes from it in {run.model.name!r}")
    return found


def _species(run: Trajectory, name: str) -> str:
    model = run.model
    if name in model.species:
        return name
    tree = model.structure.roles.get(name) if isinstance(name, str) else None
    if isinstance(tree, Symbol) and tree.name in model.species:
        return tree.name
    if tree is not None:
        raise UnknownNameError(
            f"{name!r} is {model.roles[name]!r} in {model.name!r}, not one species; ask for one of "
            + ", ".join(model.species)
        )
    raise UnknownNameError(
        f"{shorten(name)} is not a species of {model.name!r}"
        + suggestion(name, model.species, plural="species")
    )


def _looks(run: Trajectory, parts: list[Flux]) -> list[Look]:
    """The looks of the processes on every picture of the model; infusions are grey."""
    looks = looks_of(run.model)
    return [looks.get(part.name, Look(GREY)) for part in parts]


def _label(run: Trajectory, species: str, relative: bool) -> tuple[str, str]:
    words = f"gain and loss of {words_for(run.model, species)}"
    unit, time = run.model.species[species].unit or "", run.model.time
    if relative:
        return f"{words}, per head", f"1/{time}"
    if not unit:
        return words, f"1/{time}"
    return words, f"{unit}/{time}" if "/" not in unit else f"{unit} per {time}"


def _is_spike(t: Array, parts: list[Flux]) -> bool:
    total = np.nansum(np.abs([part.values for part in parts]), axis=0)
    if not total.max() > 0.0:
        return False
    something = total[:-1] > 0.0
    small = something & (total[:-1] < _SMALL * total.max())
    return bool(np.diff(t)[small].sum() > _OFTEN * np.diff(t)[something].sum())


def _stack(ax: Axes, run: Trajectory, parts: list[Flux], net: Array) -> None:
    draw_bands(ax, run.t, [(part.name, part.words, part.values) for part in parts], _looks(run, parts))
    scale = Scale(False, *ax.get_ylim())
    line = draw_curve(ax, run.t, net, scale, words="net change", name="net", colour=BLACK, stroke="-")
    line.set_linewidth(0.6 * line.get_linewidth())
    rim = patheffects.Stroke(linewidth=_RIM * line.get_linewidth(), foreground="white")
    line.set_path_effects([rim, patheffects.Normal()])  # to be seen on dark bands
    if np.isfinite(net[-1]):
        label_ends(ax, [line], ["net change"], scale)
    readable_ticks(ax.yaxis, log=False)


def _lines(ax: Axes, run: Trajectory, parts: list[Flux], net: Array) -> None:
    peak = max(float(np.nanmax(np.abs(part.values), initial=0.0)) for part in parts)
    threshold = 10.0 ** np.floor(np.log10(peak * _LINEAR_PART)) if peak > 0.0 else 1.0
    ax.set_yscale("symlog", linthresh=threshold, linscale=0.5)
    least, most = (float(f([f(part.values) for part in parts])) for f in (np.nanmin, np.nanmax))
    ax.set_ylim(2 * least if least < 0.0 else -threshold, 2 * most if most > 0.0 else threshold)
    ax.yaxis.set_major_locator(FixedLocator(_symmetric_ticks(threshold, least, most)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    ax.yaxis.set_minor_locator(NullLocator())
    scale = Scale(False, *ax.get_ylim())
    lines = []
    for part, look in zip(parts, distinct(_looks(run, parts)), strict=True):
        named = {"words": part.words, "name": part.name, "colour": look.colour}
        lines.append(draw_curve(ax, run.t, part.values, scale, stroke=look.stroke, **named))
    line = draw_curve(ax, run.t, net, scale, words="net change", name="net", colour=BLACK, stroke="-")
    line.set_linewidth(0.4 * line.get_linewidth())
    label_ends(ax, [*lines, line], [*(part.words for part in parts), "net change"], scale)


def _symmetric_ticks(threshold: float, least: float, most: float) -> list[float]:
    """Zero and at most four powers of ten on either side, none so near to zero that their numbers touch."""
    first = round(np.log10(threshold)) + 1
    last = int(np.floor(np.log10(max(-least, most, 10 * threshold))))
    powers = 10.0 ** np.arange(last, first - 1, -max(1, -(-(last - first + 1) // 4)))
    return [*(-powers[-least >= powers]), 0.0, *powers[most >= powers][::-1]]
