"""Fluxes: what is drawn adds up to the right-hand side, gains above zero and losses below."""

from __future__ import annotations

import numpy as np
import pytest

import cartsim as cs
from cartsim.language.compile import compiled
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.plots.artists import course, renderer_of, with_gid
from cartsim.plots.bands import bands_of, edges
from cartsim.plots.fluxes import contributions

from .cases import PATIENT, P, Q, S, infused, treated


def test_contributions_and_infusions_sum_to_the_right_hand_side() -> None:
    run = cs.simulate(PATIENT.with_events(cs.Infusion(1e9, into="C", start=1, duration=2)), until=6)
    total = np.sum([flux.values for flux in contributions(run, "C")], axis=0)
    slope = compiled(run.model.structure).right_hand_side(list(run.model.values.values()))
    expected = np.array([slope(t, y)[0] for t, y in zip(run.t, run.y.T, strict=True)]) + run.inflow("C")
    assert np.abs(expected).max() > 1e8
    np.testing.assert_allclose(total, expected, rtol=1e-12)


def test_the_bands_are_as_thick_as_their_processes_and_stand_on_the_right_side_of_zero() -> None:
    run = infused()
    ax = cs.plots.fluxes(run, "T", log=False)
    bands = {band.get_gid(): edges(band) for band in bands_of(ax)}
    assert set(bands) == {"gain:growth", "loss:killing"}
    t, low, high = bands["gain:growth"]
    np.testing.assert_allclose(t, run.t)
    np.testing.assert_allclose(high - low, run["growth"], rtol=1e-9)
    assert low.min() >= 0.0
    _, low, high = bands["loss:killing"]
    np.testing.assert_allclose(high - low, run["killing"], rtol=1e-9)
    assert high.max() <= 0.0


def test_the_net_change_is_a_line_that_sums_the_bands() -> None:
    run = infused()
    ax = cs.plots.fluxes(run, "T", log=False)
    (line,) = with_gid(ax.lines, "curve:net")
    np.testing.assert_allclose(course(line)[1], run["growth"] - run["killing"], rtol=1e-12)


def test_per_head_the_killing_is_what_one_tumour_cell_meets() -> None:
    run = infused()
    ax = cs.plots.fluxes(run, "T", relative=True, log=False)
    assert ax.get_ylabel().replace("\n", " ") == "gain and loss of tumour cells, per head (1/day)"
    (band,) = with_gid(bands_of(ax), "loss:killing")
    _, low, high = edges(band)
    np.testing.assert_allclose(high - low, 3e-9 * run["C"], rtol=1e-9)


def test_every_process_is_named_inside_its_band_or_in_the_legend() -> None:
    ax = cs.plots.fluxes(infused(), "C", log=False)
    inside = {text.get_text().replace("\n", " ") for text in with_gid(ax.texts, "band-words")}
    legend = {text.get_text() for text in ax.get_legend().get_texts()} if ax.get_legend() else set()
    assert inside | legend == {"antigen-driven expansion", "contraction", "infusion"}
    assert not inside & legend


def test_the_net_change_does_not_cross_the_name_of_a_band() -> None:
    mouse = cs.models.barros_2021.with_events(cs.Dose(4e5, into="C_T", at=42))
    ax = cs.plots.fluxes(cs.simulate(mouse, until=200), "C_T", relative=True)
    names = with_gid(ax.texts, "band-words")
    assert {name.get_text() for name in names} >= {"effectors divide", "effectors are lost"}
    (line,) = with_gid(ax.lines, "curve:net")
    x, y = ax.transData.transform(np.column_stack(course(line))).T
    along = np.linspace(*ax.bbox.intervalx, 2000)
    known = np.isfinite(y)
    for name in names:
        box = name.get_window_extent(renderer_of(ax))
        height = np.interp(along[(along > box.x0) & (along < box.x1)], x[known], y[known])
        assert ((height < box.y0) | (height > box.y1)).all()


def test_an_exchange_that_turns_is_a_gain_first_and_a_loss_later() -> None:
    model = cs.Model(
        "logistic",
        species={"T": S(2.0)},
        parameters={"r": 1.0, "K": 1.0},
        processes={"growth": Q("-> T", "r*T*(1 - T/K)*(1 - 2*step(t - 3))")},
    )
    bands = {
        band.get_gid(): edges(band) for band in bands_of(cs.plots.fluxes(cs.simulate(model, until=6), "T"))
    }
    assert set(bands) == {"gain:growth", "loss:growth"}
    t, low, high = bands["loss:growth"]
    assert ((high - low)[t > 3.01] == 0.0).all()
    assert ((high - low)[t < 2.99] > 0.0).all()


def test_two_of_a_species_made_at_once_count_twice() -> None:
    model = cs.Model(
        "twins", species={"A": S(1.0)}, parameters={"k": 1.0}, processes={"birth": Q("-> 2 A", "k")}
    )
    (flux,) = contributions(cs.simulate(model, until=1), "A")
    assert (flux.values == 2.0).all()


def test_a_spike_is_drawn_as_lines_on_a_symmetric_logarithmic_axis() -> None:
    model = cs.Model(
        "spike",
        species={"A": S(1e8, "cell", "cells")},
        parameters={"k": P(5, "1/day"), "b": P(1e3, "cell/day")},
        processes={"loss": Q("A ->", "k*A"), "source": Q("-> A", "b")},
    )
    run = cs.simulate(model, until=50)
    ax = cs.plots.fluxes(run, "A")
    assert ax.get_yscale() == "symlog"
    assert bands_of(ax) == []
    (line,) = with_gid(ax.lines, "curve:loss")
    np.testing.assert_allclose(course(line)[1], -run["loss"])
    assert cs.plots.fluxes(run, "A", log=False).get_yscale() == "linear"


def test_a_role_that_is_one_species_serves_as_its_name() -> None:
    ax = cs.plots.fluxes(infused(), "tumour", log=False)
    assert {band.get_gid() for band in bands_of(ax)} == {"gain:growth", "loss:killing"}


def test_what_is_no_species_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="the species are C, T, I, D"):
        cs.plots.fluxes(treated(), "killing")
    mouse = cs.simulate(cs.models.barros_2021, until=1)
    with pytest.raises(UnknownNameError, match="not one species"):
        cs.plots.fluxes(mouse, "car_t")


def test_a_species_that_nothing_changes_is_refused() -> None:
    model = cs.Model("still", species={"A": S(1.0)})
    with pytest.raises(ModelError, match="nothing adds to 'A'"):
        cs.plots.fluxes(cs.simulate(model, until=1), "A")
