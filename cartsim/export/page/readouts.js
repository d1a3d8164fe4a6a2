"use strict";
/* The read-outs of a run, by the definitions of cartsim.questions: {name: {value, text}}, the days from the infusion. */
const Readouts = (() => {
  const COMPLETE = 0.01, PARTIAL = 0.5, PROGRESSIVE = 1.25, MRD = 1e-4, APLASIA = 0.01, PAUSE = 2;
  const RESPONSE = { 3: "complete", 2: "partial", 1: "stable", 0: "progressive" };
  const none = (text) => ({ value: NaN, text });
  const said = (value, text) => ({ value, text });

  /* What the days count from: the first dose or infusion into CAR-T cells, else the start of the run. */
  function originOf(run) {
    const { day, given } = Runs.page();
    const found = run.acted.filter((one) => ["dose", "infusion"].includes(one.kind) && one.amount > 0);
    const cells = found.filter((one) => given.cells.includes(one.name));
    if (!cells.length) return { time: run.t[0] * day, after: run.t[0] * day };
    const first = cells.reduce((a, b) => (b.t < a.t ? b : a));
    return { time: first.t * day, after: first.stop * day };
  }

  function of(run) {
    const wanted = new Set(Runs.page().readouts.map((one) => one.name));
    if (!wanted.size) return {};
    const origin = originOf(run), found = {}, roles = Runs.model().roles;
    if (wanted.has("cmax")) Object.assign(found, cells(run, Course.make(run, "car_t"), origin));
    if (wanted.has("tumour_nadir")) Object.assign(found, tumour(run, Course.make(run, "tumour"), origin, roles));
    for (const role of ["il6", "ifn_gamma", "ferritin", "crp", "temperature"]) {
      if (wanted.has(`${role}_peak`)) Object.assign(found, peak(Course.make(run, role), role, origin));
    }
    for (const role of ["blood_pressure", "oxygen_saturation"]) {
      if (wanted.has(`${role}_nadir`)) found[`${role}_nadir`] = nadir(Course.make(run, role), origin);
    }
    for (const name of ["crs", "icans"]) {
      if (wanted.has(`${name}_max_grade`)) Object.assign(found, grades(run, name, origin));
    }
    if (wanted.has("neutrophil_nadir")) Object.assign(found, counts(run, "neutrophils", "neutrophil", "neutropenia_days", origin));
    if (wanted.has("platelet_nadir")) Object.assign(found, counts(run, "platelets", "platelet", "thrombocytopenia_days", origin));
    if (wanted.has("b_cell_aplasia_days")) found.b_cell_aplasia_days = aplasia(Course.make(run, "b_cells"), origin);
    return Object.fromEntries(Object.entries(found).filter(([name]) => wanted.has(name)));
  }

  function cells(run, course, origin) {
    const [top, cmax] = course.extreme(1, origin.time);
    const found = { cmax: { value: cmax } };
    const last = origin.time + 28;
    const short = last > course.end * (1 + 1e-9) ? `the run ends on day ${Numbers.text(course.end - origin.time)}` : "";
    found.auc_0_28 = short ? none(short) : { value: course.area(origin.time, last) };
    if (!(cmax > 0)) {
      const names = ["tmax", "fold_expansion", "doubling_time", "contraction_half_life", "terminal_half_life", "persistence"];
      return { ...found, ...Object.fromEntries(names.map((name) => [name, none("no CAR-T cells")])) };
    }
    found.tmax = { value: top - origin.time };
    const first = course.value(origin.after);
    found.fold_expansion = first > 0 ? { value: cmax / first } : none("none right after the infusion");
    return { ...found, ...Kinetics.of(run, course, origin, top, cmax), persistence: persistence(course, cmax, origin) };
  }

  function persistence(course, cmax, origin) {
    const limit = Runs.curve("car_t").cell;
    if (limit === null) return none("no detection limit");
    if (cmax <= limit) return none("never above one cell");
    if (course.value(course.end) > limit) return none(`> ${Numbers.text(course.end - origin.time)}`);
    return { value: course.lastAbove(limit, origin.time) - origin.time };
  }

  function tumour(run, course, origin, roles) {
    const first = course.value(origin.time);
    const [low, nadir] = course.extreme(-1, origin.time);
    const found = { tumour_nadir: { value: nadir }, tumour_nadir_day: { value: low - origin.time } };
    if (nadir === 0) found.tumour_nadir = said(0, "0");
    if (!(first > 0)) {
      for (const name of ["log10_kill", "best_response", "response_day_28", "mrd_negative_day", "relapse_day", "event_free_days"]) {
        found[name] = none("no tumour");
      }
      return found;
    }
    found.log10_kill = nadir === 0 ? said(Infinity, "all") : { value: Math.log10(first / nadir) };
    const grown = !Number.isNaN(course.firstCrossing(PROGRESSIVE * first, origin.time));
    found.best_response = graded(nadir / first, grown ? Infinity : 0);
    const day28 = origin.time + 28, share = course.value(day28) / first;
    found.response_day_28 = day28 > course.end * (1 + 1e-9) ? none("the run ends before") : graded(share, share);
    const mrd = course.firstCrossing(MRD * first, origin.time);
    found.mrd_negative_day = Number.isNaN(mrd) ? none("never below it") : { value: mrd - origin.time };
    const back = nadir >= first ? NaN : course.firstCrossing(first, low);
    if (!Number.isNaN(back)) found.relapse_day = { value: back - origin.time };
    else found.relapse_day = none(nadir >= first ? "never shrinks" : "none");
    found.event_free_days = eventFree(course, first, nadir, back, origin);
    if ("antigen_negative_tumour" in roles) found.relapse_kind = kind(run, course, back);
    return found;
  }

  /* Up to a relapse or, where the tumour never shrinks, to its progression; the end of the run if there is neither. */
  function eventFree(course, first, nadir, back, origin) {
    const event = nadir < first ? back : course.firstCrossing(PROGRESSIVE * first, origin.time);
    const days = (Number.isNaN(event) ? course.end : event) - origin.time;
    return Number.isNaN(event) ? said(days, `> ${Numbers.text(days)}`) : { value: days };
  }

  function graded(share, highest) {
    const value = share < COMPLETE ? 3 : share < PARTIAL ? 2 : highest > PROGRESSIVE ? 0 : 1;
    return said(value, RESPONSE[value]);
  }

  function kind(run, course, back) {
    if (Number.isNaN(back)) return none("no relapse");
    const without = Course.make(run, "antigen_negative_tumour").value(back);
    return without >= 0.5 * course.value(back) ? said(2, "without antigen") : said(1, "with antigen");
  }

  function peak(course, role, origin) {
    const [top, value] = course.extreme(1, origin.time);
    return { [`${role}_peak`]: { value }, [`${role}_peak_day`]: { value: top - origin.time } };
  }

  function nadir(course, origin) {
    return { value: course.extreme(-1, origin.time)[1] };
  }

  /* Spans of grade 1 or more; two with less than `PAUSE` days between them are one. */
  function grades(run, name, origin) {
    const role = `${name}_grade`, course = Course.make(run, role), { t, values, day } = course;
    let highest = 0, open = NaN;
    const spans = [];
    for (let i = course.firstFrom(origin.time); i < t.length; i++) {
      const grade = Math.floor(values[i] + 1e-9);
      highest = Math.max(highest, grade);
      if (grade >= 1 && Number.isNaN(open)) open = switched(run, role, i) * day;
      if (grade < 1 && !Number.isNaN(open)) {
        spans.push([open, switched(run, role, i) * day]);
        open = NaN;
      }
    }
    if (!Number.isNaN(open)) spans.push([open, course.end]);
    const found = { [`${name}_max_grade`]: { value: highest } };
    if (!spans.length) return { ...found, [`${name}_onset`]: none("never"), [`${name}_duration`]: none("none") };
    let over = spans[0][1];
    for (const [start, stop] of spans.slice(1)) {
      if (start - over >= PAUSE) break;
      over = stop;
    }
    const start = Math.max(spans[0][0], origin.time);
    const lasting = over >= course.end ? said(over - start, `${Numbers.text(over - start)}, not yet over`) : { value: over - start };
    return { ...found, [`${name}_onset`]: { value: start - origin.time }, [`${name}_duration`]: lasting };
  }

  /* The time between rows i - 1 and i at which a grade comes or goes: states in between are read by halving. */
  function switched(run, role, i) {
    if (i === 0 || !(run.t[i] > run.t[i - 1])) return run.t[i];
    const after = run.value(role)[i] >= 1 - 1e-9;
    let [low, high] = [run.t[i - 1], run.t[i]];
    for (let step = 0; step < 8; step++) {
      const middle = 0.5 * (low + high);
      if (run.between(role, i, middle) >= 1 - 1e-9 === after) high = middle;
      else low = middle;
    }
    return 0.5 * (low + high);
  }

  function counts(run, role, word, days, origin) {
    const course = Course.make(run, role), level = Runs.page().given.levels[role];
    const spans = level === null ? [] : course.below(level, origin.time);
    const total = spans.reduce((sum, [start, stop]) => sum + stop - start, 0);
    return {
      [`${word}_nadir`]: nadir(course, origin),
      [days]: level === null ? none("no limit in this unit") : { value: total },
    };
  }

  function aplasia(course, origin) {
    if (!(course.values[0] > 0)) return none("no B cells at the start");
    const spans = course.below(APLASIA * course.values[0], origin.time);
    return { value: spans.reduce((sum, [start, stop]) => sum + stop - start, 0) };
  }

  return { of, originOf };
})();
