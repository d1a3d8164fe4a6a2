"""The colours of the grades 0 to 4 of a toxicity, and the ink that is read on a colour."""

from __future__ import annotations

from typing import Any

from .style import INK, contrast_with_white

GRADE_COLOURS = ("#ececec", "#fee391", "#fe9929", "#cc4c02", "#662506")
"""By grade: 0 is grey; then the sequence YlOrBr of ColorBrewer, which gets darker with every grade, so that
it is read by the colour-blind and in black and white. The number stands in each cell as well."""
GRADES = range(len(GRADE_COLOURS))


def ink_on(colour: Any) -> str:
    """The colour of letters on `colour`: white where that has more contrast.

    Examples
    --------
    >>> [ink_on(colour) for colour in GRADE_COLOURS]
    ['#222222', '#222222', '#222222', 'white', 'white']
    """
    white = contrast_with_white(colour)
    dark = contrast_with_white(INK) / white
    return "white" if white > dark else INK
