"use strict";
/* The controls: by group, each with a slider, a field for the number, its unit, and a way back. */
const Sliders = (() => {
  const { make, byId } = Markup;
  const STEPS = 1000;
  const rows = new Map(); // name: {control, show}
  let changed = () => {};

  const fraction = (control, value) => {
    const held = Math.min(Math.max(value, control.low), control.high);
    if (control.log) return Math.log(held / control.low) / Math.log(control.high / control.low);
    return (held - control.low) / (control.high - control.low);
  };

  /* Where the slider stands as a value of three figures; where it began, the very number. */
  function atStep(control, step) {
    if (step === Math.round(STEPS * fraction(control, control.value))) return control.value;
    if (step <= 0 || step >= STEPS) return step <= 0 ? control.low : control.high;
    const part = step / STEPS;
    const value = control.log
      ? control.low * (control.high / control.low) ** part
      : control.low + part * (control.high - control.low);
    return Number(value.toPrecision(3));
  }

  function build(preset, values, onChange) {
    changed = onChange;
    const open = new Set([...document.querySelectorAll("details.group[open]")].map((one) => one.dataset.group));
    const first = rows.size === 0;
    const groups = new Map();
    for (const control of Runs.controls(preset)) {
      if (!groups.has(control.group)) groups.set(control.group, []);
      groups.get(control.group).push(control);
    }
    rows.clear();
    let shown = 0, fits = true; // the first groups are open, up to one that is too long
    byId("groups").replaceChildren(
      ...[...groups].map(([name, controls], i) => {
        shown += controls.length;
        fits &&= i === 0 || shown <= 16;
        const unfold = first ? fits : open.has(name);
        return group(name, controls, values, unfold);
      }),
    );
    filter();
  }

  function group(name, controls, values, unfold) {
    const heading = name.charAt(0).toUpperCase() + name.slice(1);
    const summary = make("summary", {}, heading, make("span", { class: "count", text: ` ${controls.length}` }));
    const body = make("div", { class: "rows" }, ...controls.map((control) => row(control, values)));
    return make("details", { class: "group", "data-group": name, open: unfold }, summary, body);
  }

  function row(control, values) {
    const id = `control-${control.name}`;
    const made = control.kind === "switch" ? tick(control, id) : slider(control, id);
    rows.set(control.name, { control, ...made });
    made.show(values[control.name] ?? control.value);
    return made.element;
  }

  function labelled(control, id) {
    const source = Runs.model().parameters.find((one) => one.name === control.name)?.source ?? "";
    const plain = control.events.length || control.label === control.name || control.label.startsWith(`${control.name},`);
    const name = plain ? null : make("code", { class: "symbol", text: control.name });
    const title = source ? `${control.name}: ${source}` : control.name;
    const label = make("label", { for: id, title, text: control.label });
    const tail = make("span", { class: "tail" }, name, Notes.button(control.label, () => Notes.ofControl(control)));
    return make("div", { class: "named" }, label, "\u00a0", tail); // stays together
  }

  function tick(control, id) {
    const box = make("input", { type: "checkbox", id, onchange: () => move(control, box.checked ? 1 : 0) });
    const element = make("div", { class: "control switch", "data-words": control.label }, box, labelled(control, id));
    return { element, show: (value) => void (box.checked = value !== 0) };
  }

  function slider(control, id) {
    const unit = Runs.pretty(control.unit);
    const range = make("input", { type: "range", id, min: 0, max: STEPS, step: 1 });
    const field = make("input", {
      type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", class: "number",
      "aria-label": `${control.label}, as a number${unit ? ` in ${unit}` : ""}`,
    });
    const back = make("button", { type: "button", class: "back", text: "↺", hidden: true });
    const note = make("p", { class: "note", role: "alert", hidden: true });
    const element = make(
      "div", { class: "control", "data-words": `${control.label} ${control.name}` }, labelled(control, id),
      make("div", { class: "entry" }, field, unit ? make("span", { class: "unit", text: unit }) : null, back),
      range, note,
    );
    function show(value) {
      const away = value !== control.value;
      range.value = Math.round(STEPS * fraction(control, value));
      range.setAttribute("aria-valuetext", `${Numbers.spoken(value)} ${unit}`.trim());
      range.style.setProperty("--part", `${100 * fraction(control, value)}%`);
      if (document.activeElement !== field) field.value = Numbers.field(value);
      element.classList.toggle("moved", away);
      back.hidden = !away;
      back.title = `back to ${Numbers.field(control.value)}`;
      back.setAttribute("aria-label", `${control.label}: back to ${Numbers.spoken(control.value)}`);
    }
    range.addEventListener("input", () => {
      note.hidden = true;
      move(control, atStep(control, Number(range.value)));
    });
    field.addEventListener("change", () => take(control, field, note));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") take(control, field, note);
    });
    field.addEventListener("focus", () => field.select());
    back.addEventListener("click", () => {
      note.hidden = true;
      move(control, control.value);
      range.focus();
    });
    return { element, show };
  }

  /* What was typed; what cannot be is answered in a sentence, and what is too far held at the end. */
  function take(control, field, note) {
    const value = Numbers.typed(field.value), unit = Runs.pretty(control.unit);
    const held = Math.min(Math.max(value, control.low), control.high);
    if (Number.isNaN(value)) {
      note.textContent = `“${field.value}” is not a number; write for example ${Numbers.field(control.value)}.`;
    } else if (held !== value) {
      const ends = [control.low, control.high].map((end) => Numbers.quantity(end, unit));
      note.textContent = `This goes from ${ends.join(" to ")}; it is now ${Numbers.quantity(held, unit)}.`;
    }
    note.hidden = held === value;
    const now = Number.isNaN(value) ? (State.state.values[control.name] ?? control.value) : held;
    field.value = Numbers.field(now);
    move(control, now);
  }

  function move(control, value) {
    rows.get(control.name).show(value);
    changed(control.name, value, control.value);
  }

  /* Show the values as they are now, without building anew. */
  function refresh(values) {
    for (const [name, { control, show }] of rows) show(values[name] ?? control.value);
  }

  /* Only the controls with these letters; groups with none of them go. */
  function filter() {
    const wanted = byId("find").value.trim().toLowerCase();
    for (const details of document.querySelectorAll("details.group")) {
      let any = false;
      for (const one of details.querySelectorAll(".control")) {
        const fits = `${one.dataset.words} ${details.dataset.group}`.toLowerCase().includes(wanted);
        one.hidden = !fits;
        any ||= fits;
      }
      details.hidden = !any;
      if (wanted && any) details.open = true;
    }
  }

  const control = (name) => rows.get(name)?.control;

  return { build, refresh, filter, control };
})();
