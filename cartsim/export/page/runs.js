"use strict";
/* From what was moved to a run: values and events for the engine, and the numbers that come back, by name. */
const Runs = (() => {
  let model, page, engine, curves;
  const ofPreset = new Map();

  function begin(modelData, pageData, script) {
    [model, page] = [modelData, pageData];
    engine = CartsimEngine.make(model, script);
    curves = new Map(page.curves.map((curve) => [curve.name, curve]));
    for (const control of [model, ...model.presets].flatMap((one) => one.controls)) control.label = spoken(control.label);
  }

  /* A condition as a reader says it: "CRS grade ≥ 2". */
  function spoken(text) {
    const signs = text.replace(/>=/g, "≥").replace(/<=/g, "≤");
    return signs.replace(/\b(crs|icans)_grade\b/g, (_all, name) => `${name.toUpperCase()} grade`);
  }

  /* The controls of a preset, with their values in it; those that only it has stand with their group. */
  function controls(preset) {
    if (!ofPreset.has(preset)) {
      const chosen = model.presets[preset];
      const own = new Map(chosen.controls.map((control) => [control.name, control]));
      const found = model.controls.filter((one) => !chosen.without.includes(one.name));
      const kept = found.map((control) => own.get(control.name) ?? control);
      const added = chosen.controls.filter((one) => !model.controls.some((other) => other.name === one.name));
      const place = kept.findLastIndex((one) => one.group === added[0]?.group) + 1;
      ofPreset.set(preset, [...kept.slice(0, place), ...added, ...kept.slice(place)]);
    }
    return ofPreset.get(preset);
  }

  /* Whether anything is done in a preset, and whether a rule does it. */
  function hasEvents(preset) {
    const { events } = model.presets[preset];
    return { treated: events.length > 0, ruled: events.some((event) => event.kind === "When") };
  }

  function startOf(event) {
    return event.kind === "Dose" ? event.at : event.start;
  }

  function shifted(event, by) {
    if (event.kind === "Dose") return { ...event, at: event.at + by };
    return { ...event, start: event.start + by, ...(event.stop == null ? {} : { stop: event.stop + by }) };
  }

  function scaled(event, factor) {
    return event.kind === "Change" ? { ...event, to: event.to * factor } : { ...event, amount: event.amount * factor };
  }

  /* The events of a preset with its controls elsewhere, as `moved` in Python does it. */
  function eventsWith(events, moves) {
    const kept = new Map(events.map((event, i) => [i, event]));
    const change = (places, how) => places.forEach((i) => kept.set(i, how(kept.get(i))));
    moves.sort((a, b) => (a[0].kind === "switch") - (b[0].kind === "switch"));
    for (const [control, value] of moves) {
      if (control.kind === "switch") {
        if (value === 0) control.events.forEach((i) => kept.delete(i));
      } else if (control.kind === "day") {
        const by = value - startOf(kept.get(control.events[0]));
        change(control.events, (event) => shifted(event, by));
      } else {
        const factor = control.kind === "factor" ? value : control.value ? value / control.value : 0;
        change(control.events, (event) => scaled(event, factor));
      }
    }
    return [...kept.entries()].sort((a, b) => a[0] - b[0]).map(([, event]) => event);
  }

  /* Everything the engine needs to know of a preset with some names moved; a misspelt one is answered. */
  function setting(preset, moved, until) {
    const chosen = model.presets[preset];
    const values = { ...chosen.values }, moves = [];
    const acting = controls(preset).filter((control) => control.events.length);
    const offered = new Map(acting.map((control) => [control.name, control]));
    for (const [name, value] of Object.entries(moved)) {
      if (!Number.isFinite(value)) throw new Error(`${name} is ${value}, which is not a number.`);
      if (offered.has(name)) moves.push([offered.get(name), value]);
      else if (known().includes(name)) values[name] = value;
      else throw new Error(unknown(name, [...offered.keys(), ...known()]));
    }
    const events = eventsWith(chosen.events, moves);
    return { values, events, start: chosen.start, until: until ?? chosen.until };
  }

  function known() {
    return [...model.parameters, ...model.species].map((part) => part.name);
  }

  function unknown(name, names) {
    const near = nearest(name, names);
    const ends = near ? `; did you mean '${near}'?` : `; the names are ${names.slice(0, 12).join(", ")}, ...`;
    return `'${name}' is neither a control, a parameter nor a species of '${model.name}'${ends}`;
  }

  /* The known name with the fewest changed letters, if these are fewer than half of them. */
  function nearest(name, names) {
    let best = null, least = Math.max(1, Math.floor(name.length / 2)) + 0.5;
    for (const other of names) {
      const far = name.toLowerCase() === other.toLowerCase() ? 0 : distance(name.toLowerCase(), other.toLowerCase());
      if (far < least) [best, least] = [other, far];
    }
    return best;
  }

  function distance(a, b) {
    let row = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1])));
      }
      row = next;
    }
    return row[b.length];
  }

  const asked = new Set(); // every name that was ever asked for: all of them are computed in one go

  /* A role that is no more than another name, as that name. */
  function resolved(name) {
    const text = model.roles[name]?.trim();
    const isName = text && (known().includes(text) || model.outputs.some((one) => one.name === text));
    return isName ? text : name;
  }

  /* A run: times, amounts, and whatever the model names, computed when it is first asked for.
   * `closely` is for a hand that rests: a fine tolerance, and rows on both sides of every rule and extinction. */
  function solve(preset, moved, { until = null, closely = true } = {}) {
    const request = setting(preset, moved, until), rtol = closely ? FINE : COARSE;
    let result = engine.run({ ...request, at: times(request, []), rtol });
    const met = result.acted.filter((one) => one.kind === "rule" || one.kind === "extinction");
    if (closely && met.length) result = engine.run({ ...request, at: times(request, met), rtol });
    const seen = new Map();
    function value(name) {
      const own = resolved(name);
      if (!seen.has(own)) {
        asked.add(own);
        for (const [one, values] of Object.entries(engine.outputs(result, [...asked]))) seen.set(one, values);
      }
      return seen.get(own);
    }

    /* One name at a time between rows i - 1 and i, the amounts read by logarithms. */
    function between(name, i, time) {
      const part = (time - result.t[i - 1]) / (result.t[i] - result.t[i - 1]), own = resolved(name);
      const y = result.y.map((values) => {
        const [a, b] = [values[i - 1], values[i]];
        return [a > 0 && b > 0 ? a * (b / a) ** part : a + part * (b - a)];
      });
      const one = { ...result, t: Float64Array.of(time), y, segment: [result.segment[i]] };
      return engine.outputs(one, [own])[own][0];
    }

    return { preset, asked: request, result, t: result.t, acted: result.acted, value, between };
  }

  const COARSE = 1e-4, FINE = 1e-6; // relative tolerances
  const CLOSE = 45; // days after the first event in which there are ten times a day
  const ROWS = 500; // evenly spaced over the whole run

  /* When a run is written down: evenly, closely in the first weeks after CAR-T cells, twice around events. */
  function times({ events, start, until }, met) {
    const day = page.day ?? 1, found = [];
    const given = events.filter((event) => event.kind === "Dose" || event.kind === "Infusion");
    const cells = given.filter((event) => page.given.cells.includes(model.species[model.targets[event.into]].name));
    const origin = cells.length ? Math.min(...cells.map(startOf)) : start;
    for (let i = 0; i <= ROWS; i++) found.push(start + (i / ROWS) * (until - start));
    for (let i = 0; i <= 10 * CLOSE; i++) found.push(origin + i / (10 * day));
    for (const event of events.filter((one) => one.kind !== "When")) {
      const ends = [startOf(event), event.kind === "Infusion" ? event.start + event.duration : event.stop];
      for (const end of ends.filter((one) => one != null)) found.push(end - 1e-9 * Math.max(1, Math.abs(end)), end);
    }
    for (const event of given) {
      for (let step = 0.002; step < 0.2; step *= 2) found.push(startOf(event) + step / day); // what is given spreads fast
    }
    for (const { t } of met) found.push(t - 1e-9 * Math.max(1, Math.abs(t)), t, t + 1e-9 * Math.max(1, Math.abs(t)));
    found[ROWS] = until;
    const inside = found.filter((time) => time >= start && time <= until).sort((a, b) => a - b);
    return inside.filter((time, i) => i === 0 || time > inside[i - 1]);
  }

  /* Plain arrays for tests and for the curious; see `window.cartsim.run`. */
  function plain(values = {}, { until = null, at = null, preset = null, rtol = CartsimEngine.RTOL } = {}) {
    const place = preset === null ? 0 : typeof preset === "number" ? preset : presetNamed(preset);
    if (!model.presets[place]) throw new Error(`there is no preset ${preset}; there are ${model.presets.length}`);
    const result = engine.run({ ...setting(place, values, until), at, rtol });
    const t = Array.from(result.t), species = {}, units = {};
    model.species.forEach((one, i) => {
      species[one.name] = Array.from(result.y[i]);
      units[one.name] = one.unit;
    });
    return { ...species, t, times: t, species, units };
  }

  function presetNamed(label) {
    const labels = model.presets.map((one) => one.label);
    if (!labels.includes(label)) {
      const near = nearest(label, labels);
      throw new Error(`there is no preset '${label}'` + (near ? `; did you mean '${near}'?` : ""));
    }
    return labels.indexOf(label);
  }

  return {
    begin, controls, solve, plain, setting, spoken, hasEvents,
    model: () => model,
    page: () => page,
    engine: () => engine,
    curve: (name) => curves.get(name),
    pretty: (unit) => page.units[unit] ?? unit,
  };
})();
