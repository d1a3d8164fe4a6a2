"""Segments, rectangles and curves in the plane, many at a time; what is not there is not-a-number."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_EDGE = 0.02  # two segments that only share an end do not cross


def crossings(first: Array, second: Array) -> Mask:
    """Which segments cross inside.

    Parameters
    ----------
    first : ndarray, shape (..., 2, 2)
        Segments: two points each.
    second : ndarray, shape (m, 2, 2)

    Returns
    -------
    ndarray of bool, shape (..., m)
    """
    p, r = first[..., None, 0, :], (first[..., 1, :] - first[..., 0, :])[..., None, :]
    q, s = second[:, 0], second[:, 1] - second[:, 0]
    across = _cross(r, s)
    with np.errstate(divide="ignore", invalid="ignore"):
        along_first = _cross(q - p, s) / across
        along_second = _cross(q - p, r) / across
    low, high = _EDGE, 1.0 - _EDGE
    return (along_first > low) & (along_first < high) & (along_second > low) & (along_second < high)


def _cross(a: Array, b: Array) -> Array:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def through(segments: Array, centres: Array, halves: Array) -> Mask:
    """Which segments touch which rectangles.

    Parameters
    ----------
    segments : ndarray, shape (..., 2, 2)
    centres, halves : ndarray, shape (r, 2) or broadcast with (..., r, 2)
        Middle, and half of width and height, of the rectangles.

    Returns
    -------
    ndarray of bool, shape (..., r)
    """
    enter: Any = -np.inf
    leave: Any = np.inf
    for axis in (0, 1):  # one coordinate at a time: reducing an axis of length two is slow
        start = segments[..., None, 0, axis]
        step = segments[..., None, 1, axis] - start
        step = np.where(np.abs(step) < 1e-9, 1e-9, step)
        low = (centres[..., axis] - halves[..., axis] - start) / step
        high = (centres[..., axis] + halves[..., axis] - start) / step
        enter, leave = np.maximum(enter, np.minimum(low, high)), np.minimum(leave, np.maximum(low, high))
    return np.asarray((enter < leave) & (leave > 0.0) & (enter < 1.0))


def overlaps(
    centres: Array, halves: Array, others: Array, other_halves: Array, *, margin: float = 0.0
) -> Mask:
    """Which rectangles of shape (..., 2) come nearer than `margin` to which of the others, shape (r, 2)."""
    near = [
        np.abs(centres[..., None, axis] - others[:, axis])
        < halves[..., None, axis] + other_halves[:, axis] + margin
        for axis in (0, 1)
    ]
    result: Mask = near[0] & near[1]
    return result


def curve(start: Array, control: Array, stop: Array, *, points: int) -> Array:
    """Quadratic Bezier curves, shape (..., points, 2), from ends and control points of shape (..., 2)."""
    s = np.linspace(0.0, 1.0, points)[:, None]
    a, b, c = (np.asarray(p)[..., None, :] for p in (start, control, stop))
    result: Array = (1 - s) ** 2 * a + 2 * s * (1 - s) * b + s**2 * c
    return result


def segments(lines: Array) -> Array:
    """The segments, shape (..., k - 1, 2, 2), of lines through k points, shape (..., k, 2)."""
    return np.stack([lines[..., :-1, :], lines[..., 1:, :]], axis=-2)


def outside(line: Array, centre: Array, half: Array, *, gap: float = 0.0) -> Array:
    """The part of a line, shape (k, 2), after it has left a rectangle for the last time."""
    reach = half + gap
    inside = np.nonzero((np.abs(line - centre) <= reach).all(axis=-1))[0]
    if inside.size == 0:
        return line
    last = int(inside[-1])
    if last + 1 >= len(line):
        return line[-1:]
    a, b = line[last], line[last + 1]
    step = np.where(np.abs(b - a) < 1e-9, 1e-9, b - a)
    leave = np.maximum((centre - reach - a) / step, (centre + reach - a) / step).min()
    return np.vstack([a + min(max(leave, 0.0), 1.0) * (b - a), line[last + 1 :]])


def length(line: Array) -> Array:
    """The lengths of lines of shape (..., k, 2)."""
    result: Array = np.linalg.norm(np.diff(line, axis=-2), axis=-1).sum(axis=-1)
    return result
