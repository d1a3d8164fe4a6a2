"""The page around a moving picture: matplotlib's player without network, with alt text and keys."""

from __future__ import annotations

import re
from html import escape

_SIGNS = {
    "fa fa-minus": "&minus;",
    "fa fa-fast-backward": "&#8676;",
    "fa fa-step-backward": "&lsaquo;",
    "fa fa-play fa-flip-horizontal": "&#9664;",
    "fa fa-pause": "&#10073;&#10073;",
    "fa fa-play": "&#9654;",
    "fa fa-step-forward": "&rsaquo;",
    "fa fa-fast-forward": "&#8677;",
    "fa fa-plus": "+",
}
"""What stands on the buttons, instead of pictures from the network."""

_LOOK = """<style>
.animation { max-width: 100%; font-family: sans-serif; }
.animation img { max-width: 100%; height: auto; }
.animation .anim-buttons button { min-width: 40px; width: auto; height: 36px; font-size: 16px; }
.animation input[type=range].anim-slider { width: min(100%, 640px); }
.animation input:focus-visible, .animation button:focus-visible { outline: 3px solid #0072b2; }
</style>
"""

_KEYS = """<script>
setTimeout(function () {
  var player = NAME, box = document.getElementById("_anim_imgID").closest(".animation");
  player.last_frame();
  box.addEventListener("keydown", function (event) {
    if (event.target.tagName === "BUTTON" || event.target.type === "radio") { return; }
    if (event.key === " ") {
      if (player.timer) { player.pause_animation(); } else { player.play_animation(); }
      event.preventDefault();
    }
  });
}, 0);
</script>
"""
"""The whole picture is there before anything moves; the space bar plays and stops, arrows move the slider."""


def controls(body: str, alt: str, *, frames: int) -> str:
    """The player of matplotlib's `HTMLWriter`, without what it fetches from the network.

    Parameters
    ----------
    body : str
        What `HTMLWriter` wrote, with its frames inside.
    alt : str
        What is seen, in words.
    frames : int
        How many frames there must be.

    Raises
    ------
    RuntimeError
        If frames are missing, or the player is none of those known here.
    """
    body = re.sub(r"<link\b[^>]*>", "", body)
    for name, sign in _SIGNS.items():
        body = body.replace(f'<i class="{name}"></i>', f'<span aria-hidden="true">{sign}</span>')
    body = re.sub(r'(<img id="_anim_img[0-9a-f]+")', rf'\1 alt="{escape(alt)}"', body)
    body = body.replace('type="range"', 'type="range" aria-label="time"')
    found = re.search(r'<img id="_anim_img([0-9a-f]+)"', body)
    there = len(re.findall(r"frames\[\d+\] = ", body))
    if found is None or there != frames or "https://" in body or 'class="fa' in body:
        raise RuntimeError(
            f"matplotlib's player has {there} of {frames} frames, or is one that cartsim does not know; "
            "save a GIF instead"
        )
    keys = _KEYS.replace("NAME", f"anim{found[1]}").replace("ID", found[1])
    return body + _LOOK + keys


def page(body: str, note: str, alt: str) -> str:
    """A page that holds a player, and its description for those who cannot see it."""
    title = escape(alt.split(". ")[0])
    said = f"<p>{escape(note)}</p>" if note else ""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<style>body { margin: 1rem auto; max-width: 1000px; padding: 0 1rem; "
        "font-family: sans-serif; }</style>\n"
        f"</head>\n<body>\n<main>\n{body}\n{said}\n"
        f"<details><summary>In words</summary><p>{escape(alt)}</p></details>\n</main>\n</body>\n</html>\n"
    )
