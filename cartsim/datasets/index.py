"""The index of the datasets: file, source, licence, units and meaning of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..language.parts import Source


@dataclass(frozen=True)
class Entry:
    """One line of the index; the fields are those of `Dataset`, `well_pairs` is for cell-killing plates."""

    file: str
    meaning: str
    source: Source
    licence: str
    units: Mapping[str, str]
    meanings: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    well_pairs: bool = False


_KIMMEL = Source(
    "Kimmel GJ, Locke FL, Altrock PM",
    2021,
    "The roles of T cell competition and stochastic extinction events in chimeric antigen receptor "
    "T cell therapy",
    journal="Proc R Soc B",
    volume="288",
    pages="20210229",
    doi="10.1098/rspb.2021.0229",
    confidence="medians and quartiles, transcribed from the paper",
    population="ZUMA-1, Moffitt cohort, 19 to 23 patients a time point",
)
_STEIN = Source(
    "Stein AM, Grupp SA, Levine JE, et al.",
    2019,
    "Tisagenlecleucel Model-Based Cellular Kinetic Analysis of Chimeric Antigen Receptor-T Cells",
    journal="CPT Pharmacometrics Syst Pharmacol",
    volume="8",
    pages="285-295",
    doi="10.1002/psp4.12388",
    confidence="from a third party's reimplementation, which cites the paper row by row",
    population="90 patients with paediatric B-cell acute lymphoblastic leukaemia",
)
_BRUMMER = Source(
    "Brummer AB, Yang X, Ma E, Gutova M, Brown CE, Rockne RC",
    2022,
    "Dose-dependent thresholds of dexamethasone destabilize CAR T-cell treatment efficacy",
    journal="PLoS Comput Biol",
    doi="10.1101/2021.10.01.462697",
    confidence="the authors' own files (github.com/alexbbrummer/CARRGODEX); the doi is that of the preprint",
    population="patient-derived glioblastoma cell lines in a dish",
)
_MIT = "MIT, Copyright (c) 2021 Alex Brummer"
_PRINTED = "numbers printed in the paper; cite it"
_FIT_UNITS = {"rho": "1/hour", "theta": "1/hour", "c0": "1/hour", "c3": "1/hour"}

INDEX: Mapping[str, Entry] = {
    "zuma1_moffitt_car_per_uL": Entry(
        "zuma1_moffitt_car_per_uL.csv",
        "CAR-T cells in blood in the trial ZUMA-1: median and quartiles",
        _KIMMEL,
        _PRINTED,
        dict.fromkeys(("median_cells_per_uL", "q1", "q3"), "cell/uL") | {"day": "day"},
        {
            "day": "time after CAR-T infusion",
            "median_cells_per_uL": "CAR-T cells in blood",
            "q1": "first quartile",
            "q3": "third quartile",
        },
        {
            "x": "day",
            "y": "median_cells_per_uL",
            "low": "q1",
            "high": "q3",
            "label": "ZUMA-1: median and quartiles",
        },
    ),
    "stein2019_params": Entry(
        "stein2019_params.csv",
        "typical values and variability between patients of the kinetics of tisagenlecleucel",
        _STEIN,
        _PRINTED,
        {},
        {
            "typical": "value of the typical patient, in the unit of its row",
            "iiv_as_coded": "variability between patients; a variance or a standard deviation, not resolved",
        },
    ),
    "carrgodex_plate_1": Entry(
        "carrgodex/car_T_dex_pbt1_pbt2_lines.csv",
        "glioblastoma lines PBT030 (PBT1) and PBT128+ (PBT2): cell index against time",
        _BRUMMER,
        _MIT,
        {"Time (Hour)": "hour"},
        {"Time (Hour)": "time"},
        {"x": "Time (Hour)", "y": "Y(B1,B2)", "spread": "SD(B1,B2)", "label": "wells B1 and B2: mean and SD"},
        well_pairs=True,
    ),
    "carrgodex_plate_2": Entry(
        "carrgodex/car_T_dex_pbt3_pbt4_lines.csv",
        "glioblastoma lines PBT138 mid (PBT3) and PBT138 high (PBT4): cell index against time",
        _BRUMMER,
        _MIT,
        {"Time (Hour)": "hour"},
        {"Time (Hour)": "time"},
        {"x": "Time (Hour)", "y": "Y(F1,F2)", "spread": "SD(F1,F2)", "label": "wells F1 and F2: mean and SD"},
        well_pairs=True,
    ),
    "carrgodex_fits": Entry(
        "carrgodex/fit_parameters.csv",
        "the authors' fits of the CARRGO model with dexamethasone to the line PBT1",
        _BRUMMER,
        _MIT,
        {f"{name}_{what}": unit for name, unit in _FIT_UNITS.items() for what in ("val", "stderr")}
        | {"dex_.ug.ml.": "g/mL"},
        {
            "dex_.ug.ml.": "dexamethasone in g/mL, although the file says ug/mL (see carrgodex/README.md)",
            "t_start_.hr.": "row of the plate's table, counted from 0, at which the fit begins",
            "t_end_.hr.": "row of the plate's table at which it ends",
        },
    ),
    "carrgodex_wells": Entry(
        "carrgodex/flow_ci_correlation_data.csv",
        "what was in each well of the two plates, and tumour cells left at the end",
        _BRUMMER,
        _MIT,
        {"Residual Tumor Count": "cell", "Plated Effector": "cell", "Dex(microgramsperml)": "ug/mL"},
        {
            "Residual Tumor Count": "tumour cells left, by flow cytometry",
            "Residual CI": "cell index left",
            "Plated Effector": "CAR-T cells plated",
            "Dex(microgramsperml)": "dexamethasone",
        },
        {"x": "Residual Tumor Count", "y": "Residual CI", "label": "wells of both plates"},
    ),
}
"""Every dataset by name, in the order of `cartsim.datasets.names`."""
