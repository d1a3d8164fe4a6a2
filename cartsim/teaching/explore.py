"""`explore`: sliders for any model, in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..language.errors import ModelError, shorten
from ..language.model import Model
from ..language.values import finite
from ..questions.controls import presets
from .explorer import Explorer, Pin

__all__ = ["Explorer", "Pin", "explore"]

MOST = 50
"""Models to choose from; a cohort has more."""


def explore(
    model: Model | Mapping[str, Model],
    what: str | Iterable[str] | None = None,
    *,
    until: float | None = None,
    live: bool = True,
) -> Explorer:
    """Sliders for a model, its curves and its read-outs, in a notebook.

    Parameters
    ----------
    model : Model or mapping of str to Model
        Any model or patient, also one's own. The models of a mapping can be chosen by their labels.
    what : str or iterable of str, optional
        Which curves: species, observables, roles, ...; by default the tumour and the CAR-T cells, or else the
        first six species.
    until : float, optional
        The end of the runs, in the model's unit of time.
    live : bool
        Whether the picture follows while a slider moves; else it waits until the slider is released.

    Returns
    -------
    Explorer
        Shown by Jupyter. ``.values``, ``.model``, ``.run`` and ``.code()`` are what the sliders have made;
        ``.set(name=value)``, ``.pin()`` and ``.reset()`` do what they do. Without a notebook it has all of
        that, and shows the picture alone.

    Raises
    ------
    ModelError
        If it is not a model, or one that cannot be solved as it is.
    UnknownNameError
        If `what` names nothing in the model; the nearest is offered.

    Examples
    --------
    >>> import cartsim as cs
    >>> explorer = explore(cs.models.barros_2021.variant("single_2e6"), until=200)
    >>> explorer.set(dose=1e6, gamma=4e-6)
    >>> explorer.moved
    {'dose': 1000000.0, 'gamma': 4e-06}
    >>> print(explorer.code())
    import cartsim as cs
    <BLANKLINE>
    model = cs.models.barros_2021.variant("single_2e6")
    model = model.with_values(gamma=4e-06)
    events = list(model.events)
    events[0] = cs.Dose(1e+06, into="C_T", at=42)
    model = model.without_events().with_events(*events)
    run = cs.simulate(model, until=200)
    cs.plot(run, ["tumour", "car_t"])
    """
    if isinstance(model, Model):
        models = presets(model)
    elif isinstance(model, Mapping) and len(model) > MOST:
        raise ModelError(
            f"{len(model)} models are too many to choose from; explore one of them, or at most {MOST}"
        )
    elif isinstance(model, Mapping) and model:
        models = {str(label): one for label, one in model.items()}
    else:
        raise ModelError(f"explore takes a model or a mapping of labels to models, not {shorten(model)}")
    for label, one in models.items():
        if not isinstance(one, Model):
            raise ModelError(f"explore takes labels with models; {label!r} holds {shorten(one)}")
    names = None if what is None else (what,) if isinstance(what, str) else tuple(what)
    end = None if until is None else finite(until, "until")
    return Explorer(models, names, until=end, live=live)
