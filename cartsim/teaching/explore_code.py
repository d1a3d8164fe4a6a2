"""The lines of Python that make a curve without sliders, to be copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..language.events import Change, Dose, Event, Infusion
from ..language.model import Model


def code_for(model: Model, given: Model, until: float, names: Sequence[str]) -> str:
    """Python that makes `model`, solves and draws it.

    Parameters
    ----------
    model : Model
        As the sliders have made it.
    given : Model
        From which they began.
    until : float
        The end of the run.
    names : sequence of str
        The curves.

    Returns
    -------
    str
        Several lines. What begins neither with a published model nor with a typical patient begins with the
        name ``model``, which must be the one that was given.

    Examples
    --------
    >>> import cartsim as cs
    >>> mouse = cs.models.barros_2021
    >>> print(code_for(mouse.with_values(r=0.07), mouse, 200.0, ["tumour"]))
    import cartsim as cs
    <BLANKLINE>
    model = cs.models.barros_2021
    model = model.with_values(r=0.07)
    run = cs.simulate(model, until=200)
    cs.plot(run, ["tumour"])
    """
    origin = next((one for one in _origins(given) if _same_equations(one[1], model)), None)
    first, begun = origin if origin is not None else ("model  # the one that you gave to cs.explore", given)
    lines = ["import cartsim as cs", "", f"model = {first}".replace("model = model  #", "model  #")]
    lines += [*_values(begun, model), *_events(begun.events, model.events)]
    shown = ", ".join(f'"{name}"' for name in names)
    return "\n".join([*lines, f"run = cs.simulate(model, until={until:g})", f"cs.plot(run, [{shown}])"])


def _origins(given: Model) -> Iterator[tuple[str, Model]]:
    """Models that can be had by a short expression, the likeliest first."""
    from .. import models
    from ..patient.diseases import DISEASES
    from ..patient.presets import patient

    name, _, label = given.name.partition("/")
    if name in DISEASES and label in DISEASES[name].products:
        yield f'cs.patients.{name}(product="{label}")', patient(name, product=label)
    elif name in models.INDEX:
        whole: Model = getattr(models, name)
        if label in whole.variants:
            yield f'cs.models.{name}.variant("{label}")', whole.variant(label)
        yield f"cs.models.{name}", whole


def _same_equations(origin: Model, model: Model) -> bool:
    """Whether numbers and events are all that can differ."""
    return (
        origin.start == model.start
        and origin.time == model.time
        and origin.processes == model.processes
        and origin.definitions == model.definitions
        and origin.species.keys() == model.species.keys()
        and origin.parameters.keys() == model.parameters.keys()
        and all(origin.species[n].extinct_below == s.extinct_below for n, s in model.species.items())
    )


def _values(before: Model, after: Model) -> list[str]:
    old = {**before.values, **{name: one.initial for name, one in before.species.items()}}
    new = {**after.values, **{name: one.initial for name, one in after.species.items()}}
    changed = [
        f"{name}={_text(value)}"
        for name, value in new.items()
        if value != old[name] and not isinstance(value, str)
    ]
    return [f"model = model.with_values({', '.join(changed)})"] if changed else []


def _events(before: Sequence[Event], after: Sequence[Event]) -> list[str]:
    """Lines that turn one list of events into the other."""
    if tuple(before) == tuple(after):
        return []
    texts = [event_code(event) for event in after]
    if after[: len(before)] == before:
        return [f"model = model.with_events({', '.join(texts[len(before) :])})"]
    if len(before) == len(after):
        changed = [i for i, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        edits = [f"events[{i}] = {texts[i]}" for i in changed]
        lines = ["events = list(model.events)", *edits]
    else:
        lines = ["events = [", *(f"    {text}," for text in texts), "]"]
    return [*lines, "model = model.without_events().with_events(*events)"]


def event_code(event: Event) -> str:
    """An event as Python makes it.

    Examples
    --------
    >>> event_code(Dose(3e8, into="C_I"))
    'cs.Dose(3e+08, into="C_I", at=0)'
    """
    if isinstance(event, Dose):
        return f'cs.Dose({_text(event.amount)}, into="{event.into}", at={_text(event.at)})'
    if isinstance(event, Infusion):
        when = f"start={_text(event.start)}, duration={_text(event.duration)}"
        return f'cs.Infusion({_text(event.amount)}, into="{event.into}", {when})'
    if isinstance(event, Change):
        numbers = (("factor", event.factor), ("to", event.to), ("start", event.start), ("stop", event.stop))
        given = ", ".join(f"{name}={_text(value)}" for name, value in numbers if value is not None)
        return f'cs.Change("{event.parameter}", {given})'
    actions = "".join(f"{event_code(action)}, " for action in event.actions)
    often = f"delay={_text(event.delay)}, at_most={event.at_most}, apart={_text(event.apart)}"
    return f'cs.When("{event.condition}", then=({actions}), {often})'


def _text(number: float) -> str:
    """The shortest text that reads back as the same number."""
    plain = f"{number:g}"
    return plain if float(plain) == number else repr(float(number))
