"""The geometry of a diagram: nothing overlaps, arrows arrive, and the same model looks the same."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartsim.plots.layout import Layout, lay_out, squeeze
from cartsim.plots.layout_geometry import crossings, curve, outside, overlaps, segments, through
from cartsim.plots.layout_grid import arrange, grids
from cartsim.plots.layout_names import CIRCLE

BOX, PLATE = (100.0, 45.0), (70.0, 18.0)
BIRTH, DEATH, TURN, BACK = ((), (0,)), ((0,), ()), ((0,), (1,)), ((1,), (0,))

GRAPHS = {
    "one species": (1, (BIRTH, DEATH), ()),
    "there and back": (2, (TURN, BACK, BIRTH, ((1,), ())), ((1, 2), (0, 3))),
    "two become one": (3, (((0, 1), (2,)), ((2,), ())), ((0, 1),)),
    "both are lost": (2, (((0, 1), ()), ((), (0, 1))), ()),
    "alone": (3, (), ()),
    "a busy species": (2, (*[BIRTH] * 6, *[DEATH] * 6, TURN), ((1, 0), (1, 3))),
    "a cycle of eleven": (
        11,
        (*(((i,), ((i + 1) % 11,)) for i in range(11)), *(((), (i,)) for i in range(0, 11, 2))),
        tuple(((i + 3) % 11, i) for i in range(0, 11, 3)),
    ),
}


def laid_out(number: int, ends: tuple, pulls: tuple) -> Layout:
    return lay_out(np.tile(BOX, (number, 1)), np.tile(PLATE, (len(ends), 1)), ends=ends, pulls=pulls)


def rectangles(plan: Layout) -> list[tuple[np.ndarray, np.ndarray]]:
    """Middle and half size of everything that takes room."""
    found = [(centre, np.array(BOX) / 2) for centre in plan.boxes]
    found += [(centre, np.array(PLATE) / 2) for centre in plan.labels]
    return found + [(centre, np.full(2, CIRCLE)) for centre in plan.voids if np.isfinite(centre[0])]


def assert_sound(plan: Layout, ends: tuple, pulls: tuple) -> None:
    solid = rectangles(plan)
    for (a, half), (b, other) in combinations(solid, 2):
        assert (np.abs(a - b) >= half + other).any()
    for centre, half in solid:
        assert (centre - half >= -1e-6).all()
        assert (centre + half <= np.array(plan.size) + 1e-6).all()
    assert len(plan.pulls) == len(pulls)
    for j, (sources, targets) in enumerate(ends):
        assert np.isfinite(plan.voids[j, 0]) == (not sources or not targets)
        lines = [line for process, line, _ in plan.flows if process == j]
        heads = [line[-1] for process, line, head in plan.flows if process == j and head]
        assert min(distance(plan.labels[j], line) for line in lines) < 2.0
        arrived = [plan.boxes[i] for i in targets] or [plan.voids[j]]
        for goal in arrived:
            half = np.array(BOX) / 2 if targets else np.full(2, CIRCLE)
            assert any((np.abs(head - goal) <= half + 5.0).all() for head in heads)


def distance(point: np.ndarray, line: np.ndarray) -> float:
    a, b = line[:-1], line[1:]
    along = ((point - a) * (b - a)).sum(axis=1) / ((b - a) ** 2).sum(axis=1)
    nearest = a + np.clip(along, 0.0, 1.0)[:, None] * (b - a)
    return float(np.linalg.norm(point - nearest, axis=1).min())


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if name == "a cycle of eleven" else []) for name in GRAPHS],
)
def test_nothing_overlaps_and_every_arrow_runs_through_its_name_to_its_goal(name: str) -> None:
    number, ends, pulls = GRAPHS[name]
    assert_sound(laid_out(number, ends, pulls), ends, pulls)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, tuple, tuple]:
    number = draw(st.integers(1, 4))
    some = st.lists(st.integers(0, number - 1), unique=True, max_size=2).map(tuple)
    flows = st.tuples(some, some).filter(lambda ends: ends[0] + ends[1] and not set(ends[0]) & set(ends[1]))
    ends = tuple(draw(st.lists(flows, max_size=4)))
    pull = st.tuples(st.integers(0, number - 1), st.integers(0, max(len(ends) - 1, 0)))
    pulls = draw(st.lists(pull, unique=True, max_size=4)) if ends else []
    return number, ends, tuple((s, j) for s, j in pulls if s not in ends[j][0] + ends[j][1])


@given(graphs())
@settings(max_examples=settings.default.max_examples // 4)
def test_small_graphs_of_every_kind_are_laid_out_without_overlap(graph: tuple[int, tuple, tuple]) -> None:
    number, ends, pulls = graph
    assert_sound(laid_out(number, ends, pulls), ends, pulls)


def test_the_same_graph_gives_the_same_layout() -> None:
    first, second = (laid_out(*GRAPHS["there and back"]) for _ in range(2))
    assert np.array_equal(first.boxes, second.boxes)
    assert np.array_equal(first.labels, second.labels)
    assert all(np.array_equal(a, b) for a, b in zip(first.pulls, second.pulls, strict=True))


def test_a_dashed_line_ends_beside_the_name_and_begins_at_its_species() -> None:
    plan = laid_out(*GRAPHS["there and back"])
    (line, _) = plan.pulls
    assert (np.abs(line[0] - plan.boxes[1]) <= np.array(BOX) / 2 + 1e-6).all()
    gap = np.abs(line[-1] - plan.labels[2]) - np.array(PLATE) / 2
    assert 0.0 < gap.max() < 5.0


# ------------------------------------------------------------------ the pieces


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(1, 40)), min_size=1, max_size=12))
def test_squeezing_keeps_the_order_and_never_brings_intervals_nearer_than_the_gap(
    intervals: list[tuple[float, float]],
) -> None:
    centres, halves = np.array(intervals).T
    moved = squeeze(centres, halves, gap=10.0)
    for i, j in combinations(range(len(centres)), 2):
        before = abs(centres[i] - centres[j]) - halves[i] - halves[j]
        after = abs(moved[i] - moved[j]) - halves[i] - halves[j]
        assert after <= before + 1e-9
        assert after >= min(before, 10.0) - 1e-9
        assert (moved[i] - moved[j]) * (centres[i] - centres[j]) >= 0.0


def test_segments_that_cross_are_told_from_those_that_only_touch() -> None:
    one = np.array([[[0.0, 0.0], [2.0, 2.0]]])
    others = np.array([[[0.0, 2.0], [2.0, 0.0]], [[0.0, 0.0], [2.0, 0.0]], [[3.0, 0.0], [3.0, 4.0]]])
    assert crossings(one, others).tolist() == [[True, False, False]]


def test_a_segment_is_found_in_a_rectangle_that_it_passes_or_begins_in() -> None:
    lines = np.array([[[-5.0, 0.0], [5.0, 0.0]], [[0.0, 0.0], [9.0, 9.0]], [[-5.0, 3.0], [5.0, 3.0]]])
    assert through(lines, np.zeros((1, 2)), np.ones((1, 2)))[:, 0].tolist() == [True, True, False]


def test_rectangles_overlap_when_nearer_than_the_margin() -> None:
    place, half = np.zeros((1, 2)), np.ones((1, 2))
    other = np.array([[2.5, 0.0]])
    assert not overlaps(place, half, other, half).any()
    assert overlaps(place, half, other, half, margin=1.0).all()


def test_a_line_leaves_a_box_on_its_edge() -> None:
    line = curve(np.zeros(2), np.array([5.0, 0.0]), np.array([10.0, 0.0]), points=11)
    left = outside(line, np.zeros(2), np.array([3.0, 2.0]), gap=0.5)
    assert left[0] == pytest.approx([3.5, 0.0])
    assert left[-1] == pytest.approx([10.0, 0.0])
    assert segments(left).shape == (len(left) - 1, 2, 2)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 15))
def test_a_grid_has_a_cell_for_every_species_and_no_cell_two(number: int) -> None:
    for columns, rows in grids(number, aspect=1.9):
        assert columns * rows >= number
        cells = arrange(number, [(0, number - 1, 1.0)], columns=columns, rows=rows)[0]
        assert len({tuple(cell) for cell in cells}) == number


def test_a_chain_is_arranged_with_its_links_side_by_side() -> None:
    chain = [(0, 4, 1.0), (4, 2, 1.0), (2, 1, 1.0), (1, 3, 1.0)]
    cells = arrange(5, chain, columns=5, rows=1)[0]
    assert all(np.abs(cells[a] - cells[b]).sum() == 1.0 for a, b, _ in chain)
