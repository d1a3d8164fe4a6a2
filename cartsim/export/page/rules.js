"use strict";
/*
 * What a run looks out for while it goes on: extinction below a limit, and rules on the state. The twin of
 * cartsim/solving/watch.py, and of what cartsim/solving/run.py does with a rule.
 */
const CartsimRules = (() => {
  const { occurrence } = CartsimTimeline;

  /** Where each rule stands: how often it acted, whether it waits for its condition, how long it rests. */
  function states(model, events) {
    return events.filter((event) => event.kind === "When").map((event) => {
      const places = model.conditions[event.condition];
      if (places === undefined) {
        throw new Error(`the rule '${event.condition}' was not printed for this page`);
      }
      return {
        ...places,
        condition: event.condition,
        actions: event.then,
        delay: event.delay ?? 0.0,
        apart: event.apart ?? 0.0,
        atMost: event.at_most ?? 1,
        acted: 0,
        waiting: true,
        restsUntil: Infinity,
      };
    });
  }

  const exhausted = (rule) => rule.acted >= rule.atMost;

  /** The next instant after the present one at which a resting rule looks again, or infinity. */
  function nextWake(run) {
    const times = run.rules.filter((rule) => !exhausted(rule)).map((rule) => rule.restsUntil);
    return Math.min(Infinity, ...times.filter((time) => time > run.t));
  }

  /** Let a rule act if its condition holds now; whether it did. */
  function act({ printed, solver, conditions }, run, rule) {
    const resting = Number.isFinite(rule.restsUntil);
    if (exhausted(rule) || (resting && run.t < rule.restsUntil)) return false;
    if (resting) {
      rule.restsUntil = Infinity;
      rule.waiting = true;
    }
    printed.conditions(run.t, solver.y, solver.p, conditions);
    const holds = conditions[rule.whole] >= 0.0; // one that has no value does not hold
    if (!(holds && rule.waiting)) {
      rule.waiting = rule.waiting || !holds;
      return false;
    }
    const actsAt = run.t + rule.delay;
    rule.acted += 1;
    rule.waiting = false;
    if (rule.apart > 0.0) rule.restsUntil = actsAt + rule.apart;
    run.acted.push(occurrence(run.t, "rule", rule.condition, 0.0, run.t));
    run.timeline.add(rule.actions, actsAt);
    return true;
  }

  /**
   * What ends the next stretch before its end: a species that falls below its limit, after it has been at it;
   * or a comparison of a rule that changes, as whether the whole rule holds may change there.
   *
   * @returns {{met: function, passed: function, fallen: number}|null} `fallen` is the one of the mortal that
   *   fell, or -1; null where there is nothing to look out for
   */
  function lookout({ printed, solver, mortal, watched }, run) {
    const awake = run.rules.filter((rule) => !exhausted(rule) && !Number.isFinite(rule.restsUntil));
    const places = Int32Array.from(new Set(awake.flatMap((rule) => rule.comparisons)));
    if (!mortal.length && !places.length) return null;
    printed.watch(run.t, solver.y, solver.p, watched);
    const held = Array.from(places, (place) => watched[place] >= 0.0);
    const lives = run.lives.slice();
    const found = { met, passed, fallen: -1 };

    function met(t, y, p) {
      found.fallen = -1;
      for (let k = 0; k < mortal.length; k++) {
        if (lives[k] && y[mortal[k].place] < mortal[k].limit) {
          found.fallen = k;
          return true;
        }
      }
      if (!places.length) return false;
      printed.watch(t, y, p, watched);
      for (let k = 0; k < places.length; k++) {
        const value = watched[places[k]];
        if (held[k] ? value < 0.0 : value >= 0.0) return true;
      }
      return false;
    }

    /** From a state at which nothing was met: what has come to its limit can fall below it. */
    function passed(y) {
      for (let k = 0; k < mortal.length; k++) {
        if (y[mortal[k].place] >= mortal[k].limit) lives[k] = true;
      }
    }

    return found;
  }

  return Object.freeze({ states, nextWake, act, lookout });
})();
