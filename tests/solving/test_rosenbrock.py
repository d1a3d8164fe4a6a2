"""The steps of Rodas5P: the order of its table, of its solutions and of its dense output."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from cartsim.language.batched import batched
from cartsim.language.compile import compiled
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving.rodas5p import GAMMA, STAGES, TIME_INCREMENT, TIME_OF_STAGE, A, C, D
from cartsim.solving.rosenbrock import Rosenbrock


def _model(
    initial: dict[str, float], parameters: dict[str, float], rates: dict[str, tuple[str, str]]
) -> Model:
    return Model(
        "steps",
        species={name: Species(value) for name, value in initial.items()},
        parameters={name: Parameter(value) for name, value in parameters.items()},
        processes={name: Process(flow, rate) for name, (flow, rate) in rates.items()},
    )


VAN_DER_POL = _model(
    {"x": 2.0, "v": 0.0},
    {"mu": 3.0},
    {"position": ("-> x", "v"), "velocity": ("-> v", "mu*(1 - x*x)*v - x")},
)
LOGISTIC = _model({"T": 0.1}, {"r": 1.5, "b": 0.4}, {"growth": ("-> T", "r*T*(1 - b*T)")})
FORCED = _model(
    {"A": 1.0, "B": 0.2},
    {"k": 1.3, "w": 2.0},
    {
        "turning": ("A -> B", "k*A*A*(1 + 0.5*tanh(w*t))"),
        "coming": ("-> A", "exp(-t)"),
        "loss": ("B ->", "k*B*exp(-0.3*t)"),
    },
)


def _stiff(speed: float) -> Model:
    """A fast amount drawn to a slow one, with a known solution (Kaps): y1 = exp(-2t), y2 = exp(-t)."""
    return _model(
        {"y1": 1.0, "y2": 1.0},
        {"e": speed},
        {"fast": ("-> y1", "-(e + 2)*y1 + e*y2*y2"), "slow": ("-> y2", "y1 - y2*(1 + y2)")},
    )


def _stepper(model: Model) -> Rosenbrock:
    return Rosenbrock(batched(model.structure), 1e-6, np.full(len(model.species), 1e-9))


def _start(model: Model, n: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y = np.array([[float(s.initial)] * n for s in model.species.values()])
    p = np.array([[value] * n for value in model.values.values()]).reshape(-1, n)
    return y, p, np.array([[-np.inf] * n, [np.inf] * n])


def _walk(model: Model, until: float, steps: int) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """The end of `steps` equal steps, and times and states from inside each of them."""
    stepper, (y, p, inside), h = _stepper(model), _start(model), np.array([until / steps])
    between = []
    for i in range(steps):
        t = np.array([i * until / steps])
        attempt = stepper.attempt(t, h, y, p, None, inside)
        dense = attempt.inside(np.array([0]))
        for x in (0.21, 0.5, 0.83):
            between.append((t + x * h, dense(np.array([x]))))
        y = attempt.y_new
    return y[:, 0], between


def _reference(model: Model, until: float) -> Callable[[np.ndarray], np.ndarray]:
    slope = compiled(model.structure).right_hand_side(list(model.values.values()))
    y0 = [float(s.initial) for s in model.species.values()]
    found = solve_ivp(
        lambda t, y: np.array(slope(t, y)),
        (0, until),
        y0,
        method="DOP853",
        rtol=3e-14,
        atol=1e-15,
        dense_output=True,
    )
    return found.sol


def _observed(steps: list[int], errors: list[float]) -> float:
    """The slope of the error in logarithms, by least squares."""
    return float(-np.polyfit(np.log(steps), np.log(errors), 1)[0])


@pytest.mark.parametrize(
    ("model", "until", "steps"),
    [
        pytest.param(VAN_DER_POL, 1.5, [24, 32, 48, 64, 96], id="van der Pol"),
        pytest.param(LOGISTIC, 3.0, [12, 16, 24, 32, 48], id="logistic"),
        pytest.param(FORCED, 2.0, [24, 32, 48, 64], id="rates that change with time"),
    ],
)
def test_fixed_steps_converge_with_order_five_and_the_dense_output_with_four(
    model: Model, until: float, steps: list[int]
) -> None:
    reference = _reference(model, until)
    exact = reference(until)
    at_end, inside = [], []
    for n in steps:
        y, between = _walk(model, until, n)
        at_end.append(float(np.abs(y - exact).max()))
        inside.append(max(float(np.abs(y[:, 0] - reference(t[0])).max()) for t, y in between))
    assert min(at_end) > 1e-13, "the errors must stand clear of the rounding and of the reference"
    assert _observed(steps, at_end) >= 4.6
    assert _observed(steps, inside) >= 3.7


def test_a_logistic_agrees_with_its_formula() -> None:
    (T,), _ = _walk(LOGISTIC, 3.0, 100)
    growth = np.exp(1.5 * 3.0)
    assert pytest.approx(0.1 * growth / (1 + 0.4 * 0.1 * (growth - 1)), rel=1e-10) == T


def test_a_patient_in_a_row_of_patients_converges_with_the_forced_rates_of_its_own_time() -> None:
    stepper, h = _stepper(FORCED), np.array([0.01, 0.02, 0.04])
    y, p, inside = _start(FORCED, 3)
    t = np.array([0.0, 0.5, 1.0])
    together = stepper.attempt(t, h, y, p, None, inside)
    for i in range(3):
        alone = stepper.attempt(t[[i]], h[[i]], y[:, [i]], p[:, [i]], None, inside[:, [i]])
        np.testing.assert_allclose(together.y_new[:, i], alone.y_new[:, 0], rtol=1e-14)
        np.testing.assert_allclose(together.error[i], alone.error[0], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("speed", [1e3, 1e6, 1e9])
def test_a_stiff_amount_on_its_slow_curve_is_followed_with_steps_far_longer_than_its_own_time(
    speed: float,
) -> None:
    exact = np.exp([-2.0, -1.0])
    errors = [float(np.abs(_walk(_stiff(speed), 1.0, n)[0] - exact).max()) for n in (10, 20, 40)]
    assert errors[0] < 2e-6
    assert errors[2] < errors[0] / 30 or errors[2] < 1e-9


def test_an_amount_that_is_lost_infinitely_fast_is_gone_after_one_step() -> None:
    model = _model({"A": 1.0}, {"k": 1e12}, {"loss": ("A ->", "k*A")})
    y, p, inside = _start(model)
    attempt = _stepper(model).attempt(np.zeros(1), np.ones(1), y, p, None, inside)
    assert abs(attempt.y_new[0, 0]) < 1e-10


def test_the_error_estimate_falls_with_the_fifth_power_and_is_not_below_the_true_error() -> None:
    y, p, inside = _start(VAN_DER_POL)
    reference = _reference(VAN_DER_POL, 1.0)
    steps, estimates = [0.004, 0.008, 0.016], []
    stepper = _stepper(VAN_DER_POL)
    for h in steps:
        attempt = stepper.attempt(np.zeros(1), np.array([h]), y, p, None, inside)
        estimate = float(np.abs(attempt.stages[-1]).max())
        estimates.append(estimate)
        assert np.abs(attempt.y_new[:, 0] - reference(h)).max() < estimate
    assert 4.5 <= -_observed(steps, estimates) <= 6.5


def test_an_infusion_is_part_of_every_stage() -> None:
    model = _model({"A": 0.0}, {"k": 0.7}, {"loss": ("A ->", "k*A")})
    y, p, inside = _start(model)
    attempt = _stepper(model).attempt(np.zeros(1), np.array([0.2]), y, p, np.array([[3.0]]), inside)
    assert attempt.y_new[0, 0] == pytest.approx(3.0 / 0.7 * (1 - np.exp(-0.14)), rel=1e-8)


def test_the_dense_output_begins_and_ends_with_the_step() -> None:
    y, p, inside = _start(FORCED)
    attempt = _stepper(FORCED).attempt(np.zeros(1), np.array([0.1]), y, p, None, inside)
    dense = attempt.inside(np.array([0]))
    np.testing.assert_array_equal(dense(np.zeros(1)), attempt.y)
    np.testing.assert_array_equal(dense(np.ones(1)), attempt.y_new)


def test_no_rate_is_evaluated_outside_the_given_times() -> None:
    model = _model({"A": 0.0}, {"t0": 1.0}, {"made": ("-> A", "5*step(t - t0)")})
    y, p, _ = _start(model)
    inside = np.array([[0.0], [np.nextafter(1.0, 0.0)]])
    attempt = _stepper(model).attempt(np.array([0.5]), np.array([0.5]), y, p, None, inside)
    assert attempt.y_new[0, 0] == 0.0


def test_a_step_through_a_division_by_zero_is_never_acceptable() -> None:
    model = _model({"A": 0.0, "B": 1.0}, {}, {"made": ("-> B", "1/A"), "loss": ("B ->", "B")})
    y, p, inside = _start(model)
    attempt = _stepper(model).attempt(np.zeros(1), np.array([0.1]), y, p, None, inside)
    assert not attempt.error[0] <= 1.0


# ------------------------------------------------------------------ the table
#
# In the form of Hairer and Wanner IV.7 the table is (Gamma, alpha) transformed: with G the lower triangular
# matrix of all gammas (GAMMA on its diagonal), C = I/GAMMA - inv(G) and A = alpha @ inv(G). So G and alpha
# come back from it, and must fulfil the conditions of the orders.


def _back() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """alpha, G, and the weights b of the solution."""
    G = np.linalg.inv(np.eye(STAGES) / GAMMA - C)
    m = A[-1].copy()
    m[-1] = 1.0
    return A @ G, G, m @ G


def test_the_table_is_lower_triangular() -> None:
    assert not np.triu(A).any()
    assert not np.triu(C).any()
    assert D.shape == (3, STAGES)


def test_the_last_three_stages_are_solutions_of_one_another() -> None:
    unit = np.eye(STAGES)
    np.testing.assert_array_equal(A[6], A[5] + unit[5])
    np.testing.assert_array_equal(A[7], A[6] + unit[6])


def test_the_last_three_stages_stand_at_the_end_of_the_step() -> None:
    np.testing.assert_allclose(TIME_OF_STAGE[5:], 1.0, atol=2e-13)
    assert TIME_OF_STAGE[0] == 0.0
    assert ((TIME_OF_STAGE >= 0.0) & (TIME_OF_STAGE <= 1.0 + 1e-12)).all()


def test_the_place_and_the_increment_in_time_are_the_row_sums_of_the_method() -> None:
    alpha, G, _ = _back()
    np.testing.assert_allclose(TIME_OF_STAGE, alpha.sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(TIME_INCREMENT, G.sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(np.diag(G), GAMMA, rtol=1e-13)


def test_time_itself_arrives_at_the_end_of_the_step() -> None:
    assert TIME_OF_STAGE[-1] + TIME_INCREMENT[-1] == pytest.approx(1.0, abs=2e-13)
    assert TIME_INCREMENT[-1] == pytest.approx(0.0, abs=2e-13)


def test_the_table_fulfils_the_conditions_of_order_five() -> None:
    """All 17 trees of order 1 to 5, in the form of Hairer and Wanner IV.7, Table 7.1 (a Rosenbrock method:
    at a node with one branch stands alpha + gamma, at one with several stands alpha)."""
    alpha, G, b = _back()
    beta, one = alpha + G, np.ones(STAGES)
    a, e = alpha @ one, beta @ one
    conditions = {
        "1": (b @ one, 1),
        "2": (b @ e, 1 / 2),
        "3 bushy": (b @ a**2, 1 / 3),
        "3 tall": (b @ beta @ e, 1 / 6),
        "4 bushy": (b @ a**3, 1 / 4),
        "4 mixed": (b @ (a * (alpha @ e)), 1 / 8),
        "4 top": (b @ beta @ a**2, 1 / 12),
        "4 tall": (b @ beta @ beta @ e, 1 / 24),
        "5 bushy": (b @ a**4, 1 / 5),
        "5 a a ae": (b @ (a**2 * (alpha @ e)), 1 / 10),
        "5 a, alpha a2": (b @ (a * (alpha @ a**2)), 1 / 15),
        "5 a, alpha beta e": (b @ (a * (alpha @ beta @ e)), 1 / 30),
        "5 (alpha e)2": (b @ (alpha @ e) ** 2, 1 / 20),
        "5 beta a3": (b @ beta @ a**3, 1 / 20),
        "5 beta a alpha e": (b @ beta @ (a * (alpha @ e)), 1 / 40),
        "5 beta beta a2": (b @ beta @ beta @ a**2, 1 / 60),
        "5 tall": (b @ beta @ beta @ beta @ e, 1 / 120),
    }
    wrong = {
        name: found - wanted for name, (found, wanted) in conditions.items() if abs(found - wanted) > 1e-9
    }
    assert not wrong


def test_the_embedded_solution_has_order_four_and_not_five() -> None:
    alpha, G, _ = _back()
    beta, one = alpha + G, np.ones(STAGES)
    b, a, e = A[-1] @ G, alpha @ one, beta @ one
    four = {
        b @ one: 1,
        b @ e: 1 / 2,
        b @ a**2: 1 / 3,
        b @ beta @ e: 1 / 6,
        b @ a**3: 1 / 4,
        b @ (a * (alpha @ e)): 1 / 8,
        b @ beta @ a**2: 1 / 12,
        b @ beta @ beta @ e: 1 / 24,
    }
    np.testing.assert_allclose(list(four), list(four.values()), atol=1e-9)
    assert abs(b @ a**4 - 1 / 5) > 1e-6


def test_the_method_forgets_what_is_infinitely_fast() -> None:
    """The stability function R(z) = 1 + z*b*inv(I - z*(alpha + G))*1 vanishes far to the left (L-stable)."""
    alpha, G, b = _back()
    beta, one = alpha + G, np.ones(STAGES)

    def R(z: complex) -> complex:
        return 1 + z * (b @ np.linalg.solve(np.eye(STAGES) - z * beta, one))

    assert abs(R(-1e8)) < 1e-5
    assert abs(R(-1e-2) - np.exp(-1e-2)) < 1e-13
    assert max(abs(R(1j * w)) for w in np.geomspace(1e-2, 1e4, 400)) <= 1.0 + 1e-9
