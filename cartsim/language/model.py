"""`Model`: a list of named processes and everything they need, frozen.

A treated patient is a Model, and so is a patient with other numbers: `Model.with_values` and
`Model.with_events` return new models and leave the old one as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from numbers import Real
from types import MappingProxyType
from typing import Any, Self

from .checks import Structure, check_structure
from .errors import ModelError, UnknownNameError, shorten, suggestion
from .events import Event, check_events_given
from .parts import Observable, Parameter, Process, Source, Species, Variant
from .targets import check_events
from .values import amount, finite, frozen, text


@dataclass(frozen=True, repr=False)
class Model:
    """A system of ordinary differential equations, written as named processes.

    Parameters
    ----------
    name : str
        What the model is called, in letters, digits and ``_ - . /``.
    species : mapping of str to Species or float
        The amounts that change. A bare number is an initial amount without unit.
    parameters : mapping of str to Parameter or float
        The numbers that stay. A bare number has no unit.
    processes : mapping of str to Process
        What flows where, and how fast.
    definitions : mapping of str to str
        Named sub-expressions, in any order.
    observables : mapping of str to Observable or str
        Named outputs.
    roles : mapping of str to str
        What a quantity *is* (``tumour``, ``car_t``, ``il6``, ...), as arithmetic on the model's names.
    events : sequence of Event
        Doses, infusions, changes and rules.
    variants : mapping of str to Variant
        Other sets of numbers for the same equations.
    time : str
        The unit of time.
    start : float
        The time at which a run begins, unless told otherwise.
    title : str
        One line that says what the model shows.
    source : Source, optional
        Where it comes from.

    Raises
    ------
    ModelError
        If a name is unknown, used twice or not allowed, if definitions form a circle, or if units disagree.
        The sentence says which part and the likely fix.

    Examples
    --------
    >>> growth = Model(
    ...     "growth",
    ...     species={"T": Species(1e6, "cell")},
    ...     parameters={"r": Parameter(0.1, "1/day")},
    ...     processes={"birth": Process("-> T", "r * T")},
    ... )
    >>> print(growth)
    growth (time in day)
      dT/dt = r*T
    """

    name: str
    _: KW_ONLY
    species: Mapping[str, Species]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    processes: Mapping[str, Process] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    observables: Mapping[str, Observable] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    variants: Mapping[str, Variant] = field(default_factory=dict)
    time: str = "day"
    start: float = 0.0
    title: str = ""
    source: Source | None = None
    structure: Structure = field(init=False, compare=False)

    def __post_init__(self) -> None:
        def put(name: str, value: Any) -> None:
            object.__setattr__(self, name, value)

        _check_model_name(self.name, "a model")
        put("species", _wrapped(self.species, Species, "species"))
        put("parameters", _wrapped(self.parameters, Parameter, "parameters"))
        put("processes", _wrapped(self.processes, Process, "processes"))
        put("definitions", _wrapped(self.definitions, str, "definitions"))
        put("observables", _wrapped(self.observables, Observable, "observables"))
        put("roles", _wrapped(self.roles, str, "roles"))
        put("variants", _wrapped(self.variants, Variant, "variants"))
        put("start", finite(self.start, f"the start of {self.name!r}"))
        text(self.time, "the unit of time")
        text(self.title, "the title of a model")
        if self.source is not None and not isinstance(self.source, Source):
            raise ModelError(f"the source of {self.name!r} must be Source(...), not {shorten(self.source)}")
        put("structure", check_structure(self))
        put("events", check_events_given(self.events))
        check_events(self, self.events)
        for label, variant in self.variants.items():
            _check_model_name(label, f"a variant of {self.name!r}")
            try:
                self.with_values(variant.values).with_events(*variant.events)
            except ModelError as error:
                raise ModelError(f"variant {label!r} of {self.name!r}: {error}") from None

    # -------------------------------------------------------------- new models from this one

    def with_values(self, values: Mapping[str, float] | None = None, /, **named: float) -> Model:
        """A copy with other parameter values or initial amounts.

        Parameters
        ----------
        values, **named : float
            New numbers by the name of a parameter (its value) or a species (its initial amount).

        Raises
        ------
        UnknownNameError
            If a name is neither; the nearest one is offered.
        ModelError
            If a number is not finite, or an initial amount is negative.
        """
        species, parameters = dict(self.species), dict(self.parameters)
        for name, value in {**frozen(values, "values"), **named}.items():
            if name in parameters:
                parameters[name] = _changed(parameters[name], "value", finite(value, f"parameter {name!r}"))
            elif name in species:
                initial = amount(value, f"the initial amount of {name!r}")
                species[name] = _changed(species[name], "initial", initial)
            else:
                raise UnknownNameError(
                    f"{shorten(name)} is neither a parameter nor a species of {self.name!r}"
                    + suggestion(name, [*parameters, *species], plural="parameters and species")
                )
        return self._copy(species=MappingProxyType(species), parameters=MappingProxyType(parameters))

    def with_events(self, *events: Event | tuple[Event, ...]) -> Model:
        """A copy with these events added to those it has; a therapy's tuple of events counts as its events.

        Raises
        ------
        UnknownNameError
            If an event names what the model has not.
        """
        added = check_events_given(events)
        check_events(self, added)
        return self._copy(events=self.events + added)

    def without_events(self) -> Model:
        """A copy to which nothing is done."""
        return self._copy(events=())

    def variant(self, label: str) -> Model:
        """The model with the numbers (and events) of one of its `variants`, named ``model/label``.

        Raises
        ------
        UnknownNameError
            If there is no such variant; the nearest one is offered.
        """
        if not isinstance(label, str) or label not in self.variants:
            raise UnknownNameError(
                f"{self.name!r} has no variant {shorten(label)}"
                + suggestion(label, self.variants, plural="variants")
            )
        chosen = self.variants[label]
        changed = self.with_values(chosen.values).with_events(*chosen.events)
        return changed._copy(name=f"{self.name}/{label}")

    def _copy(self, **changes: Any) -> Self:
        """A copy with checked fields replaced; the structure, and so the compiled code, is shared."""
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy.__dict__.update(changes)
        return copy

    # -------------------------------------------------------------- what it holds

    @property
    def values(self) -> dict[str, float]:
        """Every parameter's value by name."""
        return {name: parameter.value for name, parameter in self.parameters.items()}

    def role(self, role: str) -> str:
        """The arithmetic behind a role.

        Raises
        ------
        UnknownNameError
            If the model lacks the role; the roles it has are named.
        """
        if not isinstance(role, str) or role not in self.roles:
            raise UnknownNameError(
                f"{self.name!r} has no role {shorten(role)}" + suggestion(role, self.roles, plural="roles")
            )
        return self.roles[role]

    def to_dict(self) -> dict[str, Any]:
        """The model as plain data for JSON: texts, numbers, lists and mappings only."""
        from .serial import to_dict

        return to_dict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Model:
        """The model that `data` (from `to_dict`, or a stranger's JSON file) describes; no code is run.

        Raises
        ------
        ModelError
            If a key is missing or unknown, or what it holds is not a model.
        """
        from .serial import from_dict

        return from_dict(data)

    def __reduce__(self) -> tuple[Any, ...]:
        return Model.from_dict, (self.to_dict(),)

    def __hash__(self) -> int:
        return hash((self.name, frozenset(self.species), frozenset(self.values.items()), self.events))

    def __str__(self) -> str:
        from .describe import equations_text

        return equations_text(self)

    def __repr__(self) -> str:
        return (
            f"<Model {self.name}: {len(self.species)} species, {len(self.processes)} processes, "
            f"{len(self.parameters)} parameters, {len(self.events)} events>"
        )

    def _repr_html_(self) -> str:
        from .describe import equations_html

        return equations_html(self)


