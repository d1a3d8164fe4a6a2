"""`solve_by_chance`: runs that advance together, each a `Run` whose cells are whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..language.errors import SolveError
from ..language.model import Model
from .cells import Census
from .chance import COMPANY, Chance
from .job import Span
from .leaps import MAX_STEPS, Leaps
from .recorder import Recorder
from .rounds import solve_in_rounds
from .run import Run
from .signs import guard_of
from .trajectory import Trajectory

Array = NDArray[np.float64]


class ChanceRun(Run):
    """A run in which what is counted is whole from the start and after every dose.

    Parameters
    ----------
    model, start, until, recorder
        As in `Run`.
    census : Census
    chance : Generator
    """

    def __init__(
        self,
        model: Model,
        start: float,
        until: float,
        recorder: Recorder,
        census: Census,
        chance: np.random.Generator,
    ) -> None:
        self._census, self._chance = census, chance
        super().__init__(model, start, until, recorder)

    def _initial(self) -> Array:
        return self._census.whole(super()._initial(), self._chance)

    def _begin(self) -> None:
        super()._begin()
        self.y = self._census.whole(self.y, self._chance)


def solve_by_chance(
    model: Model, census: Census, span: Span, chance: Chance, runs: int
) -> Iterator[tuple[int, Trajectory | SolveError]]:
    """Whole companies of runs.

    Parameters
    ----------
    model : Model
    census : Census
    span : Span
    chance : Chance
        Of these companies.
    runs : int
        As many as the companies have.

    Yields
    ------
    (int, Trajectory or SolveError)
        The number of a run among them, from 0, and what became of it.

    Raises
    ------
    ModelError
        If the model does not fit, which is then so for all of them.
    """
    begin, until = span.begin(model), span.until
    made: list[Leaps] = []

    def run_of(i: int) -> Run:
        return ChanceRun(model, begin, until, span.recorder(model), census, chance.stream(i // COMPANY))

    def engine_of(run: Run) -> Leaps:
        guard, trees = guard_of(model, census, begin, until), run.watch.trees
        made.append(Leaps(model, census, trees, chance, runs=runs, begin=begin, until=until, guard=guard))
        return made[0]

    everyone = ((str(i), partial(run_of, i)) for i in range(runs))
    for label, answer in solve_in_rounds(everyone, engine_of, flight=runs):
        if isinstance(answer, Trajectory):
            yield int(label), answer
        elif isinstance(answer, SolveError):
            tired = answer.time in made[0].exhausted
            yield int(label), _too_much(model, answer) if tired else answer
        else:
            raise answer


def _too_much(model: Model, error: SolveError) -> SolveError:
    return SolveError(
        f"{model.name!r} was given up at {model.time} {error.time:.6g}: too much happens among few cells "
        f"around {error.species!r}, more than {MAX_STEPS:,} steps between two events of the model; "
        "end sooner, or use simulate(...) where chance does not matter",
        time=error.time,
        species=error.species,
        partial=error.partial,
    )
