"use strict";
/* What the reader has chosen, and the address that holds it: #preset=...&dose=5e8&curves=tumour,car_t&pin=... */
const State = (() => {
  const listeners = [];
  const RESERVED = ["preset", "curves", "log", "from", "to", "until", "pin", "tab", "of", "theme", "head"];
  const state = {
    preset: 0, // place in the list of presets
    values: Object.create(null), // what was moved, by the name of its control
    curves: [], // names of the curves that are drawn
    log: "auto", // or true, false
    view: null, // [from, to] in the model's time; null for all of it
    until: null, // end of the runs; null for the usual one
    pins: [], // {label, preset, values}
    tab: "fluxes",
    species: null, // whose gains and losses are shown
    head: null, // whether these are for each head; null for what suits them
    theme: "", // or "light", "dark"
  };

  /* Names and values with nothing beside them: "constructor" is a name like any other. */
  const bare = (values) => Object.assign(Object.create(null), values);

  function on(listener) {
    listeners.push(listener);
  }

  /* Change some of it; `what` says who has to look: "run", "curves", "fluxes", "pins", "tab", "theme". */
  function set(changes, what) {
    Object.assign(state, changes);
    state.values = bare(state.values);
    for (const listener of listeners) listener(what);
  }

  /* A control that has the name of one of our own words is written with a dot before it. */
  const written = (name) => (RESERVED.includes(name) ? "." + name : name);

  function pinText(pin, presets) {
    const moved = Object.entries(pin.values).map(([name, value]) => `${name}:${Numbers.field(value)}`);
    return [pin.label, presets[pin.preset].label, ...moved].map(encodeURIComponent).join("|");
  }

  /* The state as the part of an address after #; what is as usual is left out. */
  function address(presets, usual) {
    const parts = [];
    const put = (name, value) => parts.push(`${encodeURIComponent(name)}=${value}`);
    if (state.preset !== usual.preset) put("preset", encodeURIComponent(presets[state.preset].label));
    for (const [name, value] of Object.entries(state.values)) put(written(name), Numbers.field(value));
    if (state.curves.join() !== usual.curves.join()) put("curves", state.curves.map(encodeURIComponent).join());
    if (state.log !== "auto") put("log", state.log ? "1" : "0");
    if (state.view) [["from", 0], ["to", 1]].forEach(([name, i]) => put(name, Numbers.field(state.view[i])));
    if (state.until !== null) put("until", Numbers.field(state.until));
    if (state.tab !== usual.tab) put("tab", state.tab);
    if (state.species !== usual.species) put("of", encodeURIComponent(state.species));
    if (state.head !== null) put("head", state.head ? "1" : "0");
    if (state.theme) put("theme", state.theme);
    for (const pin of state.pins) put("pin", pinText(pin, presets));
    return parts.join("&");
  }

  function number(text) {
    const value = Number(text);
    return text !== "" && Number.isFinite(value) ? value : null;
  }

  /* What an address says, as changes of the state, and one sentence for each part that means nothing here. */
  function read(text, presets, isControl, isCurve, isSpecies) {
    const found = { values: bare({}), pins: [] }, wrong = [];
    const preset = (label) => presets.findIndex((one) => one.label === label);
    for (const part of text.replace(/^#/, "").split("&").filter(Boolean)) {
      const at = part.indexOf("=");
      const name = decoded(part.slice(0, at)), value = part.slice(at + 1);
      if (name === "preset" && preset(decoded(value)) >= 0) found.preset = preset(decoded(value));
      else if (name === "curves") found.curves = value.split(",").map(decoded).filter(isCurve);
      else if (name === "log") found.log = value === "1";
      else if (name === "from" && number(value) !== null) found.view = [number(value), found.view?.[1]];
      else if (name === "to" && number(value) !== null) found.view = [found.view?.[0], number(value)];
      else if (name === "until" && number(value) !== null) found.until = number(value);
      else if (name === "tab") found.tab = value;
      else if (name === "of" && isSpecies(decoded(value))) found.species = decoded(value);
      else if (name === "head") found.head = value === "1";
      else if (name === "theme" && ["light", "dark"].includes(value)) found.theme = value;
      else if (name === "pin") readPin(value, preset, isControl, found, wrong);
      else if (!RESERVED.includes(name) && isControl(name.replace(/^\./, "")) && number(value) !== null) {
        found.values[name.replace(/^\./, "")] = number(value);
      } else wrong.push(`the address says ${name} = ${decoded(value)}, which means nothing on this page`);
    }
    if (found.view && !(found.view[0] < found.view[1])) delete found.view;
    if (found.curves && !found.curves.length) delete found.curves;
    return { found, wrong };
  }

  function readPin(value, preset, isControl, found, wrong) {
    const [label, place, ...moved] = value.split("|").map(decoded);
    const values = bare(Object.fromEntries(moved.map((one) => one.split(":")).map(([name, text]) => [name, number(text)])));
    const known = Object.entries(values).every(([name, given]) => isControl(name) && given !== null);
    if (place !== undefined && preset(place) >= 0 && known) {
      found.pins.push({ label, preset: preset(place), values });
    } else wrong.push(`a pinned curve in the address, ${label}, cannot be drawn on this page`);
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text.replace(/\+/g, " "));
    } catch {
      return text;
    }
  }

  return { state, on, set, address, read };
})();
