"use strict";
/* The loop: what was moved is solved and drawn at most once a frame; what is slow waits until the hand rests. */
const Loop = (() => {
  const { byId } = Markup;
  const REST = 350; // milliseconds without a change after which table, address and spoken words follow
  const todo = new Set();
  const spikes = new Map(); // species: whether its bands would be a spike
  let run = null, failed = false, resting = 0, asked = false, usual = null, frames = 0, widened = false;

  const whole = () => (run ? [run.t[0], run.t[run.t.length - 1]] : [0, 1]);
  const view = () => State.state.view ?? whole();

  /* Do `what` in the next frame; whatever else was asked for by then is done with it. */
  function later(...what) {
    what.forEach((one) => todo.add(one));
    if (!asked) window.requestAnimationFrame(frame);
    asked = true;
  }

  function frame() {
    asked = false;
    frames += 1;
    const now = new Set(todo);
    todo.clear();
    try {
      if (now.has("run")) solve(now.has("fine"));
      if (run) draw(now);
    } catch (error) {
      alert(sentence(error));
    }
  }

  const sentence = (error) => error.message.charAt(0).toUpperCase() + error.message.slice(1);

  function alert(words) {
    byId("alert").textContent = words;
    byId("alert").hidden = !words;
  }

  /* A run that fails leaves the last curve, pale, and says why. */
  function solve(closely) {
    const { preset, values, until } = State.state;
    try {
      run = Runs.solve(preset, values, { until, closely });
      run.found = Readouts.of(run);
      failed = false;
      alert("");
    } catch (error) {
      failed = true;
      alert(sentence(error));
    }
  }

  function draw(now) {
    const wrong = [], pins = Pins.all(wrong), { state } = State;
    if (wrong.length) alert(wrong.join(" "));
    const runs = [...pins, { run, letter: "" }], cursor = Pointer.time();
    Curves.draw(runs, { view: view(), names: state.curves, log: state.log, widened: wide(), pale: failed, cursor });
    if (now.has("fluxes") || now.has("theme")) Terms.equation(state.species, byId("equation"));
    if (state.tab === "fluxes" && Surface.isSeen(byId("flux"))) drawFluxes(cursor);
    if (now.has("run") || now.has("pins")) {
      for (const one of pins) one.run.found ??= Readouts.of(one.run);
      Readings.show([runs[runs.length - 1], ...pins].map((one) => ({ letter: one.letter, found: one.run.found })), run);
      byId("brief").textContent = Readings.brief(run.found);
      byId("changed").textContent = failed ? "" : Sentences.changed(run, pins);
    }
    byId("cursor").textContent = failed ? "" : Sentences.at(run, cursor);
  }

  /* The first weeks are widened where a run of months is seen whole. */
  const wide = () => widened && view()[0] < 0 && view()[1] > 120;

  function drawFluxes(cursor) {
    const { species } = State.state, head = headed();
    const time = Math.min(Math.max(cursor ?? interesting(), whole()[0]), whole()[1]);
    Fluxes.draw(run, species, { head, view: view(), widened: wide(), cursor: time });
    Terms.show(run, species, head, time);
  }

  /* For each head, unless told otherwise, where the bands would be a spike; decided once for each species. */
  function headed() {
    const { head, species } = State.state;
    if (head !== null || !run) return Boolean(head);
    if (!spikes.has(species)) {
      spikes.set(species, Fluxes.isSpike(run, species));
      byId("head").checked = spikes.get(species);
    }
    return spikes.get(species);
  }

  /* The time that terms are told at before anything is pointed at: the peak of the CAR-T cells, or the middle. */
  function interesting() {
    const day = Runs.page().day ?? 1, tmax = run.found.tmax?.value;
    return Number.isFinite(tmax) ? (Readouts.originOf(run).time + tmax) / day : 0.5 * (view()[0] + view()[1]);
  }

  // ------------------------------------------------------------------ at rest

  function rest() {
    window.clearTimeout(resting);
    resting = window.setTimeout(() => {
      later("run", "fine");
      window.requestAnimationFrame(settle);
    }, REST);
  }

  function settle() {
    if (!run) return;
    Toolbar.zooms(whole(), Readouts.originOf(run).time / (Runs.page().day ?? 1));
    Toolbar.show(view());
    if (State.state.tab === "table") Tables.show(run, State.state.curves, view());
    if (State.state.tab === "equations") Equations.show();
    const said = failed ? byId("alert").textContent : `${byId("changed").textContent} ${Readings.spoken(run.found)}`;
    if (byId("live").textContent !== said) byId("live").textContent = said;
    byId("picture").setAttribute("aria-label", `Curves of ${State.state.curves.map((name) => Runs.curve(name).words).join(", ")} over time. ${Readings.spoken(run.found)}`);
    byId("settings").textContent = `Settings: ${Runs.model().presets[State.state.preset].label}; ${Pins.words(State.state.preset, State.state.values)}.`;
    remember();
  }

  function remember() {
    const text = State.address(Runs.model().presets, usual);
    try {
      window.history.replaceState(null, "", text ? `#${text}` : window.location.pathname + window.location.search);
    } catch {
      // a frame without an address of its own: nothing to hold it in
    }
  }

  // ------------------------------------------------------------------ what may change

  function changed(what) {
    if (what === "preset") {
      Sliders.build(State.state.preset, State.state.values, moved);
      State.state.view = null;
    }
    if (what === "preset" || what === "run") later("run");
    else if (what === "pins") {
      Pins.show(restore);
      later("pins");
    } else if (what === "tab") {
      Tabs.show(State.state.tab);
      later("fluxes");
    } else later(what);
    if (what !== "run") {
      grow();
      Toolbar.show(view());
    }
    rest();
  }

  /* The picture is as high as its panels need. */
  function grow() {
    const panels = Curves.panelsOf(State.state.curves).length;
    byId("picture").style.setProperty("--panels", Math.max(panels, 1));
  }

  function moved(name, value, usualValue) {
    const values = { ...State.state.values, [name]: value };
    if (value === usualValue) delete values[name];
    State.set({ values }, "run");
  }

  function restore(pin) {
    State.set({ preset: pin.preset, values: { ...pin.values } }, "preset");
  }

  function reset() {
    State.set({ preset: usual.preset, values: {}, view: null, until: null, log: "auto", head: null, curves: [...usual.curves] }, "preset");
    Pointer.forget();
    byId("find").value = "";
    Sliders.filter();
  }

  function theme(wanted) {
    const dark = Colours.choose(wanted);
    byId("theme").textContent = dark ? "Light" : "Dark";
    Equations.again();
    Diagram.show();
    Pins.show(restore);
    later("theme", "fluxes");
  }

  /* On paper: light, at the width of a sheet and twice as sharp. */
  function paper(on) {
    for (const id of ["picture", "flux"]) {
      if (on) byId(id).dataset.sharper = "1";
      else delete byId(id).dataset.sharper;
      Surface.forget(byId(id));
    }
    Colours.choose(on ? "light" : State.state.theme);
    if (State.state.tab === "equations") Equations.again();
    Pins.show(restore);
    if (run) {
      draw(new Set(["fluxes", "run"]));
      settle();
    }
  }

  function begin(modelData, pageData, script) {
    Runs.begin(modelData, pageData, script);
    const model = Runs.model(), page = Runs.page();
    const isSpecies = (name) => model.species.some((one) => one.name === name);
    const species = Object.keys(page.equations.species).find((name) => page.equations.species[name].terms.length);
    usual = { preset: page.opens, curves: model.shown, tab: "fluxes", species: species ?? model.species[0].name };
    const isControl = (name) => model.presets.some((_one, i) => Runs.controls(i).some((control) => control.name === name));
    const { found, wrong } = State.read(window.location.hash, model.presets, isControl, (name) => Boolean(Runs.curve(name)), isSpecies);
    if (found.tab && !Tabs.known(found.tab)) delete found.tab;
    Object.assign(State.state, { ...usual, curves: [...usual.curves], head: null }, found);
    widened = page.widened;
    Colours.choose(State.state.theme);
    Notes.begin();
    Words.begin();
    Diagram.begin();
    byId("main").classList.toggle("alone", !page.readouts.length);
    Toolbar.begin();
    About.begin();
    byId("choose").open = window.innerWidth >= 720;
    Sliders.build(State.state.preset, State.state.values, moved);
    Tabs.begin((tab) => State.set({ tab }, "tab"));
    Tabs.show(State.state.tab);
    listen();
    letGo();
    State.on(changed);
    grow();
    theme(State.state.theme);
    solve(true);
    if (wrong.length) alert(sentence({ message: wrong.join("; ") + "." }));
    later("pins", "fluxes", "theme", ...(run ? [] : ["run"]));
    window.requestAnimationFrame(settle);
  }

  /* A picture that stays in sight on a phone goes once the reader is below the read-outs. */
  function letGo() {
    const below = ([entry]) => byId("main").classList.toggle("reading", entry.boundingClientRect.top < window.innerHeight / 2);
    new IntersectionObserver(below, { rootMargin: "0px 0px -50% 0px", threshold: [0, 1] }).observe(document.querySelector(".tabs"));
  }

  function listen() {
    const look = (_time, aloud) => {
      later("look");
      if (aloud) window.requestAnimationFrame(() => (byId("live").textContent = byId("cursor").textContent));
    };
    Pointer.begin({ look, zoom: (span) => State.set({ view: span && [Math.min(...span), Math.max(...span)] }, "curves") });
    byId("pin").addEventListener("click", () => {
      const full = Pins.add();
      if (full) byId("live").textContent = byId("changed").textContent = full;
    });
    byId("unpin").addEventListener("click", () => State.set({ pins: [] }, "pins"));
    byId("reset").addEventListener("click", reset);
    byId("skip").addEventListener("click", (event) => {
      event.preventDefault(); // the address is for what was chosen
      byId("groups-heading").focus();
    });
    byId("find").addEventListener("input", Sliders.filter);
    byId("csv").addEventListener("click", () => Tables.save(`${Runs.model().name.replace(/\W+/g, "_")}.csv`, Tables.csv(run, Pins.words(State.state.preset, State.state.values))));
    byId("theme").addEventListener("click", () => {
      State.state.theme = Colours.isDark() ? "light" : "dark";
      theme(State.state.theme);
      rest();
    });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => theme(State.state.theme));
    window.addEventListener("picturesize", () => later("size"));
    window.addEventListener("beforeprint", () => paper(true));
    window.addEventListener("afterprint", () => paper(false));
    window.addEventListener("hashchange", () => window.location.reload());
  }

  return { begin, whole, alert, headed, frames: () => frames, view };
})();

window.addEventListener("error", (event) => Loop.alert(`This page met a fault of its own: ${event.message}.`));
window.cartsim = Object.freeze({
  run: (values, options) => Runs.plain(values, options),
  readouts: (values = {}, { preset = Runs.page().opens, until = null } = {}) =>
    Readouts.of(Runs.solve(preset, values, { until })),
});
{
  // without what every object has from birth, so that a model may call a species "constructor"
  const bare = (_key, value) =>
    value && typeof value === "object" && !Array.isArray(value) ? Object.assign(Object.create(null), value) : value;
  const parsed = (id) => JSON.parse(Markup.byId(id).textContent, bare);
  try {
    Loop.begin(parsed("model"), parsed("page"), CartsimPrinted);
  } catch (error) {
    Loop.alert(error.message);
  }
}
