"use strict";
/* What the page says below the picture: the values at the time pointed at, and what changed. */
const Sentences = (() => {
  const touch = window.matchMedia("(hover: none)");
  const asIs = new Map(); // preset and end: its run with nothing moved

  /* The values of the chosen curves at a time. */
  function at(run, time) {
    if (time === null) return touch.matches ? "Touch the picture to read it." : "Point at the picture to read it; drag over it to see a part.";
    const said = State.state.curves.map(Runs.curve).map((curve) => {
      const value = Paths.at(run.t, run.value(curve.name), time, true);
      const unit = curve.unit === "cells" && curve.words.includes("cells") ? "" : curve.unit;
      return `${curve.words} ${Numbers.quantity(value, unit)}`;
    });
    return `${Runs.model().time} ${Numbers.text(time)}: ${said.join(" · ")}`;
  }

  /* What now differs in from the last pin, or else from the preset with nothing moved. */
  function changed(run, pins) {
    const { preset, values, until } = State.state, last = pins[pins.length - 1];
    if (last) return beside(run, last);
    if (!Object.keys(values).length) return "Move a slider; pin a curve to keep it for comparing.";
    const key = `${preset} ${until}`;
    if (!asIs.has(key)) {
      const usual = Runs.solve(preset, {}, { until });
      usual.found = Readouts.of(usual);
      asIs.set(key, usual);
    }
    const before = asIs.get(key), has = Runs.page().readouts.length;
    return `${Pins.words(preset, values)}. ${has ? Readings.sentence(run.found, before.found, "what it was") : atTheEnd(run, before, "what it was")}`;
  }

  /* The last pin and now: the same as long as nothing has been moved since. */
  function beside(run, { pin, letter, run: before }) {
    const { preset, values } = State.state;
    if (pin.preset === preset && JSON.stringify(pin.values) === JSON.stringify(values)) {
      return `Pinned as ${letter}. Now move a slider: ${letter} stays as it is.`;
    }
    return Runs.page().readouts.length ? Readings.sentence(run.found, before.found, letter) : atTheEnd(run, before, letter);
  }

  /* For a model without read-outs: where its curves end. */
  function atTheEnd(run, before, beforeWords) {
    const last = (one, name) => Numbers.text(one.value(name)[one.t.length - 1]);
    const end = run.t[run.t.length - 1], same = before.t[before.t.length - 1] === end;
    const said = State.state.curves.map(Runs.curve).filter(({ name }) => last(run, name) !== last(before, name))
      .map(({ name, words, unit }) => `${words} ${last(run, name)}${unit ? ` ${unit}` : ""}, not ${last(before, name)}`);
    return same && said.length ? `Compared with ${beforeWords}, on ${Runs.model().time} ${Numbers.text(end)}: ${said.slice(0, 2).join("; ")}.` : "";
  }

  return { at, changed };
})();
