"""Event-free survival of sixty virtual patients under each of two products."""

import cartsim as cs

arms = {}
for product in ("CD28", "4-1BB"):
    people = cs.cohort(cs.patients.lymphoma(product=product), 60, seed=1)
    arms[product] = cs.simulate(people, until=365, every=3, method="batch")
ax = cs.plots.survival(arms, title="Virtual patients with lymphoma under two products")
cs.plots.save(ax, "event_free.png")
for product, runs in arms.items():
    days = cs.readouts(runs)["event_free_days"].values
    print(f"{product}: {(days >= 180).mean():.0%} are free of events on day 180")
