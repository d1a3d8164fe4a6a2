"use strict";
/* Which curves, which axis, which part of the time, and what to begin with. */
const Toolbar = (() => {
  const { make, byId } = Markup;
  const FEATURED = [
    "tumour", "car_t", "effector_car_t", "memory_car_t", "antigen_negative_tumour", "il6", "temperature", "crs_grade",
    "icans_grade", "neutrophils", "b_cells",
  ];
  const FEW = 12;

  function begin() {
    curves();
    presets();
    species();
    byId("log").addEventListener("change", () => {
      const wanted = { auto: "auto", 1: true, 0: false }[byId("log").value];
      State.set({ log: wanted }, "curves");
    });
    for (const id of ["from", "to"]) byId(id).addEventListener("change", takeView);
    byId("head").addEventListener("change", () => State.set({ head: byId("head").checked }, "fluxes"));
  }

  function box(curve) {
    const input = make("input", { type: "checkbox", id: `curve-${curve.name}`, value: curve.name });
    input.addEventListener("change", () => {
      const known = Runs.page().curves.map((one) => one.name);
      const chosen = new Set(State.state.curves);
      if (input.checked) chosen.add(curve.name);
      else chosen.delete(curve.name);
      State.set({ curves: [...State.state.curves.filter((one) => chosen.has(one)), ...known.filter((one) => chosen.has(one) && !State.state.curves.includes(one))] }, "curves");
    });
    const unit = curve.unit && !(curve.unit === "cells" && curve.words.includes("cells")) ? ` (${curve.unit})` : "";
    const label = make("label", {}, input, make("span", { class: "swatch" }), `${curve.words}${unit}`);
    return make("span", { class: "curve" }, label, Notes.button(curve.words, () => Notes.ofCurve(curve)));
  }

  function curves() {
    const all = Runs.page().curves, few = all.length <= FEW;
    const first = all.filter((curve) => few || FEATURED.includes(curve.name) || State.state.curves.includes(curve.name));
    byId("curves").replaceChildren(...first.map(box));
    const rest = all.filter((curve) => !first.includes(curve));
    byId("more").replaceChildren(...rest.map(box));
    byId("more-curves").hidden = !rest.length;
  }

  function presets() {
    const labels = Runs.model().presets.map((one) => one.label);
    byId("preset").replaceChildren(...labels.map((label, i) => make("option", { value: i, text: label })));
    byId("preset-row").hidden = labels.length < 2;
    byId("preset").addEventListener("change", () => State.set({ preset: Number(byId("preset").value), values: {} }, "preset"));
  }

  function species() {
    const { equations, words } = Runs.page();
    const names = Object.keys(equations.species).filter((name) => equations.species[name].terms.length);
    byId("species").replaceChildren(...names.map((name) => make("option", { value: name, text: words[name] === name ? name : `${words[name]} (${name})` })));
    byId("species").addEventListener("change", () => State.set({ species: byId("species").value, head: null }, "fluxes"));
  }

  /* Buttons for parts of the time that make sense for this length of run. */
  function zooms([start, end], origin) {
    const day = 1 / (Runs.page().day ?? 1), time = Runs.model().time;
    const found = [[`all`, null]];
    for (const days of [30, 100, 365]) {
      const to = origin + days * day;
      if (to < 0.9 * end) found.unshift([day === 1 ? `${days} days` : `${Numbers.text(days * day)} ${time}s`, [Math.max(start, origin - 7 * day), to]]);
    }
    found.sort((a, b) => (a[1]?.[1] ?? Infinity) - (b[1]?.[1] ?? Infinity));
    const text = found.map(([words]) => words).join();
    if (byId("zooms").dataset.text === text) return;
    byId("zooms").dataset.text = text;
    byId("zooms").replaceChildren(...found.map(([words, view]) =>
      make("button", { type: "button", text: words, onclick: () => State.set({ view }, "curves") })));
  }

  function takeView() {
    const [low, high] = ["from", "to"].map((id) => Numbers.typed(byId(id).value));
    if (!(low < high)) return show(State.state.view ?? Loop.whole());
    const [start, end] = Loop.whole();
    const past = high > end;
    const view = [Math.max(low, start), high];
    State.set(past ? { view: low <= start ? null : view, until: high } : { view: low <= start && high >= end ? null : view }, past ? "run" : "curves");
  }

  /* Fields, boxes and menus as the state is now. */
  function show(view) {
    const { state } = State;
    ["from", "to"].forEach((id, i) => {
      if (document.activeElement !== byId(id)) byId(id).value = Numbers.field(Number(view[i].toPrecision(4)));
    });
    byId("log").value = state.log === "auto" ? "auto" : state.log ? "1" : "0";
    byId("preset").value = state.preset;
    byId("species").value = state.species;
    byId("head").checked = state.head ?? Loop.headed();
    const colours = new Map(Curves.panelsOf(state.curves).flatMap((panel) => panel.curves).map((one) => [one.name, one.colour]));
    for (const input of document.querySelectorAll(".curve input")) {
      input.checked = state.curves.includes(input.value);
      const swatch = input.nextElementSibling, colour = colours.get(input.value);
      swatch.style.background = colour ? Colours.line(colour) : "";
    }
  }

  return { begin, show, zooms };
})();
