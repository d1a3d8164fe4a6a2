"""A card of the gallery: a model's picture as inline SVG, its title, and a sentence of what happens in it."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import NDArray

from ..language.model import Model
from ..plots.colours_of_terms import looks_of
from ..plots.quantities import words_for
from ..plots.scales import choose
from ..plots.words import number, power_of_ten, pretty
from ..questions.controls import horizon, presets, shown
from ..questions.needs import ROLES_READ
from ..questions.readouts import readouts
from ..solving.simulate import simulate
from ..solving.trajectory import Trajectory, units_of
from .page_words import opening

__all__ = ["card"]

Array = NDArray[np.float64]

_WIDTH, _HEIGHT = 320.0, 170.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 8.0, 20.0, 22.0
_POINTS = 160  # of a curve
_CAPTION = 12.0  # width of the line before a word of the legend
_LETTER = 6.0  # width of a letter of it, about


def card(label: str, model: Model, page: str) -> str:
    """One card as HTML: a link to `page` with a picture, the `label` and a sentence.

    The run is the one that the page opens with.
    """
    run = simulate(presets(model)[opening(model)], horizon(model))
    words = f"<h2>{escape(label)}</h2><p>{escape(sentence(run))}</p>"
    return f'<li><a href="{escape(page, quote=True)}">{picture(run)}{words}</a></li>'


def sentence(run: Trajectory) -> str:
    """What happens in a run, in a sentence of its read-outs; where it has none, how large the model is.

    Examples
    --------
    >>> import cartsim as cs
    >>> sentence(simulate(cs.models.kimmel_2021, 365))
    'CAR-T cells peak at 1.51×10¹⁰ on day 7.02; best response complete; relapse on day 194.'
    """
    model = run.model
    if not set(ROLES_READ) & set(model.roles):
        return f"{len(model.species)} species, {len(model.processes)} processes."
    found, said = readouts(run), []
    if "cmax" in found:
        unit = pretty(found["cmax"].unit)
        peak = f"{number(found['cmax'].value)} {unit if unit != 'cells' else ''}".strip()
        said.append(f"CAR-T cells peak at {peak} on day {number(found['tmax'].value)}")
    if "best_response" in found and np.isfinite(found["best_response"].value):
        said.append(f"best response {found['best_response'].reason}")
    if "relapse_day" in found and np.isfinite(found["relapse_day"].value):
        said.append(f"relapse on day {number(found['relapse_day'].value)}")
    if "crs_max_grade" in found:
        said.append(f"CRS grade {found['crs_max_grade'].value:.0f}")
    words = "; ".join(said)
    return f"{words[0].upper()}{words[1:]}." if words else ""


def picture(run: Trajectory) -> str:
    """The curves that a page shows first, as a small SVG that is described in words."""
    model, units, looks = run.model, units_of(run.model), looks_of(run.model)
    first = units.get(shown(model)[0], "")
    names = [name for name in shown(model) if units.get(name, "") == first][:4]
    curves = [np.nan_to_num(run[name]) for name in names]
    scale = choose(curves, first, None, None)
    t = np.linspace(run.t[0], run.t[-1], _POINTS)
    lines, x = [], _LEFT
    for i, (name, values) in enumerate(zip(names, curves, strict=True)):
        heights = scale.shown(np.interp(t, run.t, values))
        colour, dash = looks[name].colour, "" if i == 0 else ' stroke-dasharray="6 2.5"'
        look = f'fill="none" stroke="{colour}" stroke-width="2.4"{dash}'
        lines.append(f'<polyline {look} points="{_points(t, heights, scale.log, scale.low, scale.high)}"/>')
        words = words_for(model, name)
        lines.append(f'<line {look} x1="{x:.0f}" x2="{x + _CAPTION:.0f}" y1="9" y2="9"/>')
        lines.append(f'<text x="{x + _CAPTION + 4:.0f}" y="13">{escape(words)}</text>')
        x += _CAPTION + 14 + _LETTER * len(words)
    told = (
        f"{', '.join(words_for(model, name) for name in names)} over {run.t[-1] - run.t[0]:g} {model.time}s"
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" aria-label="{escape(told, quote=True)}">'
        f"{_frame(run, scale.log, scale.low, scale.high, first)}{''.join(lines)}</svg>"
    )


def _height(values: Array, log: bool, low: float, high: float) -> Array:
    if log:
        values, low, high = np.log(values), np.log(low), np.log(high)
    share = (values - low) / (high - low)
    return np.asarray(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM))


def _points(t: Array, heights: Array, log: bool, low: float, high: float) -> str:
    x = _LEFT + (t - t[0]) / (t[-1] - t[0]) * (_WIDTH - _LEFT - _RIGHT)
    y = np.clip(_height(heights, log, low, high), _TOP - 2, _HEIGHT - _BOTTOM)
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def _frame(run: Trajectory, log: bool, low: float, high: float, unit: str) -> str:
    """Axes with the ends of the time and two or three heights."""
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    axes = f'<path class="axis" d="M{_LEFT:g} {_TOP:g}V{bottom:g}H{right:g}"/>'
    texts = [
        f'<text x="{_LEFT:g}" y="{_HEIGHT - 6:g}">{escape(number(float(run.t[0])))}</text>',
        f'<text x="{right:g}" y="{_HEIGHT - 6:g}" text-anchor="end">{escape(run.model.time)} '
        f"{escape(number(float(run.t[-1])))}</text>",
    ]
    for value in _ticks(log, low, high):
        y = float(_height(np.array(value), log, low, high))
        texts.append(f'<text x="{_LEFT - 4:g}" y="{y + 4:.1f}" text-anchor="end">{_tick(value, log)}</text>')
    if pretty(unit):
        texts.append(f'<text x="{right:g}" y="13" text-anchor="end">{escape(pretty(unit))}</text>')
    return axes + "".join(texts)


def _tick(value: float, log: bool) -> str:
    return power_of_ten(round(np.log10(value))) if log and not 0.0099 < value < 100.1 else number(value)


def _ticks(log: bool, low: float, high: float) -> list[float]:
    if not log:
        size = 10.0 ** np.floor(np.log10(high - low))
        top = float(np.floor(high / size) * size)
        return [top] if low < 0.0 else [0.0, top]
    first, last = int(np.ceil(np.log10(low))), int(np.floor(np.log10(high)))
    return [10.0**power for power in range(first, last + 1, max(1, -(-(last - first) // 3)))]
