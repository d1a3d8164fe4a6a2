"""How an explorer looks in a notebook: its style sheet, and the table of read-outs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .explore_words import against, counted_from

if TYPE_CHECKING:
    from .explorer import Explorer

CSS = """
.cartsim-explore { max-width: 1180px; }
.cartsim-explore .cartsim-tools { flex-flow: row wrap; gap: 4px 8px; align-items: center; }
.cartsim-explore .cartsim-both { flex-flow: row wrap; gap: 12px; align-items: flex-start; }
.cartsim-explore .cartsim-picture { flex: 3 1 460px; min-width: 300px; overflow: hidden; }
.cartsim-explore .cartsim-sliders { flex: 2 1 300px; min-width: 280px; max-height: 640px; overflow: auto; }
.cartsim-explore .cartsim-slider { flex-flow: row wrap; height: auto; }
.cartsim-explore .cartsim-slider > .widget-label {
  width: 100%; text-align: left; line-height: 1.2; height: auto; white-space: normal; margin: 0; }
.cartsim-explore .cartsim-slider > .slider-container { margin: 7px 10px 6px; }
.cartsim-explore .cartsim-group .jp-Collapse-contents { padding: 2px 8px 6px; }
.cartsim-explore .cartsim-alt {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.cartsim-explore .cartsim-said { color: #a33b00; font-weight: 600; margin: 4px 0; line-height: 1.35; }
.cartsim-explore .cartsim-note { color: #777; font-size: 85%; margin: 0; }
.cartsim-explore .cartsim-pin, .cartsim-explore .cartsim-pin > div { line-height: 1.3; }
.cartsim-explore .cartsim-code { white-space: pre-wrap; line-height: 1.35; user-select: all; }
.cartsim-explore table.cartsim-told { border-collapse: collapse; width: 100%; line-height: 1.35; }
.cartsim-explore table.cartsim-told :is(th, td) {
  text-align: left; padding: 1px 8px 1px 0; border-bottom: 1px solid #8884; vertical-align: top; }
.cartsim-explore table.cartsim-told th { font-weight: 400; opacity: .75; }
.cartsim-explore table.cartsim-told td.now { font-weight: 600; }
.cartsim-explore table.cartsim-told caption {
  text-align: left; opacity: .75; font-size: 85%; caption-side: bottom; }
"""


def table(explorer: Explorer) -> str:
    """The telling read-outs as HTML: now, of the last pinned curve, and what changed against it.

    Parameters
    ----------
    explorer : Explorer

    Returns
    -------
    str
    """
    now = explorer.told
    pin = explorer.pins[-1] if explorer.pins else None
    before = {one.what: one for one in pin.told} if pin else {}
    rows = []
    for one in now:
        cells = f'<th scope="row">{escape(one.what)}</th><td class="now">{escape(one.words)}</td>'
        if pin:
            old = before.get(one.what)
            change = against(one, old) or "=" if old else ""
            cells += f"<td>{escape(old.words) if old else '–'}</td><td>{escape(change)}</td>"
        rows.append(f"<tr>{cells}</tr>")
    head = ""
    if pin:
        heads = ("", "now", f"pinned {pin.letter}", f"against {pin.letter}")
        head = f"<tr>{''.join(f'<th scope=col>{text}</th>' for text in heads)}</tr>"
    caption = f"<caption>{escape(counted_from(explorer.run))}</caption>"
    return f'<table class="cartsim-told">{caption}{head}{"".join(rows)}</table>'
