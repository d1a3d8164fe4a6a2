"""One picture for three purposes: a slide, a column of print, a poster."""

import cartsim as cs

run = cs.simulate(cs.models.kimmel_2021, until=100)
for purpose in ("slide", "print", "poster"):
    ax = cs.plot(run, log=True, title="A lymphoma, and the cells that kill it", for_=purpose)
    cs.plots.save(ax, f"{purpose}.svg")  # its texts stay texts, to be edited in a slide program
    width, height = ax.figure.get_size_inches() * 25.4
    print(f"{purpose}: {width:.0f} by {height:.0f} mm")
cs.plots.save(cs.plot(run, log=True, title="A lymphoma, and the cells that kill it"), "slide.png")
