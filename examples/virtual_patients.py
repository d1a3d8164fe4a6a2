"""A thousand virtual mice: who escapes, and the same mice under a larger dose."""

import cartsim as cs

mouse = cs.models.barros_2021.with_events(cs.Dose(4e5, into="C_T", at=42))
mice = cs.cohort(mouse, 1000, spread={"phi": 0.1, "gamma": 0.3, "r": 0.1}, seed=1)
larger = mice.without_events().with_events(cs.Dose(2e6, into="C_T", at=42))

arms = {"0.4 million": cs.simulate(mice, until=200), "2 million": cs.simulate(larger, until=200)}
ax = cs.plots.fan(arms, "tumour", title="The same thousand mice under two doses")
cs.plots.save(ax.figure, "virtual_patients.png")

escaped = {}
for dose, runs in arms.items():
    escaped[dose] = runs.array("tumour")[:, -1] > 1e6
    print(f"{dose}: {escaped[dose].mean():.0%} have more than a million tumour cells on day 200")
rescued = escaped["0.4 million"] & ~escaped["2 million"]
print(f"rescued by the larger dose: {rescued.sum()} of {len(rescued)}")
