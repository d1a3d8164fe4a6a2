"use strict";
/* One quantity along a run, with days as the unit of time: its values, extremes, crossings and areas. */
const Course = (() => {
  /* Between two rows a curve is read by logarithms where both are above zero, else along a straight line. */
  function make(run, name) {
    const day = Runs.page().day, { t } = run, values = run.value(name), n = t.length;

    function value(time) {
      return Paths.at(t, values, time / day, true);
    }

    /* Time and value of the highest (sign 1) or lowest (sign -1) point from a day on. */
    function extreme(sign, from) {
      const first = firstFrom(from);
      let best = first;
      for (let i = first; i < n; i++) if (sign * values[i] > sign * values[best]) best = i;
      const inside = best > first && best < n - 1 && [best - 1, best, best + 1].every((i) => values[i] !== 0);
      return inside ? turned(best) : [t[best] * day, values[best]]; // what has died out turns nowhere
    }

    /* The top of the parabola through a row and its neighbours, of logarithms where these are known. */
    function turned(i) {
      const log = [i - 1, i, i + 1].every((j) => values[j] > 0);
      const f = log ? Math.log : (x) => x;
      const [a, b] = [t[i - 1] - t[i], t[i + 1] - t[i]];
      const [fa, fb] = [f(values[i - 1]) - f(values[i]), f(values[i + 1]) - f(values[i])];
      if (-a < 1e-3 * b || b < -1e-3 * a || isKink(i, f)) return [t[i] * day, values[i]];
      const curve = (fa / a - fb / b) / (a - b), slope = fa / a - curve * a;
      const shift = curve === 0 ? 0 : -slope / (2 * curve);
      if (!(shift >= a && shift <= b)) return [t[i] * day, values[i]];
      const height = f(values[i]) + slope * shift + curve * shift * shift;
      return [(t[i] + shift) * day, log ? Math.exp(height) : height];
    }

    /* Whether the curve bends here far more than on either side: it has a corner, and no parabola fits it. */
    function isKink(i, f) {
      const bend = (j) => {
        if (j < 1 || j > n - 2) return 0;
        const [h, k] = [t[j] - t[j - 1], t[j + 1] - t[j]];
        return (2 * ((f(values[j + 1]) - f(values[j])) / k - (f(values[j]) - f(values[j - 1])) / h)) / (h + k);
      };
      return Math.abs(bend(i)) > 5 * Math.max(Math.abs(bend(i - 2)), Math.abs(bend(i + 2)));
    }

    function firstFrom(from) {
      let i = Paths.firstIn(t, from / day);
      while (i < n - 1 && t[i] * day < from - 1e-9 * Math.abs(from)) i++;
      return i;
    }

    /* When the curve passes a level between rows i and i + 1, as a day. */
    function between(i, level) {
      const [a, b] = [values[i], values[i + 1]];
      const part = a > 0 && b > 0 && level > 0 ? Math.log(level / a) / Math.log(b / a) : (level - a) / (b - a);
      return (t[i] + Math.min(Math.max(part, 0), 1) * (t[i + 1] - t[i])) * day;
    }

    /* The first day from one on at which the curve crosses a level, in either direction; not-a-number if never. */
    function firstCrossing(level, from) {
      for (let i = firstFrom(from); i < n - 1; i++) {
        if (values[i] >= level !== values[i + 1] >= level) return between(i, level);
      }
      return NaN;
    }

    function lastAbove(level, from) {
      for (let i = n - 1; i > firstFrom(from); i--) {
        if (values[i - 1] > level && values[i] <= level) return between(i - 1, level);
      }
      return NaN;
    }

    /* Spans [start, stop] of days from one on in which the curve is below a level. */
    function below(level, from) {
      const spans = [];
      let open = values[firstFrom(from)] < level ? from : NaN;
      for (let i = firstFrom(from); i < n - 1; i++) {
        const [now, next] = [values[i] < level, values[i + 1] < level];
        if (now === next) continue;
        const time = between(i, level);
        if (next) open = time;
        else spans.push([open, time]);
        if (!next) open = NaN;
      }
      if (!Number.isNaN(open)) spans.push([open, t[n - 1] * day]);
      return spans;
    }

    /* The area under the curve between two days, exact where it rises or falls as a slow exponential. */
    function area(from, to) {
      let total = 0;
      for (let i = firstFrom(from); i < n - 1 && t[i] * day < to; i++) {
        const stop = Math.min(t[i + 1] * day, to), h = stop - t[i] * day;
        if (h <= 0) continue;
        const a = values[i], b = stop < t[i + 1] * day ? value(stop) : values[i + 1];
        const even = a > 0 && b > 0 && Math.abs(b / a - 1) > 1e-6 && b < 3 * a && a < 3 * b;
        total += even ? (h * (b - a)) / Math.log(b / a) : (h * (a + b)) / 2;
      }
      return total;
    }

    return { t, values, day, value, extreme, firstCrossing, lastAbove, below, area, end: t[n - 1] * day, firstFrom };
  }

  return { make };
})();
