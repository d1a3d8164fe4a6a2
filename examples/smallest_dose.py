"""The smallest dose that cures, found by halving an interval."""

import cartsim as cs


def left(cells):
    """Tumour cells of the mouse on day 300, after this dose on day 42."""
    mouse = cs.models.barros_2021.with_events(cs.Dose(cells, into="C_T", at=42))
    return cs.simulate(mouse, until=300)["tumour"][-1]


low, high = 1e5, 2e6
while high / low > 1.001:
    middle = (low * high) ** 0.5
    low, high = (low, middle) if left(middle) == 0 else (middle, high)
print(f"{high:.4g} CAR-T cells cure, {low:.4g} do not")

doses = {f"{factor:g} times": cs.Dose(high * factor, into="C_T", at=42) for factor in (0.9, 1, 1.1)}
arms = {label: cs.models.barros_2021.with_events(dose) for label, dose in doses.items()}
ax = cs.plot(cs.simulate(arms, until=300), "tumour", title="Just below, at and above the smallest dose")
cs.plots.save(ax.figure, "smallest_dose.png")
