"""`Animation`: a moving picture that a notebook plays, and that is saved as GIF or as a page of HTML."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.animation import AbstractMovieWriter, HTMLWriter, PillowWriter
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from ..language.errors import ModelError, shorten
from .animation_page import controls, page
from .style import settings, size_for
from .words import number

Array = NDArray[np.float64]

LIMIT = 10.0
"""An animation inside a page takes at most so many megabytes; longer ones have fewer frames, and say so."""
DPI = {"slide": 80.0, "print": 150.0, "poster": 60.0}
"""Pixels an inch: each frame is about a thousand pixels wide."""
_HOLD = 1.0  # seconds for which a GIF shows its last frame before it starts again
_FEWEST = 2
_COLOURS = 255
_WHITE = 246  # Pillow looks colours up in steps of four: without this, white comes out as 252
_SHARE = 0.9  # of the limit that is planned for, as the sizes of frames are estimated from a few


@dataclass(frozen=True, eq=False, repr=False)
class Animation:
    """A picture of a run whose artists move with time.

    Attributes
    ----------
    figure : Figure
        Shows the frame that was drawn last.
    times : ndarray, shape (n_frames,)
        The time of each frame.
    draw : callable
        Moves the artists of the figure to the time of a frame, given by its index.
    fps : float
        Frames a second.
    alt : str
        What is seen, in words.
    unit : str
        The unit of the times.
    for_ : str
        The size that the figure was made for.
    """

    figure: Figure
    times: Array
    draw: Callable[[int], None]
    fps: float
    alt: str
    unit: str
    for_: str

    def __repr__(self) -> str:
        return (
            f"Animation of {len(self.times)} frames, {self.unit} {number(float(self.times[0]))} to "
            f"{number(float(self.times[-1]))}; .save('name.gif') or .save('name.html') writes it"
        )

    def at(self, time: float) -> Figure:
        """The figure with the frame nearest to `time`."""
        self.draw(int(np.abs(self.times - time).argmin()))
        return self.figure

    def save(self, path: str | PathLike[str], *, limit: float = LIMIT) -> None:
        """Write a GIF, or one page of HTML with buttons and a slider that needs no network.

        Parameters
        ----------
        path : str or path
            Ends in ``.gif`` or ``.html``.
        limit : float
            The most megabytes of a page; where they would be more, it has fewer frames and says so.

        Raises
        ------
        ModelError
            If the ending is another.
        """
        ending = Path(path).suffix.lower()
        if ending == ".gif":
            self._write(_Gif(fps=self.fps), path, range(len(self.times)))  # type: ignore[arg-type]
        elif ending in (".html", ".htm"):
            body, note = self._html(limit)
            Path(path).write_text(page(body, note, self.alt), encoding="utf-8")
        else:
            raise ModelError(
                f"an animation is saved as GIF or HTML; {shorten(str(path))} ends in neither .gif nor .html"
                + (" (mp4 needs ffmpeg, which cartsim does not use)" if ending in _FILMS else "")
            )

    def _repr_html_(self) -> str:
        body, note = self._html(LIMIT)
        return body + (f"<p>{escape(note)}</p>" if note else "")

    def _html(self, limit: float) -> tuple[str, str]:
        """The player with its frames inside, and a sentence if these are fewer than were asked for."""
        chosen = self._chosen(limit)
        fps = self.fps * len(chosen) / len(self.times)
        writer = HTMLWriter(fps=fps, embed_frames=True, default_mode="loop", embed_limit=8 * limit)  # type: ignore[arg-type]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "animation.html"
            self._write(writer, file, chosen)
            body = file.read_text(encoding="utf-8")
        note = ""
        if len(chosen) < len(self.times):
            note = (
                f"{len(chosen)} of {len(self.times)} frames, so that this takes at most "
                f"{number(limit)} MB; a GIF has them all."
            )
        return controls(body, self.alt, frames=len(chosen)), note

    def _chosen(self, limit: float) -> list[int]:
        """The frames that fit: all, or some at even distances with the first and the last."""
        n = len(self.times)
        tried = sorted({0, n // 4, n // 2, 3 * n // 4, n - 1})
        with tempfile.TemporaryDirectory() as folder, self._in_style():
            file = Path(folder) / "frame.png"
            sizes = []
            for frame in tried:
                self.draw(frame)
                self.figure.savefig(file, dpi=DPI[self.for_])
                sizes.append(file.stat().st_size * 4.0 / 3.0)  # as text in a page
        most = int(_SHARE * limit * 2**20 / float(np.mean(sizes)))
        if most >= n:
            return list(range(n))
        return sorted({round(i) for i in np.linspace(0, n - 1, max(most, _FEWEST))})

    def _write(self, writer: AbstractMovieWriter, path: str | PathLike[str], frames: Sequence[int]) -> None:
        with self._in_style(), writer.saving(self.figure, str(path), DPI[self.for_]):
            for frame in frames:
                self.draw(frame)
                writer.grab_frame()

    @contextmanager
    def _in_style(self) -> Iterator[None]:
        with matplotlib.rc_context(settings(size_for(self.for_))):
            yield


class _Gif(PillowWriter):
    """Frames that share one palette, which takes less time and less room; the last one stays for a while."""

    _frames: list[Any]

    def finish(self) -> None:
        frames = self._frames
        tried = [frames[i * (len(frames) - 1) // 3] for i in range(4)]
        wide, high = tried[0].size
        together = Image.new("RGB", (wide, high * len(tried)))
        for nth, frame in enumerate(tried):
            together.paste(frame.convert("RGB"), (0, high * nth))
        palette = together.quantize(_COLOURS)
        colours = np.array(palette.getpalette()).reshape(-1, 3)
        colours[(colours >= _WHITE).all(axis=1)] = 255
        palette.putpalette(colours.ravel().tolist())
        frames = [
            frame.convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames
        ]
        self._frames = [*frames, *frames[-1:] * round(_HOLD * self.fps)]
        super().finish()


_FILMS = (".mp4", ".m4v", ".mov", ".avi", ".webm", ".mkv")
