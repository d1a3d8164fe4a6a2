"use strict";
/* One curve on a canvas: its line, and where it is below the floor a thin dotted one in the strip. */
const Paths = (() => {
  /* Points [x, y, below] of a curve within the view, with the crossings of the floor put in. */
  function points(t, values, axis, scale, place) {
    const found = [];
    for (let i = firstIn(t, axis.first); i < t.length; i++) {
      const value = values[i];
      if (!Number.isFinite(value)) {
        found.push(null);
        continue;
      }
      const below = scale.below(value);
      const last = found[found.length - 1];
      if (scale.log && last && last.below !== below && t[i] > last.t) {
        const crossing = crossed(last, t[i], value, scale.floor ?? scale.low);
        const y = place(scale.floor ?? scale.low), x = axis.x(crossing);
        found.push({ x, y: last.below ? place(0) : y, t: crossing, value: last.value, below: last.below });
        found.push({ x, y: below ? place(0) : y, t: crossing, value, below });
      }
      found.push({ x: axis.x(t[i]), y: place(value), t: t[i], value, below });
      if (t[i] > axis.last) break;
    }
    return found;
  }

  /* The last time that is not after `first`, by halving. */
  function firstIn(t, first) {
    let low = 0, high = t.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (t[middle] <= first) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function crossed(last, time, value, floor) {
    const height = (amount) => Math.log(Math.max(amount, 1e-3 * floor) / floor);
    const share = height(last.value) / (height(last.value) - height(value));
    return last.t + Math.min(Math.max(share, 0), 1) * (time - last.t);
  }

  function stroke(context, found, { colour, width, dashes, alpha = 1 }) {
    for (const below of [false, true]) {
      context.save();
      context.globalAlpha = alpha;
      context.strokeStyle = colour;
      context.lineWidth = below ? 0.6 * width : width;
      context.lineJoin = "round";
      context.setLineDash((below ? [0.6, 1.4] : dashes).map((part) => part * context.lineWidth * (below ? 2 : 1)));
      context.beginPath();
      let open = false;
      for (const point of found) {
        if (!point || point.below !== below) {
          open = false;
          continue;
        }
        if (open) context.lineTo(point.x, point.y);
        else context.moveTo(point.x, point.y);
        open = true;
      }
      context.stroke();
      context.restore();
    }
  }

  /* Between two times linearly, on a logarithmic axis by logarithms; after a jump its upper side. */
  function at(t, values, time, log) {
    const i = firstIn(t, time);
    if (i >= t.length - 1 || time <= t[i]) return values[i];
    const part = (time - t[i]) / (t[i + 1] - t[i]);
    const [a, b] = [values[i], values[i + 1]];
    return log && a > 0 && b > 0 ? a * (b / a) ** part : a + part * (b - a);
  }

  return { points, stroke, at, firstIn };
})();
