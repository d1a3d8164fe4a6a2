"use strict";
/*
 * What is given to a model and when, cut into stretches between events: the twin of
 * cartsim/solving/timeline.py.
 *
 * Events have the JSON form of cartsim/language/serial.py. Intervals are half-open: an infusion or a change
 * acts from its start up to, but not at, its stop. Doses at one instant add; factors multiply.
 */
const CartsimTimeline = (() => {
  /** A number in few digits, for sentences. */
  const plain = (x) => String(Number(x.toPrecision(6)));

  /**
   * @param {object} model             the data of the page
   * @param {Float64Array} base        the parameter values where nothing changes them
   * @param {object[]} events
   * @param {number} start
   * @param {number} until             every event must begin between the two
   */
  function make(model, base, events, start, until) {
    const places = new Map(model.parameters.map((parameter, i) => [parameter.name, i]));
    const doses = [], infusions = [], changes = [];
    for (const event of events) {
      if (event.kind !== "When") {
        check(event);
        put(event, 0.0);
      }
    }
    refuseConflicts();

    function check(event) {
      const begins = beginning(event);
      const numbers = [begins, event.amount ?? 0.0, event.duration ?? 1.0, event.to ?? event.factor ?? 0.0];
      if (!numbers.every(Number.isFinite) || event.amount < 0.0 || event.duration <= 0.0) {
        const text = JSON.stringify(event);
        throw new Error(`an event has a number that is missing, negative or not finite: ${text}`);
      }
      const what = event.kind === "Change" ? `the change of '${event.parameter}'`
        : `the ${event.kind.toLowerCase()} into '${event.into}'`;
      if (begins < start) {
        throw new Error(`${what} at ${model.time} ${plain(begins)} lies before the start of the run at ` +
          `${model.time} ${plain(start)}`);
      }
      if (begins > until) {
        throw new Error(`${what} at ${model.time} ${plain(begins)} lies after the end of the run; ` +
          `use until=${plain(begins)} or more, not ${plain(until)}`);
      }
    }

    /** Put an event on the line, its times counted from `zero`. */
    function put(event, zero) {
      const begins = zero + beginning(event);
      if (event.kind === "Change") {
        const place = placeOf(places, event.parameter, "parameter");
        const stop = event.stop === null || event.stop === undefined ? Infinity : zero + event.stop;
        const to = event.to ?? null, factor = event.factor ?? null;
        changes.push({ start: begins, stop, place, name: event.parameter, to, factor, begun: false });
        return;
      }
      const place = placeOf(new Map(Object.entries(model.targets)), event.into, "species");
      const name = model.species[place].name, amount = event.amount;
      const stop = event.kind === "Infusion" ? begins + event.duration : begins;
      if (stop > begins) infusions.push({ start: begins, stop, place, name, amount, begun: false });
      else doses.push({ start: begins, stop, place, name, amount, begun: false }); // or lost in rounding
    }

    function placeOf(known, name, kind) {
      if (!known.has(name)) throw new Error(`'${name}' is not a ${kind} of '${model.name}'`);
      return known.get(name);
    }

    /** Put what a rule does on the line, its times counted from `time`; beyond the end it is dropped. */
    function add(actions, time) {
      for (const action of actions) {
        if (time + beginning(action) <= until) put(action, time);
      }
      refuseConflicts();
    }

    function refuseConflicts() {
      const settings = changes.filter((change) => change.to !== null);
      settings.forEach((one, i) => {
        for (const other of settings.slice(i + 1)) {
          const overlap = one.start < other.stop && other.start < one.stop;
          if (one.place === other.place && overlap && one.to !== other.to) {
            const when = `${model.time} ${plain(Math.max(one.start, other.start))}`;
            throw new Error(`two changes set '${one.name}' at once, to ${plain(one.to)} and to ` +
              `${plain(other.to)} (${when}); stop the first or use factor=`);
          }
        }
      });
    }

    /** The next instant after `time` at which something begins or ends, or infinity. */
    function nextAfter(time) {
      let next = Infinity;
      for (const group of [doses, infusions, changes]) {
        for (const event of group) {
          if (event.start > time && event.start < next) next = event.start;
          if (event.stop > time && event.stop < next) next = event.stop;
        }
      }
      return next;
    }

    /** Write the parameter values in force from `time` on. */
    function parametersAt(time, target) {
      target.set(base);
      const acting = changes.filter((change) => change.start <= time && time < change.stop);
      for (const { place, to } of acting) if (to !== null) target[place] = to;
      for (const { place, factor } of acting) if (factor !== null) target[place] *= factor;
    }

    /** Write what infusions add to each species a unit of time, from `time` on. */
    function inflowAt(time, target) {
      target.fill(0.0);
      for (const infusion of infusions) {
        if (infusion.start <= time && time < infusion.stop) {
          target[infusion.place] += infusion.amount / (infusion.stop - infusion.start);
        }
      }
    }

    /** Add what is given at `time` to the amounts, and note everything that begins then. */
    function begin(time, amounts, acted) {
      const fresh = (event) => !event.begun && event.start === time;
      for (const dose of doses.filter(fresh)) {
        dose.begun = true;
        amounts[dose.place] += dose.amount;
        acted.push(occurrence(time, "dose", dose.name, dose.amount, time));
      }
      for (const infusion of infusions.filter(fresh)) {
        infusion.begun = true;
        acted.push(occurrence(time, "infusion", infusion.name, infusion.amount, infusion.stop));
      }
      for (const change of changes.filter(fresh)) {
        change.begun = true;
        acted.push(occurrence(time, "change", change.name, change.to ?? change.factor, change.stop));
      }
    }

    return { add, nextAfter, parametersAt, inflowAt, begin };
  }

  /** When an event begins, by its own clock. */
  const beginning = (event) => (event.kind === "Dose" ? event.at : event.start) ?? 0.0;

  /** @returns {{t: number, kind: string, name: string, amount: number, stop: number, label: string}} */
  function occurrence(t, kind, name, amount, stop) {
    const label = {
      dose: `dose of ${plain(amount)} into ${name}`,
      infusion: `infusion of ${plain(amount)} into ${name}`,
      change: `${name} changed (${plain(amount)})`,
      rule: `rule ${name}`,
      extinction: `${name} died out`,
    }[kind];
    return { t, kind, name, amount, stop, label };
  }

  return Object.freeze({ make, occurrence, plain });
})();
