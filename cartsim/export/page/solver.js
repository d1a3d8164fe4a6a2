"use strict";
/*
 * Rodas5P for one run: what cartsim/solving/native_step.py and native_runs.py do.
 *
 * The numbers of the method come from cartsim/solving/rodas5p.py with the data of the page; nothing is typed
 * twice. All arrays are taken once, so that a step leaves no garbage behind. Amounts are in the unit of their
 * species, times in the unit of the model.
 */
const CartsimSolver = (() => {
  const SAFETY = 0.9;
  const SMALLEST = 0.2; // a step is never less than this part of the one before
  const LARGEST = 6.0;
  const ATOL_SHARE = 0.03; // of the absolute tolerance, for one step: what is lost below it may grow back
  const MAX_STEPS = 100000;
  const PARTS = [0.25, 0.5, 0.75, 1.0]; // of a step, where something that is looked out for is looked at
  const STAGES = 8;

  /** About the distance from x to the next larger number. */
  const spacing = (x) => Math.abs(x) * 2.220446049250313e-16 + 5e-324;

  /**
   * @param {object} method     gamma, a, c, d, timeOfStage, timeIncrement: the tables of Rodas5P
   * @param {object} printed    the functions of a structure: rightHandSide, timeDerivative, factor, solve
   * @param {{species: number, parameters: number, factors: number}} sizes
   * @param {boolean} timed     whether the right-hand side depends on time by itself
   */
  function make(method, printed, sizes, timed) {
    const n = sizes.species;
    const { rightHandSide, timeDerivative, factor, solve } = printed;
    const flat = (rows) => Float64Array.from(rows.flat());
    const A = flat(method.a), C = flat(method.c), D = flat(method.d);
    const timeOfStage = Float64Array.from(method.timeOfStage);
    const timeIncrement = Float64Array.from(method.timeIncrement);
    const gamma = method.gamma;

    const y = new Float64Array(n), yNew = new Float64Array(n), p = new Float64Array(sizes.parameters);
    const inflow = new Float64Array(n), atol = new Float64Array(n);
    const stages = new Float64Array(STAGES * n), powers = new Float64Array(5 * n);
    const state = new Float64Array(n), right = new Float64Array(n), slopes = new Float64Array(n);
    const factors = new Float64Array(sizes.factors);
    const room = { y, p, inflow, atol, slopes, steps: 0, rejected: 0, end: 0.0, stuck: false, stretch };

    // ------------------------------------------------------------------ one step

    /** The error of a step from y over h, in units of the tolerance; the state after it stands in yNew. */
    function attempt(t, h, earliest, latest, rtol) {
      const perH = 1.0 / h;
      const now = Math.min(Math.max(t, earliest), latest);
      factor(now, y, p, perH / gamma, factors);
      if (timed) timeDerivative(now, y, p, slopes);
      for (let s = 0; s < STAGES; s++) {
        addUp(s);
        const there = Math.min(Math.max(t + timeOfStage[s] * h, earliest), latest);
        rightHandSide(there, state, p, right);
        const increment = timed ? timeIncrement[s] * h : 0.0;
        for (let i = 0; i < n; i++) {
          right[i] += inflow[i] + yNew[i] * perH;
          if (timed) right[i] += increment * slopes[i];
        }
        solve(factors, right);
        for (let i = 0; i < n; i++) stages[i * STAGES + s] = right[i];
      }
      return errorOf(rtol);
    }

    /** Write where stage s stands into `state`, and what it carries from those before it into `yNew`. */
    function addUp(s) {
      const row = s * STAGES;
      for (let i = 0; i < n; i++) {
        let a = 0.0, c = 0.0;
        for (let j = 0, k = i * STAGES; j < s; j++, k++) {
          a += A[row + j] * stages[k];
          c += C[row + j] * stages[k];
        }
        state[i] = y[i] + a;
        yNew[i] = c;
      }
    }

    /** Write the state after the step into `yNew`; the error is the last stage. */
    function errorOf(rtol) {
      let total = 0.0;
      for (let i = 0; i < n; i++) {
        yNew[i] = state[i] + right[i];
        const size = Math.max(Math.abs(y[i]), Math.abs(yNew[i]));
        const share = right[i] / (rtol * size + ATOL_SHARE * atol[i]);
        total += share * share;
      }
      return Math.sqrt(total / n);
    }

    /** A step size to begin with, from the size of the slopes (Hairer, Norsett and Wanner, II.4). */
    function firstStep(t, longest, rtol) {
      rightHandSide(t, y, p, right);
      let amount = 0.0, change = 0.0;
      for (let i = 0; i < n; i++) {
        const scale = atol[i] + rtol * Math.abs(y[i]);
        amount += (y[i] / scale) ** 2;
        change += ((right[i] + inflow[i]) / scale) ** 2;
      }
      amount = Math.sqrt(amount / n);
      change = Math.sqrt(change / n);
      const h = amount > 1e-5 && change > 1e-5 ? (0.01 * amount) / change : 1e-6;
      return Math.min(Number.isFinite(h) && h > 0.0 ? h : 1e-6, longest);
    }

    function lengthening(error) {
      return Number.isNaN(error) ? 0.1 : Math.min(Math.max(SAFETY * error ** -0.2, SMALLEST), LARGEST);
    }

    // ------------------------------------------------------------------ inside a step

    /** Write the method's interpolant into `powers`: factors of the powers of the fraction of the step. */
    function interpolate() {
      for (let i = 0; i < n; i++) {
        let d0 = 0.0, d1 = 0.0, d2 = 0.0;
        for (let s = 0; s < STAGES; s++) {
          const stage = stages[i * STAGES + s];
          d0 += D[s] * stage;
          d1 += D[STAGES + s] * stage;
          d2 += D[2 * STAGES + s] * stage;
        }
        powers[i] = y[i];
        powers[n + i] = yNew[i] - y[i] + d0;
        powers[2 * n + i] = d1 - d0;
        powers[3 * n + i] = d2 - d1;
        powers[4 * n + i] = -d2;
      }
    }

    /** The amount of species i at the fraction x of the step. */
    function inside(x, i) {
      const bent = (x * powers[4 * n + i] + powers[3 * n + i]) * x + powers[2 * n + i];
      return (bent * x + powers[n + i]) * x + powers[i];
    }

    /** Write the state at the fraction x of the step into `target`, from place `first` on. */
    function stateAt(x, target, first) {
      for (let i = 0; i < n; i++) target[first + i] = x === 1.0 ? yNew[i] : inside(x, i);
    }

    // ------------------------------------------------------------------ what is looked out for

    /** Whether the lookout sees something at the fraction x of the step. */
    function met(lookout, t, h, x) {
      stateAt(x, state, 0);
      return lookout.met(t + x * h, state, p);
    }

    /** The first fraction of the step at which the lookout sees something, by bisection, or 2. */
    function firstMet(lookout, t, h) {
      let low = 0.0, high = 2.0;
      for (const part of PARTS) {
        if (met(lookout, t, h, part)) {
          high = part;
          break;
        }
        lookout.passed(state);
        low = part;
      }
      if (high > 1.0) return high;
      for (let k = 0; k < 60 && (high - low) * h > 4.0 * spacing(Math.abs(t) + h); k++) {
        const middle = 0.5 * (low + high);
        if (met(lookout, t, h, middle)) high = middle;
        else low = middle;
      }
      met(lookout, t, h, high); // so that it remembers what it saw
      return high;
    }

    // ------------------------------------------------------------------ one stretch

    /** The length of the next step: no sliver is left over at the end of a stretch. */
    function partOf(left, wanted) {
      if (wanted >= left * (1.0 - 1e-12)) return left;
      return 2.0 * wanted > left ? 0.5 * left : wanted;
    }

    /**
     * Solve from the state in `room.y`, which becomes the one where it ends.
     *
     * No rate is evaluated at the very ends, so that a switch there is not felt in the stretch.
     *
     * @param {number} start
     * @param {number} end
     * @param {number} rtol
     * @param {{next: function(): number, open: function(): number, rows: Float64Array}} record
     *   The next output time, infinity where there is none; room for the row that belongs to it.
     * @param {{met: function, passed: function}|null} lookout   What ends the stretch before its end
     * @returns {boolean} whether the lookout saw something; where it ended stands in `room.end`, and in
     *   `room.stuck` whether it could go no further
     */
    function stretch(start, end, rtol, record, lookout) {
      const earliest = start + 4.0 * spacing(start), latest = end - 4.0 * spacing(end), length = end - start;
      let since = 0.0, rejected = false, wanted = firstStep(earliest, length, rtol);
      room.stuck = false;
      for (let steps = 1; steps <= MAX_STEPS; steps++) {
        const left = length - since, now = start + since, h = partOf(left, wanted);
        const error = attempt(now, h, earliest, latest, rtol);
        const longer = rejected ? Math.min(lengthening(error), 1.0) : lengthening(error);
        rejected = !(error <= 1.0);
        room.steps += 1;
        if (rejected) {
          room.rejected += 1;
        } else {
          let reached = h === left ? length : since + h;
          const due = record.next() - start <= reached;
          if (lookout !== null || due) interpolate();
          const x = lookout === null ? 2.0 : firstMet(lookout, now, h);
          const hit = x <= 1.0;
          if (hit) reached = since + x * h;
          while (hit ? record.next() - start < reached : record.next() - start <= reached) {
            const part = (record.next() - start - since) / h;
            const first = record.open(); // it may make `rows` anew
            stateAt(part, record.rows, first);
          }
          stateAt(hit ? x : 1.0, y, 0);
          since = reached;
          room.end = since >= length ? end : start + since;
          if (hit || since >= length) return hit;
        }
        // else it was cut by the end of the stretch, not by its error
        if (rejected || h >= wanted || longer * h >= wanted) wanted = h * longer;
        if (wanted < 16.0 * spacing(since)) break;
      }
      room.end = start + since;
      room.stuck = true;
      return false;
    }

    return room;
  }

  return Object.freeze({ make, spacing });
})();
