"use strict";
/*
 * A model from event to event: the twin of cartsim/solving/run.py.
 *
 *   const engine = CartsimEngine.make(MODEL, printed);      // see cartsim/export/payload.py for both
 *   const run = engine.run({ values: { gamma: 4e-6 }, until: 200 });
 *   run.t, run.y[0], run.acted, engine.outputs(run, ["tumour"]).tumour
 *
 * Nothing here knows of documents. Amounts are in the unit of their species, times in that of the model.
 */
const CartsimEngine = (() => {
  const { occurrence, plain } = CartsimTimeline;
  // Ten times finer than in Python: over all presets the largest error was 6e-4 at 1e-6, and 1e-5 at 1e-7.
  const RTOL = 1e-7;

  /** @param {object} model  the data of a page;  @param {object} printed  its functions */
  function make(model, printed) {
    const sizes = model.sizes;
    const counts = {
      species: model.species.length,
      parameters: model.parameters.length,
      factors: sizes.factors,
    };
    const context = {
      model,
      printed,
      species: model.species.map((entry) => entry.name),
      parameters: model.parameters.map((entry) => entry.name),
      solver: CartsimSolver.make(model.method, printed, counts, model.dependsOnTime),
      mortal: model.species.flatMap((entry, place) =>
        entry.extinctBelow === null ? [] : [{ place, limit: entry.extinctBelow }]),
      jumps: new Float64Array(sizes.jumps),
      instants: new Float64Array(sizes.instants),
      watched: new Float64Array(sizes.watch),
      conditions: new Float64Array(sizes.conditions),
      outputs: new Float64Array(sizes.outputs),
    };
    return Object.freeze({
      model,
      run: (request) => solved(context, request ?? {}),
      outputs: (run, names) => CartsimRecord.outputsOf(context, run, names),
    });
  }

  // ------------------------------------------------------------------ from the start to the end

  /**
   * @param {object} request
   * @param {Object<string, number|null>} [request.values]   parameters and initial amounts that differ
   * @param {object[]} [request.events]       instead of those of the model
   * @param {number} [request.start]
   * @param {number} [request.until]
   * @param {number[]|null} [request.at]      output times; at the instant of an event, the value after it;
   *   without them evenly spaced times, and both sides of every event
   * @param {number} [request.points]         how many evenly spaced ones
   * @param {number} [request.rtol]           relative tolerance of a step
   * @returns {{t: Float64Array, y: Float64Array[], acted: object[], steps: number, rejected: number}}
   *   `y` by species; `acted` what happened: {t, kind, name, amount, stop, label}
   * @throws {Error} a sentence: what does not fit, or when and in which species the run could go no further
   */
  function solved(context, request) {
    const { solver } = context;
    const run = begun(context, request);
    solver.steps = solver.rejected = 0;
    putInForce(context, run);
    run.record.segment(solver.p);
    instant(context, run, -1, false, true);
    while (run.t < run.until) {
      const { end, event } = nextStop(context, run);
      const lookout = CartsimRules.lookout(context, run);
      run.record.limit = end;
      const seen = solver.stretch(run.t, end, run.rtol, run.record, lookout);
      run.t = solver.end;
      if (solver.stuck) throw new Error(failure(context, run));
      const dead = seen && lookout.fallen >= 0 ? context.mortal[lookout.fallen].place : -1;
      instant(context, run, dead, run.t === event, false);
    }
    const { steps, rejected } = solver;
    return { ...run.record.finished(run.until), acted: run.acted, steps, rejected };
  }

  function begun(context, request) {
    const { model, solver, species } = context;
    const start = request.start ?? model.start, until = request.until ?? model.until;
    const events = request.events ?? model.events, rtol = request.rtol ?? RTOL;
    CartsimRequest.check(start, until, rtol);
    const { base, initial } = CartsimRequest.numbers(context, request.values ?? {});
    const timeline = CartsimTimeline.make(model, base, events, start, until);
    CartsimRequest.startingAmounts(context, start, initial, base, solver.y);
    solver.atol.set(CartsimRequest.tolerances(model, events, solver.y, rtol));
    timeline.parametersAt(start, solver.p);
    CartsimRequest.startingAmounts(context, start, initial, solver.p, solver.y);
    return {
      until,
      rtol,
      timeline,
      t: start,
      acted: [],
      rules: CartsimRules.states(model, events),
      lives: context.mortal.map(() => false),
      died: new Set(), // places of the species that died and have not come back to their limit
      bothSides: (request.at ?? null) === null,
      record: CartsimRecord.make(species.length, CartsimRequest.gridOf(request, start, until)),
    };
  }

  /** Note the parameter values and infusions that hold from now on. */
  function putInForce({ solver }, run) {
    run.timeline.parametersAt(run.t, solver.p);
    run.timeline.inflowAt(run.t, solver.inflow);
  }

  /** Where the next stretch ends, and when the next known event is. */
  function nextStop({ printed, solver, jumps, instants }, run) {
    const sooner = (least, time) => (time > run.t && time < least ? time : least);
    const later = (times) => times.reduce(sooner, Infinity);
    printed.jumps(0.0, solver.y, solver.p, jumps);
    const event = Math.min(run.timeline.nextAfter(run.t), later(jumps));
    if (!run.rules.length) return { end: Math.min(event, run.until), event };
    printed.instants(0.0, solver.y, solver.p, instants);
    const quiet = run.rules.flatMap((rule) => rule.instants.map((place) => instants[place]));
    const end = Math.min(event, later(quiet), CartsimRules.nextWake(run), run.until);
    return { end, event };
  }

  // ------------------------------------------------------------------ at one instant

  /** Everything that happens at the present time: deaths, doses, rules. */
  function instant(context, run, dead, boundary, first) {
    const { solver } = context;
    const before = solver.y.slice(), noted = run.acted.length;
    if (dead >= 0) {
      run.died.delete(dead); // it had come back to its limit, perhaps within the stretch
      die(context, run, dead);
    }
    begin(context, run);
    const most = run.rules.reduce((sum, rule) => sum + rule.atMost, 0);
    for (let k = 0; k < most; k++) {
      const acted = run.rules.map((rule) => CartsimRules.act(context, run, rule)); // each is asked
      if (!acted.includes(true)) break;
      begin(context, run);
    }
    bury(context, run, before, first);
    write(context, run, before, boundary || run.acted.length > noted, first);
  }

  function begin(context, run) {
    run.timeline.begin(run.t, context.solver.y, run.acted);
    putInForce(context, run);
  }

  function die({ solver, species }, run, place) {
    solver.y[place] = 0.0;
    if (run.died.has(place)) return; // what came back did not reach the limit: it is still the same death
    run.died.add(place);
    run.acted.push(occurrence(run.t, "extinction", species[place], 0.0, run.t));
  }

  /**
   * What is below its limit and falls is gone, if it was given so, has been at its limit, or died.
   *
   * What has come up by itself and never reached its limit is no population yet, and cannot die out.
   */
  function bury(context, run, before, first) {
    const { solver, printed, mortal } = context;
    const { y, slopes, inflow } = solver;
    let known = false;
    mortal.forEach(({ place, limit }, k) => {
      if (y[place] >= limit) run.died.delete(place);
      const population = first || y[place] > before[place] || run.died.has(place) || run.lives[k];
      if (!(population && y[place] > 0.0 && y[place] < limit)) return;
      if (!known) printed.rightHandSide(run.t, y, solver.p, slopes);
      known = true;
      if (slopes[place] + inflow[place] < 0.0) die(context, run, place);
    });
    mortal.forEach(({ place, limit }, k) => {
      run.lives[k] = y[place] >= limit;
    });
  }

  /** Write the rows of this instant, and begin another stretch. */
  function write({ solver }, run, before, visible, first) {
    const { record } = run;
    const wanted = record.wants(run.t, before);
    const twice = run.bothSides && visible;
    if (twice) record.row(run.t, before);
    if (!first || visible) record.segment(solver.p, run.t);
    if (twice || wanted) record.row(run.t, solver.y);
  }

  // ------------------------------------------------------------------ where it cannot go on

  /** The sentence about a run that stopped: when, and which species has no value or changes the fastest. */
  function failure({ model, printed, solver, species }, run) {
    const { y, slopes } = solver;
    printed.rightHandSide(run.t, y, solver.p, slopes);
    const most = run.record.largest();
    const lost = slopes.findIndex((slope) => !Number.isFinite(slope));
    const speed = (i) => Math.abs(slopes[i] + solver.inflow[i]) / Math.max(most[i], Math.abs(y[i]), 5e-324);
    const fastest = species.reduce((best, _name, i) => (speed(i) > speed(best) ? i : best), 0);
    const place = lost >= 0 ? lost : fastest;
    const why = lost >= 0
      ? "has a rate without a value; does it divide by zero, or take a root or a logarithm that has none?"
      : "changes faster than the solver can follow; does it divide by what runs out, or grow without bound?";
    return `'${model.name}' could not be solved beyond ${model.time} ${plain(run.t)}: '${species[place]}', ` +
      `at ${plain(y[place])}, ${why}`;
  }

  return Object.freeze({ make, RTOL });
})();
