"""The journey: stages read from what is done to the cells, and panels from laboratory to tumour."""

from __future__ import annotations

import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

import cartsim as cs
from cartsim.plots.artists import course, gid, with_gid
from cartsim.plots.stages import INSIDE, STAGE, stages_of
from cartsim.plots.view import view_of
from cartsim.solving.trajectory import Trajectory

from .cases import growth, treated
from .crowded import faults

WHOLE = (float("-inf"), float("inf"))
IN_ORDER = [
    "leukapheresis",
    "engineering",
    "expansion in the laboratory",
    "waiting",
    "conditioning",
    "expansion",
    "contraction",
    "memory, surveillance",
]


def patient(**keywords: object) -> Trajectory:
    made = cs.patients.b_all(product="4-1BB", **keywords)  # type: ignore[arg-type]
    return cs.simulate(made, until=180)


@pytest.fixture(scope="module")
def run() -> Trajectory:
    return patient()


@pytest.fixture(scope="module")
def shown(run: Trajectory) -> Figure:
    return cs.plots.journey(run, for_="print")


def stages(run: Trajectory) -> dict[str, tuple[float, float]]:
    return {stage.name: (stage.start, stage.stop) for stage in stages_of(view_of(run, None, WHOLE, "test"))}


# ------------------------------------------------------------------ the stages


def test_the_stages_of_a_patient_come_in_their_order_without_overlap(run: Trajectory) -> None:
    found = stages(run)
    assert list(found) == IN_ORDER
    spans = list(found.values())
    assert spans[0][0] == run.t[0]
    assert all(stop <= start + 1e-9 for (_, stop), (start, _) in itertools.pairwise(spans))
    assert spans[-1][1] == run.t[-1]


def test_what_is_done_in_the_laboratory_is_read_from_the_events(run: Trajectory) -> None:
    found = stages(run)
    changes = {o.name: (o.time, o.stop) for o in run.occurrences if o.kind == "change"}
    assert found["engineering"] == pytest.approx(changes["transducing"])
    assert found["expansion in the laboratory"] == pytest.approx(changes["growing"])
    assert found["waiting"][0] == pytest.approx(changes["harvesting"][1])
    drugs = [o.time for o in run.occurrences if o.kind == "dose" and o.name in ("FLU", "CY")]
    assert found["waiting"][1] == found["conditioning"][0] == min(drugs)
    assert found["conditioning"][1] == found["expansion"][0] == 0.0


def test_expansion_ends_at_the_peak_and_contraction_when_half_are_memory_cells(run: Trajectory) -> None:
    found = stages(run)
    after = run.t >= 0.0
    assert found["expansion"][1] == run.t[after][run["car_t"][after].argmax()]
    day = found["memory, surveillance"][0]
    share = np.interp([0.9 * day, day], run.t, run["memory_car_t"] / np.maximum(run["car_t"], 1.0))
    assert share[0] < 0.5 <= share[1]


def test_bridging_and_a_missing_lymphodepletion_change_the_stages() -> None:
    assert "waiting, bridging" in stages(patient(bridging=True))
    without = stages(patient(lymphodepletion=False))
    assert "conditioning" not in without
    assert without["waiting"][1] == 0.0


def test_a_longer_way_to_the_infusion_is_a_longer_wait(run: Trajectory) -> None:
    start, stop = stages(patient(vein_to_vein=70))["waiting"]
    assert stop - start == pytest.approx(np.diff(stages(run)["waiting"])[0] + 70 + run.t[0])


def test_a_model_without_culture_has_the_stages_of_its_cells() -> None:
    assert list(stages(treated())) == ["expansion", "contraction"]


# ------------------------------------------------------------------ the picture


def test_it_shows_laboratory_conditioning_and_patient_from_the_start_of_the_run(shown: Figure) -> None:
    words = [" ".join(ax.get_ylabel().split()) for ax in shown.axes]
    expected = ["cells in the laboratory (cells)", "compared with before (%)", "cells in the patient (cells)"]
    assert words == ["stage", *expected]
    assert {ax.get_xlim() for ax in shown.axes} == {(-43.0, 90.0)}
    curves = [
        [gid(line).removeprefix("curve:") for line in with_gid(ax.lines, "curve:")] for ax in shown.axes
    ]
    assert curves == [[], ["culture", "cultured_car_t", "bag"], ["t_cells", "il15"], ["car_t", "tumour"]]


