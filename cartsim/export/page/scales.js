"use strict";
/* Linear or logarithmic: limits, ticks and the floor of one axis, by the rules of cartsim's figures. */
const Scales = (() => {
  const DECADES = 3; // values that span more get a logarithmic axis
  const NEAR = 30; // the line of one cell is drawn where a curve comes this close to it
  const STRIP = 0.055; // height of the strip under the floor, as a part of the axis
  const AUTOMATIC = 1e-6; // of the largest value: the floor where nothing else sets one

  function extremes(arrays) {
    let least = Infinity, most = -Infinity;
    for (const values of arrays) {
      for (const value of values) {
        if (value < least && value > -Infinity) least = value;
        if (value > most && value < Infinity) most = value;
      }
    }
    return least > most ? [0, 0] : [least, most];
  }

  /* The scale for curves that share an axis; `cell` is one cell in their unit, or null; by itself ("auto") a pure
   * number, such as a grade, is never logarithmic. */
  function choose(arrays, cell, log, unit) {
    const [least, most] = extremes(arrays);
    const top = Math.max(most, 0);
    const level = cell ?? (top > 0 ? 10 ** Math.floor(Math.log10(top * AUTOMATIC)) : 1);
    const words = cell ? "one cell" : Numbers.quantity(level, unit);
    let logarithmic = log === true && top > level;
    if (log === "auto") {
      logarithmic = unit !== "" && least >= 0 && top > level * 10 && Math.log10(top / Math.max(least, level)) > DECADES;
    }
    if (!logarithmic) return linear(least, most, unit === "" && Number.isInteger(most) && most > 0 && most <= 10);
    if (least <= level || (cell && least < NEAR * level)) {
      const decades = Math.log10(top / level);
      return make(true, level * 10 ** (-STRIP * decades - 0.2), top * 10 ** (0.06 * decades), level, words);
    }
    const decades = Math.max(Math.log10(top / least), 0.5);
    return make(true, least * 10 ** (-0.06 * decades), top * 10 ** (0.06 * decades), null, "");
  }

  /* `whole` for grades and scores: only whole numbers have a tick. */
  function linear(least, most, whole) {
    const room = 0.06 * (most - least) || 0.06 * Math.abs(most) || 1;
    if (least >= 0 && (least <= 0.4 * most || most === 0)) {
      const scale = make(false, 0, most ? 1.06 * most : 1, null, "");
      return whole ? { ...scale, ticks: scale.ticks.filter((tick) => Number.isInteger(tick.value)) } : scale;
    }
    return make(false, least - room, most + room, null, "");
  }

  /* `place(value)` is from 0 (bottom) to 1 (top); what is below the floor lies in the middle of the strip. */
  function make(log, low, high, floor, words) {
    const bottom = log ? Math.log(low) : low;
    const span = (log ? Math.log(high) : high) - bottom;
    const nothing = floor === null ? 0 : (0.5 * (Math.log(floor) - Math.log(low))) / span;
    const under = floor ?? low;
    const place = log
      ? (value) => (value >= under * (1 - 1e-9) ? (Math.log(value) - bottom) / span : nothing)
      : (value) => (value - bottom) / span;
    const below = (value) => log && !(value >= under * (1 - 1e-9));
    return { log, low, high, floor, words, place, below, ticks: log ? decades(floor ?? low, high) : even(low, high, 5) };
  }

  function decades(low, high) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const step = Math.max(1, Math.ceil((last - first + 1) / 7));
    const found = [];
    for (let power = first; power <= last; power += step) {
      found.push({ value: 10 ** power, text: Math.abs(power) <= 2 ? String(10 ** power) : Numbers.powerOfTen(power) });
    }
    return found.length > 1 ? found : even(low, high, 4);
  }

  /* About `most` round numbers between `low` and `high`. */
  function even(low, high, most) {
    const raw = (high - low) / Math.max(most, 1);
    const size = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 2.5, 5, 10].map((part) => part * size).find((part) => part >= raw * (1 - 1e-9));
    const found = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      found.push({ value: i * step, text: Numbers.text(i * step, 4) });
    }
    return found;
  }

  return { choose, even, extremes };
})();
