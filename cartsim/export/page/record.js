"use strict";
/*
 * The rows of a run as it goes on, and what follows from them by name: the twin of
 * cartsim/solving/recorder.py and trajectory.py.
 */
const CartsimRecord = (() => {
  /**
   * @param {number} n             how many species
   * @param {Float64Array} grid    output times in order
   */
  function make(n, grid) {
    const times = [], segments = [], parameters = [], ends = [];
    let waiting = 0; // the first time of the grid that has no row yet
    const rows = new Float64Array((grid.length + 64) * n); // a few more, for both sides of events
    const record = { limit: Infinity, rows, next, open, row, wants, segment, largest, finished };

    /** The next output time inside the stretch under way, or infinity. */
    function next() {
      return waiting < grid.length && grid[waiting] < record.limit ? grid[waiting] : Infinity;
    }

    /** Room for the row of the next output time: where it begins in `rows`. */
    function open() {
      return added(grid[waiting++]);
    }

    function added(time) {
      const first = times.length * n;
      if (first + n > record.rows.length) {
        const larger = new Float64Array(2 * record.rows.length + n);
        larger.set(record.rows);
        record.rows = larger;
      }
      times.push(time);
      segments.push(parameters.length - 1);
      return first;
    }

    /** One row of the stretch under way. */
    function row(time, y) {
      const first = added(time);
      record.rows.set(y, first);
    }

    /** Whether `time` is an output time; one that rounding put before it gets its row, from `y`. */
    function wants(time, y) {
      while (waiting < grid.length && grid[waiting] < time) row(grid[waiting++], y);
      if (!(grid[waiting] === time)) return false;
      waiting += 1;
      return true;
    }

    /** Begin a stretch with these parameter values; the one before it ends at `time`. */
    function segment(values, time) {
      if (parameters.length) ends.push(time);
      parameters.push(values.slice());
    }

    /** The largest size that each species has had so far. */
    function largest() {
      const found = new Float64Array(n);
      record.rows.subarray(0, times.length * n).forEach((value, k) => {
        found[k % n] = Math.max(found[k % n], Math.abs(value));
      });
      return found;
    }

    /** The run by species; `segment` says which stretch a row belongs to. */
    function finished(until) {
      const t = Float64Array.from(times);
      const y = Array.from({ length: n }, (_, i) => t.map((_time, k) => record.rows[k * n + i]));
      return { t, y, segment: Int32Array.from(segments), parameters, ends: [...ends, until] };
    }

    return record;
  }

  /**
   * The courses of species, processes (their rates), definitions, observables, roles and parameters.
   *
   * @param {object} context  of the engine
   * @param {object} run      what `engine.run` gave
   * @param {string[]} names
   * @returns {Object<string, Float64Array>}
   */
  function outputsOf(context, run, names) {
    const { model, species, parameters } = context;
    const found = {}, printed = [];
    for (const name of names) {
      const place = species.indexOf(name), parameter = parameters.indexOf(name);
      const output = model.outputs.findIndex((entry) => entry.name === name);
      if (place < 0 && parameter < 0 && output < 0) {
        throw new Error(`'${name}' is not a name in '${model.name}'`);
      }
      if (place >= 0) found[name] = run.y[place];
      else if (parameter >= 0) found[name] = run.t.map((_t, k) => run.parameters[run.segment[k]][parameter]);
      else printed.push([output, (found[name] = new Float64Array(run.t.length))]);
    }
    if (printed.length) evaluate(context, run, printed);
    return found;
  }

  /** At the ends of a stretch, a step of time has its value from inside. */
  function evaluate({ printed: functions, species, outputs }, run, wanted) {
    const y = new Float64Array(species.length);
    run.t.forEach((time, k) => {
      const segment = run.segment[k];
      const start = segment ? run.ends[segment - 1] : -Infinity, end = run.ends[segment];
      const first = segment ? start + 4.0 * CartsimSolver.spacing(start) : start;
      const last = Math.max(first, end - 4.0 * CartsimSolver.spacing(end));
      for (let i = 0; i < y.length; i++) y[i] = run.y[i][k];
      functions.outputs(Math.min(Math.max(time, first), last), y, run.parameters[segment], outputs);
      for (const [place, values] of wanted) values[k] = outputs[place];
    });
  }

  return Object.freeze({ make, outputsOf });
})();