def test_lymphodepletion_is_seen_in_normal_t_cells_and_il15(shown: Figure, run: Trajectory) -> None:
    t_cells, il15 = (course(line) for line in with_gid(shown.axes[2].lines, "curve:"))
    assert t_cells[1][0] == il15[1][0] == 100.0
    assert t_cells[1].min() == pytest.approx(100 * run["t_cells"].min() / run["t_cells"][0], rel=1e-9)
    assert t_cells[1].min() < 20.0
    assert il15[1].max() > 150.0


def test_every_stage_has_a_band_and_its_name_once(shown: Figure, run: Trajectory) -> None:
    ax, found = shown.axes[0], stages(run)
    bands = [(band.get_x(), band.get_x() + band.get_width()) for band in with_gid(ax.patches, STAGE)]
    last = {**found, "memory, surveillance": (found["memory, surveillance"][0], 90.0)}
    assert bands == [pytest.approx(span) for span in last.values()]
    named = [note.get_text() for note in with_gid(ax.texts, INSIDE, "event-text:")]
    assert sorted(name for name in named if not name.startswith("infusion")) == sorted(IN_ORDER)
    assert "infusion: 10⁸ CAR-T cells" in named


def test_the_headline_tells_what_the_tumour_did_meanwhile(shown: Figure, run: Trajectory) -> None:
    fold = np.interp(0.0, run.t, run["tumour"]) / run["tumour"][0]
    assert shown.get_suptitle().startswith(f"In 43 days to the infusion the tumour grows {fold:.2g}-fold")


def test_a_published_model_has_its_own_part_of_the_journey() -> None:
    run = cs.simulate(cs.models.hardiansyah_2019.variant("upn1"), until=60)
    shown = cs.plots.journey(run, for_="print", title="Patient UPN 1")
    assert [" ".join(ax.get_ylabel().split()) for ax in shown.axes] == [
        "stage",
        "cells in the patient (10⁹ cells)",
    ]
    assert shown.get_suptitle() == "Patient UPN 1"


def test_a_model_without_any_role_is_refused_in_a_sentence() -> None:
    bare = cs.Model("bare", species={"X": cs.Species(1.0)}, processes={"p": cs.Process("X ->", "X")})
    with pytest.raises(cs.ModelError, match="'bare' has nothing for a journey: none of the roles culture"):
        cs.plots.journey(cs.simulate(bare, until=2))
    with pytest.raises(cs.ModelError, match="'growth' has nothing for a journey"):
        cs.plots.journey(growth())
    assert plt.get_fignums() == []


def test_alt_text_tells_the_stages_with_their_days(shown: Figure) -> None:
    words = cs.plots.alt_text(shown)
    assert words.startswith("In 43 days to the infusion")
    assert "leukapheresis from day minus 43 to minus 41; engineering from" in words
    assert words.endswith("not for clinical use.")
    assert "\n" not in words


def test_no_text_overlaps_another_or_leaves_the_page(shown: Figure) -> None:
    assert faults(shown, "print") == []


@pytest.mark.slow
@pytest.mark.parametrize("size", ["slide", "poster"])
@pytest.mark.parametrize("disease", ["b_all", "myeloma", "neuroblastoma"])
def test_no_text_overlaps_another_at_any_size(disease: str, size: str) -> None:
    run = cs.simulate(getattr(cs.patients, disease)(bridging=True), until=120)
    assert faults(cs.plots.journey(run, for_=size), size) == []


@pytest.mark.slow
def test_the_settings_of_matplotlib_stay_as_they_were() -> None:
    before = dict(matplotlib.rcParams)
    cs.plots.journey(treated(), for_="print")
    assert dict(matplotlib.rcParams) == before
