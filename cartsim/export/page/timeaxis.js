"use strict";
/* The axis of time: linear, or with the weeks around day 0 widened, as in cartsim's dashboard. */
const TimeAxis = (() => {
  const WIDENED = [-60, -28, -7, 0, 7, 14, 28, 60, 90, 180, 365, 730, 1825, 3650];
  const SOFT = 4; // days around 0 in which the widened axis is nearly linear

  const wide = (t) => Math.sign(t) * (Math.sqrt(Math.abs(t) + SOFT) - Math.sqrt(SOFT));
  const back = (place) => Math.sign(place) * ((Math.abs(place) + Math.sqrt(SOFT)) ** 2 - SOFT);
  const same = (t) => t;

  /* From `first` to `last` along the pixels `left` to `right`. */
  function make(first, last, left, right, widened) {
    const [to, from] = widened ? [wide, back] : [same, same];
    const low = to(first), span = to(last) - low || 1;
    const x = (t) => left + ((to(t) - low) / span) * (right - left);
    const time = (pixel) => from(low + ((pixel - left) / (right - left)) * span);
    const ticks = widened ? apart(first, last, x) : Scales.even(first, last, Math.max(2, Math.floor((right - left) / (right - left < 400 ? 55 : 80))));
    return { first, last, left, right, x, time, ticks };
  }

  /* The days that have a tick on a widened axis, so far apart that their numbers are. */
  function apart(first, last, x) {
    const found = [];
    const inside = WIDENED.filter((day) => day >= first && day <= last);
    for (const day of inside.sort((a, b) => Math.abs(a) - Math.abs(b))) {
      if (found.every((other) => Math.abs(x(day) - x(other)) > 30)) found.push(day);
    }
    return found.sort((a, b) => a - b).map((value) => ({ value, text: Numbers.text(value, 4) }));
  }

  return { make };
})();
