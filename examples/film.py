"""A film for a slide: the curves grow, and in the diagram the arrows swell with what flows; no ffmpeg."""

import cartsim as cs

mouse = cs.models.barros_2021.variant("fig4c")
run = cs.simulate(mouse, until=120)
cs.plots.animate(run, title="A small dose, and the tumour escapes", seconds=5).save("film.gif")
cs.plots.animate_diagram(run, seconds=5).save("diagram.gif")
print(f"day {run.t[-1]:.0f}: {run['T'][-1]:.2g} tumour cells")
