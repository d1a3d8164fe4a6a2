"use strict";
/*
 * What a run is given: numbers, output times and absolute tolerances, as cartsim/solving/simulate.py and
 * tolerances.py have them.
 */
const CartsimRequest = (() => {
  const { plain } = CartsimTimeline;
  const POINTS = 501; // as in Python: until=500 gives one a day

  /** Parameter values, and initial amounts with not-a-number for those that are arithmetic. */
  function numbers({ model, species, parameters }, values) {
    const base = Float64Array.from(model.parameters, (entry) => entry.value);
    const initial = Float64Array.from(model.species, (entry) => entry.initial ?? NaN);
    for (const [name, value] of Object.entries(values)) {
      const parameter = parameters.indexOf(name), place = species.indexOf(name);
      if (parameter < 0 && place < 0) {
        throw new Error(`'${name}' is neither a parameter nor a species of '${model.name}'`);
      }
      const arithmetic = value === null && place >= 0;
      if (!(Number.isFinite(value) || arithmetic) || (place >= 0 && value < 0.0)) {
        const more = place < 0 ? "" : ", zero or more";
        throw new Error(`'${name}' is ${value}; it must be a finite number${more}`);
      }
      if (parameter >= 0) base[parameter] = value;
      else initial[place] = value ?? NaN;
    }
    return { base, initial };
  }

  /** Write the amounts at the start, with arithmetic on parameters evaluated. */
  function startingAmounts({ model, species, printed }, start, initial, p, target) {
    printed.initial(start, target, p, target);
    initial.forEach((value, i) => {
      if (!Number.isNaN(value)) target[i] = value;
      if (!Number.isFinite(target[i]) || target[i] < 0.0) {
        throw new Error(`the initial amount of '${species[i]}' in '${model.name}' is ${target[i]}; ` +
          "it must be finite and not negative");
      }
    });
  }

  function check(start, until, rtol) {
    if (!(until > start && until < Infinity)) {
      throw new Error(`until=${until} must lie after the start of the run, ${plain(start)}`);
    }
    if (!(rtol >= 1e-13 && rtol <= 0.1)) {
      throw new Error(`rtol is ${rtol}; it must lie between 1e-13 and 0.1, usually 1e-7`);
    }
  }

  /** The absolute tolerance of each species, from the amounts at the start and what is given. */
  function tolerances(model, events, amounts, rtol) {
    const most = Float64Array.from(amounts);
    for (const event of events) {
      for (const action of event.kind === "When" ? event.then : [event]) {
        if (action.kind === "Change") continue;
        const place = model.targets[action.into];
        most[place] = Math.max(most[place], action.amount);
      }
    }
    return model.species.map((entry, i) => tolerance(entry, most[i], rtol));
  }

  /** The absolute tolerance of a species: far below the smallest amount that can grow back. */
  function tolerance({ tolerance: [kind, part] }, most, rtol) {
    if (kind === "limit") return Math.min(rtol, 1e-3) * part;
    if (kind === "fixed") return part;
    return part * (kind === "bare" ? Math.min(most || 1.0, 1.0) : most || 1.0);
  }

  function gridOf(request, start, until) {
    if ((request.at ?? null) === null) {
      const last = (request.points ?? POINTS) - 1, width = (until - start) / last;
      return Float64Array.from({ length: last + 1 }, (_, i) => (i === last ? until : start + i * width));
    }
    const grid = Float64Array.from(request.at);
    if (!grid.length) throw new Error("at must hold at least one time");
    grid.forEach((time, i) => {
      if (!(time >= start && time <= until)) {
        throw new Error(`the time ${time} in at lies outside the run, ${plain(start)} to ${plain(until)}`);
      }
      if (i > 0 && !(time > grid[i - 1])) {
        throw new Error("the times in at must increase from one to the next");
      }
    });
    return grid;
  }

  return Object.freeze({ check, numbers, startingAmounts, tolerances, gridOf });
})();
