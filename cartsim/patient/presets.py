"""`cs.patients`: patients to begin with, each a `Model` of one person from leukapheresis to follow-up.

Time is in days, and day 0 is the infusion. Illustrative, not for clinical use.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Any, Unpack

import numpy as np

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.events import Dose, Event
from ..language.model import Model
from .body import blood_cancer, solid_cancer
from .cell_therapy import infusion
from .described import described
from .diseases import DISEASES, Disease
from .grid import grid
from .keywords import EVERYWHERE, KEYWORDS, SOLID_ONLY, Keywords, checked, one_of, yes_or_no
from .manufacturing import HARVEST, THAW, harvest, schedule
from .numbers import fitted, spreads, with_numbers
from .regimens import REGIMENS

__all__ = ["DISEASES", "b_all", "glioblastoma", "grid", "lymphoma", "myeloma", "neuroblastoma", "patient"]

TRANSPORT = 1.0
"""Days between collection and culture, and between harvest and bedside at the least; assumed."""
ADULT = 70.0
"""kg; the room for cells grows with the weight, so that their numbers in 1 uL at rest stay the same."""
_PARAMETERS = {  # keyword: the parameter or species that it sets
    "tumour_burden": "burden",
    "antigen_negative_fraction": "negative",
    "antigen_density": "antigen_density",
    "affinity": "affinity",
    "neutrophils": "ANC_0",
    "platelets": "PLT_0",
    "haemoglobin": "HB_0",
    "ferritin": "FER_0",
    "crp": "CRP_0",
    "access": "access",
    "suppression": "suppression",
    "collected": "A_T",
}
_FACTORS = {"fitness": "p_E", "memory": "k_M", "cytokine_response": "g_IL6"}


@described("b_all")
def b_all(**keywords: Unpack[Keywords]) -> Model:
    """A patient with B-cell acute lymphoblastic leukaemia; see `patient` for the keywords.

    Examples
    --------
    >>> b_all(dose=2e8).start
    -43.0
    """
    return patient("b_all", **keywords)


@described("lymphoma")
def lymphoma(**keywords: Unpack[Keywords]) -> Model:
    """A patient with large B-cell lymphoma; see `patient` for the keywords.

    Examples
    --------
    >>> lymphoma(product="4-1BB").title
    'large B-cell lymphoma, 4-1BB CAR-T cells'
    """
    return patient("lymphoma", **keywords)


@described("myeloma")
def myeloma(**keywords: Unpack[Keywords]) -> Model:
    """A patient with multiple myeloma; see `patient` for the keywords.

    Examples
    --------
    >>> myeloma(product="4-1BB cilta-like").start
    -44.0
    """
    return patient("myeloma", **keywords)


@described("glioblastoma")
def glioblastoma(**keywords: Unpack[Keywords]) -> Model:
    """A patient with glioblastoma; see `patient` for the keywords.

    Examples
    --------
    >>> glioblastoma(access=0.5).values["access"]
    0.5
    """
    return patient("glioblastoma", **keywords)


@described("neuroblastoma")
def neuroblastoma(**keywords: Unpack[Keywords]) -> Model:
    """A patient with neuroblastoma; see `patient` for the keywords.

    Examples
    --------
    >>> neuroblastoma(suppression=0).values["suppression"]
    0.0
    """
    return patient("neuroblastoma", **keywords)


def patient(disease: str, **keywords: Any) -> Model:
    """A patient with a disease, from leukapheresis on.

    Parameters
    ----------
    disease : str
        A key of `DISEASES`.
    **keywords
        Of all diseases: ``product``, ``split`` (shares of the dose, given on days 0, 1, ...),
        ``lymphodepletion`` (True, False or a key of `REGIMENS`), ``dual_target``, ``bridging`` (chemotherapy
        halfway between leukapheresis and infusion), and the numbers of `KEYWORDS`, each with its range.

    Returns
    -------
    Model
        It starts on the day of leukapheresis, ``-vein_to_vein``.

    Raises
    ------
    UnknownNameError
        If the disease, a keyword, the product or the regimen is not known; the nearest is offered.
    ModelError
        If a number is beyond its range, or two keywords contradict each other.

    Examples
    --------
    >>> patient("b_all", vein_to_vein=10)
    Traceback (most recent call last):
    ...
    cartsim.language.errors.ModelError: vein_to_vein=10 days is shorter than manufacturing: ...
    """
    known = one_of("disease", disease, DISEASES, "diseases")
    _check_names(disease, known, keywords)
    chosen = keywords.get("product", known.product)
    product = one_of("product", chosen, known.products, f"products for {disease}")
    model = _typical(disease, chosen)
    usual = {**EVERYWHERE, **known.usual, **product.usual}
    given = {name: checked(name, keywords[name]) for name in KEYWORDS if name in keywords}
    numbers = {**{name: float(value) for name, (value, _) in usual.items()}, **given}
    dual = yes_or_no("dual_target", keywords.get("dual_target", False))
    model = model.with_values(_values(model, numbers, dual=dual))
    conditioning = _conditioning(known, keywords.get("lymphodepletion", True), numbers["vein_to_vein"])
    bridging = yes_or_no("bridging", keywords.get("bridging", False))
    events = (
        *_manufacturing(model, numbers),
        *conditioning,
        *_bridging(bridging, numbers["vein_to_vein"], conditioning),
        *_infusion(numbers["dose"], keywords.get("split", (1.0,))),
    )
    return model._copy(
        name=f"{disease}/{chosen}".replace("-like", ""),
        title=f"{known.title}, {chosen} CAR-T cells",
        start=-numbers["vein_to_vein"],
    ).with_events(*events)


@cache
def _typical(disease: str, product: str) -> Model:
    """The typical patient, before any keyword: every number with its source and its spread."""
    known = DISEASES[disease]
    name = known.products[product].fitted
    base = solid_cancer() if known.solid else blood_cancer()
    seen = {_PARAMETERS.get(keyword, keyword): number for keyword, number in known.usual.items()}
    numbers = {**{key: seen[key] for key in seen if key in base.parameters}, **known.values, **fitted(name)}
    return with_numbers(base, numbers, spreads(name))


def _check_names(disease: str, known: Disease, keywords: dict[str, Any]) -> None:
    offered = [name for name in Keywords.__annotations__ if known.solid or name not in SOLID_ONLY]
    for name in keywords:
        if name not in offered:
            solid = " (that is for solid tumours)" if name in KEYWORDS else ""
            raise UnknownNameError(
                f"a patient with {known.title} has no keyword {name!r}{solid}"
                + suggestion(name, offered, plural="keywords")
            )


def _values(model: Model, numbers: dict[str, float], *, dual: bool) -> dict[str, float]:
    """Parameters and initial amounts that the keywords set."""
    values = {_PARAMETERS[name]: value for name, value in numbers.items() if name in _PARAMETERS}
    values |= {parameter: model.values[parameter] * numbers[name] for name, parameter in _FACTORS.items()}
    values["dual"] = float(dual)
    values |= {name: model.values[name] * numbers["weight"] / ADULT for name in ("V", "K_L", "B_0")}
    values["k_FLU"] = _clearance(numbers["egfr"]) / _clearance(100.0) * model.values["k_FLU"]
    if "doubling_time" in numbers:
        values["r_T"] = math.log(2) / numbers["doubling_time"]
    return values


def _clearance(egfr: float) -> float:
    """Clearance of fludarabine in L/h, as in `fludarabine_cyclophosphamide_pk`."""
    return 3.2 + 0.78 * 0.06 * egfr


def _manufacturing(model: Model, numbers: dict[str, float]) -> tuple[Event, ...]:
    culture, days = numbers["culture_days"], numbers["vein_to_vein"]
    least = TRANSPORT + culture + HARVEST + TRANSPORT + THAW
    if days < least:
        raise ModelError(
            f"vein_to_vein={days:g} days is shorter than manufacturing: {culture:g} days of culture and "
            f"transport need {least:.3g} days; give a longer vein_to_vein=, or fewer culture_days="
        )
    bag = harvest(
        numbers["collected"], culture=culture, transduction=numbers["transduction"], values=model.values
    )
    if numbers["dose"] > bag:
        raise ModelError(
            f"dose={numbers['dose']:.3g} CAR-T cells is more than the bag holds, {bag:.3g}: the batch fails "
            "its release test; give a smaller dose=, or more culture_days=, collected= or transduction="
        )
    return schedule(
        -days,
        transport=TRANSPORT,
        culture=culture,
        transduction=numbers["transduction"],
        dose=numbers["dose"],
    )


def _conditioning(known: Disease, wanted: Any, days: float) -> tuple[Dose, ...]:
    if not isinstance(wanted, str | bool | np.bool_):
        raise ModelError(
            f"lymphodepletion= is True, False or a regimen such as {known.regimen!r}, not {shorten(wanted)}"
        )
    if isinstance(wanted, str):
        chosen = wanted
    elif wanted:
        chosen = known.regimen
    else:
        return ()
    doses: tuple[Dose, ...] = one_of("lymphodepletion", chosen, REGIMENS, "regimens").doses
    first = min(dose.at for dose in doses)
    if first < -days:
        raise ModelError(
            f"vein_to_vein={days:g} days is too short for lymphodepletion={chosen!r}, which begins on day "
            f"{first:g}, before the cells are collected; give a longer vein_to_vein=, or "
            "lymphodepletion=False"
        )
    return doses


def _bridging(wanted: bool, days: float, conditioning: tuple[Dose, ...]) -> tuple[Dose, ...]:
    """Chemotherapy halfway between leukapheresis and infusion, and before lymphodepletion."""
    first = min((dose.at for dose in conditioning), default=0.0)
    if wanted and -days / 2 >= first:
        raise ModelError(
            f"bridging=True gives chemotherapy halfway, on day {-days / 2:g}, but lymphodepletion begins on "
            f"day {first:g} already; give a vein_to_vein= longer than {-2 * first:g} days, or bridging=False"
        )
    return (Dose(1.0, into="CHEMO", at=-days / 2),) if wanted else ()


def _infusion(dose: float, split: Any) -> tuple[Dose, ...]:
    shares = infusion(dose, split=tuple(split) if isinstance(split, np.ndarray) else split)
    return tuple(replace(share, into="C_I") for share in shares)


def __getattr__(name: str) -> Any:
    raise AttributeError(f"there is no patient {name!r}" + suggestion(name, __all__, plural="patients"))
