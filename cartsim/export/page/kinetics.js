"use strict";
/* How fast the CAR-T cells double, halve and fade: the twin of cartsim/questions/kinetics.py, on the rows of a run. */
const Kinetics = (() => {
  const TENTH = 0.1; // of the peak: where contraction is over
  const LEAST_FALL = 0.05, STEADY = 0.02; // of a terminal phase: in logarithms, and how even its halves are
  const JUMP = 1e-6;

  /* Shortest doubling and halving, and the half-life of the last third; `top` is the day of the peak. */
  function of(run, course, origin, top, cmax) {
    const end = course.end, never = (text) => ({ value: NaN, text });
    const known = (value, text) => (Number.isFinite(value) ? { value } : never(text));
    const below = course.firstCrossing(TENTH * cmax, top), stop = Number.isNaN(below) ? end : below;
    return {
      doubling_time: known(quickest(course, 1, undisturbed(run, course, origin.after, top)), "never double"),
      contraction_half_life: top >= end ? never("still rising") : known(quickest(course, -1, undisturbed(run, course, top, stop)), "do not halve"),
      terminal_half_life: terminal(course, undisturbed(run, course, top, end), never),
    };
  }

  /* The parts of a span of days in which no CAR-T cells are given and nothing jumps. */
  function undisturbed(run, course, start, stop) {
    const { t, values, day } = course, own = Runs.page().given.counted;
    const given = run.acted.filter((one) => ["dose", "infusion"].includes(one.kind) && one.amount > 0 && own.includes(one.name));
    const pauses = given.map((one) => [one.t * day, Math.min(one.stop * day, course.end)]);
    for (let i = 0; i < t.length - 1; i++) {
      const [a, b] = [values[i], values[i + 1]];
      const close = t[i + 1] - t[i] <= 3e-9 * Math.max(1, Math.abs(t[i]));
      if (close && Math.abs(b - a) > JUMP * Math.max(Math.abs(a), Math.abs(b))) pauses.push([t[i] * day, t[i + 1] * day]);
    }
    const parts = [];
    let begin = start;
    for (const [pause, resume] of pauses.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
      if (begin >= stop) break;
      if (pause > begin) parts.push([begin, Math.min(pause, stop)]);
      begin = Math.max(begin, resume);
    }
    parts.push([begin, stop]);
    return parts.filter(([a, b]) => b > a);
  }

  /* The shortest time in which the curve doubles (way 1) or halves (way -1): it begins or ends at a row. */
  function quickest(course, way, parts) {
    let best = Infinity;
    for (const part of parts) {
      const { times, levels } = along(course, way, part);
      for (let i = 0; i < times.length; i++) {
        best = Math.min(best, onwards(times, levels, i, best), backwards(times, levels, i, best));
      }
    }
    return best;
  }

  /* Ends and rows of a part, up to where nothing is left; a change by the factor is a rise by ln 2. */
  function along(course, way, [begin, stop]) {
    const times = [begin], levels = [way * Math.log(course.value(begin))];
    for (let i = course.firstFrom(begin); i < course.t.length; i++) {
      const time = course.t[i] * course.day;
      if (time >= stop || !(course.values[i] > 0)) break;
      if (time > begin) {
        times.push(time);
        levels.push(way * Math.log(course.values[i]));
      }
    }
    times.push(stop);
    levels.push(way * Math.log(course.value(stop)));
    const gone = levels.findIndex((level) => !Number.isFinite(level));
    return gone < 0 ? { times, levels } : { times: times.slice(0, gone), levels: levels.slice(0, gone) };
  }

  function onwards(times, levels, i, best) {
    const goal = levels[i] + Math.LN2;
    for (let j = i + 1; j < times.length && times[j - 1] - times[i] < best; j++) {
      if (levels[j] >= goal) return reached(times, levels, j - 1, goal) - times[i];
    }
    return Infinity;
  }

  function backwards(times, levels, j, best) {
    const goal = levels[j] - Math.LN2;
    for (let i = j - 1; i >= 0 && times[j] - times[i + 1] < best; i--) {
      if (levels[i] <= goal) return times[j] - reached(times, levels, i, goal);
    }
    return Infinity;
  }

  const reached = (times, levels, i, goal) =>
    times[i] + ((goal - levels[i]) / (levels[i + 1] - levels[i])) * (times[i + 1] - times[i]);

  function terminal(course, parts, never) {
    const end = course.end, last = parts[parts.length - 1];
    if (!last || last[1] < end) return never("the run is too short");
    const start = end - (end - last[0]) / 3, half = (start + end) / 2;
    const [first, middle, now] = [start, half, end].map((time) => course.value(time));
    if (!(Math.min(first, middle, now) > 0)) return never("none are left");
    const early = Math.log(first / middle) / (half - start), late = Math.log(middle / now) / (end - half);
    const fall = Math.log(first / now);
    if (fall < LEAST_FALL) return never("hardly fall");
    if (Math.abs(early - late) > STEADY * Math.max(early, late)) return never("not yet steady");
    return { value: (Math.LN2 * (end - start)) / fall };
  }

  return { of };
})();
