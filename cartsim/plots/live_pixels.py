"""The pixels of a canvas as PNG, quickly: sliders wait for it."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_UP = 2  # the filter of a row: the difference to the row above; a picture of curves is mostly zeros then
_LEVEL = 1  # of compression: the quickest


def png_of(pixels: NDArray[np.uint8] | Any) -> bytes:
    """Colours as a PNG file, lossless; the transparency is left out.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3 or 4)
        Red, green and blue.

    Returns
    -------
    bytes
        Written with one filter and the quickest compression: about half the time of a general encoder.

    Examples
    --------
    >>> png_of(np.zeros((2, 3, 3), np.uint8))[1:4]
    b'PNG'
    """
    colours = np.ascontiguousarray(np.asarray(pixels)[:, :, :3])
    height, width, _ = colours.shape
    flat = colours.reshape(height, 3 * width)
    rows = np.empty((height, 1 + 3 * width), np.uint8)
    rows[:, 0] = _UP
    rows[0, 1:] = flat[0]
    np.subtract(flat[1:], flat[:-1], out=rows[1:, 1:])
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(rows.data, _LEVEL)
    return b"".join([_SIGNATURE, _chunk(b"IHDR", header), _chunk(b"IDAT", body), _chunk(b"IEND", b"")])


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
