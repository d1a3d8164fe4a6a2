"""What a notebook, a saved notebook and a terminal show of an explorer: sliders, a picture, a sentence."""

from __future__ import annotations

import base64
import sys
from html import escape
from typing import TYPE_CHECKING, Any

from ..language.errors import MissingExtraError

if TYPE_CHECKING:
    from .explorer import Explorer

NO_WIDGETS = (
    'Sliders need ipywidgets, which is not installed: pip install "cartsim[notebook]", then start the kernel '
    "again. This is the picture without them."
)
NO_KERNEL = (
    "Sliders move in a notebook with a running Python kernel; this is the picture without them. "
    "explorer.set(name=value) moves it here, and explorer.code() gives its lines."
)
AWAY = "A picture of sliders: run this cell in a notebook with ipywidgets, and they move."
ASLEEP = "The sliders need a running Python kernel: if nothing moves, run this cell again."


def view_of(explorer: Explorer) -> Any:
    """The widgets of an explorer, or a `MissingExtraError`."""
    try:
        from .explore_view import View
    except ImportError:
        raise MissingExtraError(
            'sliders need ipywidgets, which is not installed: pip install "cartsim[notebook]"'
        ) from None
    return View(explorer)


def why_still() -> str:
    """Why there can be no sliders here; empty if there can."""
    if not _in_kernel():
        return NO_KERNEL
    try:
        import ipywidgets  # noqa: F401
    except ImportError:
        return NO_WIDGETS
    return ""


def _in_kernel() -> bool:
    """Whether a notebook's kernel runs this."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


def sentence(explorer: Explorer) -> str:
    """The explorer in one line, and why it does not move if it does not."""
    moved = ", ".join(f"{name}={value:g}" for name, value in explorer.moved.items()) or "nothing moved"
    line = f"<Explorer of {explorer.model.name}: {len(explorer.controls)} controls, {moved}>"
    return "\n".join(part for part in (line, explorer.message, why_still()) if part)


def bundle(explorer: Explorer) -> dict[str, Any]:
    """What is shown, by MIME type: a viewer takes the richest that it can.

    The picture as PNG is always there, for viewers of saved notebooks without widgets; it says so itself.
    """
    still = why_still()
    png = base64.b64encode(explorer.picture.png("" if still else AWAY)).decode("ascii")
    found: dict[str, Any] = {"text/plain": sentence(explorer), "image/png": png}
    if not still:
        shown = explorer.widget._repr_mimebundle_()
        return {**shown, **found}
    alt = escape(explorer.picture.alt_text())
    found["text/html"] = (
        f'<p>{escape(still)}</p><img alt="{alt}" src="data:image/png;base64,{png}" style="max-width:100%">'
    )
    return found