def _changed(part: Any, attribute: str, value: float) -> Any:
    """A copy of a parameter or species with one number, already checked, in place of its own.

    Ten times faster than `dataclasses.replace`, which checks everything again; a cohort makes thousands.
    """
    copy = object.__new__(type(part))
    copy.__dict__.update(part.__dict__)
    copy.__dict__[attribute] = value
    return copy


def _check_model_name(name: Any, what: str) -> None:
    allowed = isinstance(name, str) and 0 < len(name) <= 100 and name.isascii()
    if not allowed or not all(c.isalnum() or c in "_-./ " for c in name):
        raise ModelError(
            f"the name of {what} must be a short ASCII text in letters, digits and '_-./', "
            f"not {shorten(name)}"
        )


def _wrapped(mapping: Any, kind: type, what: str) -> Mapping[str, Any]:
    """The mapping with bare numbers and texts made into parts, or an error that names the entry."""
    result = {}
    for name, value in frozen(mapping, what).items():
        number = isinstance(value, Real) and not isinstance(value, bool)
        bare_number = number and kind in (Species, Parameter)
        bare_text = kind is Observable and isinstance(value, str)
        if kind is str and number:
            value = repr(finite(value, f"{what} {shorten(name)}"))
        try:
            result[name] = kind(value) if bare_number or bare_text else value
        except ModelError as error:
            raise ModelError(f"{what} {shorten(name)}: {error}") from None
        if not isinstance(result[name], kind):
            wanted = "a text" if kind is str else f"{kind.__name__}(...)"
            raise ModelError(f"{what} {shorten(name)} must be {wanted}, not {shorten(value)}")
    return frozen(result, what)
