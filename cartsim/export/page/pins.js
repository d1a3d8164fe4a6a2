"use strict";
/* Curves that stay for comparison: a letter, words of one's own, and the settings they were made with. */
const Pins = (() => {
  const { make, byId } = Markup;
  const MOST = 6;
  const runs = new Map(); // pin: its run, by what it was made with

  const letter = (i) => String.fromCharCode(65 + i);

  /* What a setting has moved, in a few words: "CAR-T cells given 5×10⁸ cells". */
  function words(preset, values, short = false) {
    const moved = Object.entries(values).map(([name, value]) => {
      const control = Runs.controls(preset).find((one) => one.name === name);
      if (!control) return `${name} ${Numbers.text(value)}`;
      const unit = Runs.pretty(control.unit), text = short ? brief(control) : control.label;
      if (control.kind === "switch") return value ? text : `no ${text}`;
      return unit === "cells" && text.endsWith("cells") ? `${Numbers.text(value)} ${text}` : `${text} ${Numbers.quantity(value, unit)}`;
    });
    const from = preset === Runs.page().opens ? [] : [Runs.model().presets[preset].label];
    const dose = Runs.controls(preset).find((control) => control.name === "dose");
    if (moved.length || !dose) return [...from, ...moved].join(", ") || "nothing moved";
    const given = `dose ${Numbers.quantity(dose.value, Runs.pretty(dose.unit))}`;
    return [...from, short ? given : `${given}, nothing moved`].join(", ");
  }

  const brief = (control) => (control.kind === "events" || control.kind === "factor" || control.label.length > 24
    ? control.name.replace(/_/g, " ") : control.label);

  /* Pin what is seen; a sentence where that cannot be. */
  function add() {
    const { preset, values, pins } = State.state;
    if (pins.length >= MOST) return `At most ${MOST} curves can be pinned; take one away first.`;
    const pin = { label: words(preset, values, true), preset, values: { ...values } };
    State.set({ pins: [...pins, pin] }, "pins");
    return "";
  }

  /* Its run, solved when it is first needed. */
  function runOf(pin) {
    const key = JSON.stringify([pin.preset, pin.values, State.state.until]);
    if (!runs.has(key)) runs.set(key, Runs.solve(pin.preset, pin.values, { until: State.state.until }));
    return runs.get(key);
  }

  /* [{run, letter}] of all pins that can be solved; the others are named in `wrong`. */
  function all(wrong = []) {
    return State.state.pins.flatMap((pin, i) => {
      try {
        return [{ run: runOf(pin), letter: letter(i), pin }];
      } catch (error) {
        wrong.push(`The pinned curve ${letter(i)} cannot be drawn: ${error.message}`);
        return [];
      }
    });
  }

  /* The chips below the picture. */
  function show(restore) {
    const chips = State.state.pins.map((pin, i) => {
      const field = make("input", { type: "text", value: pin.label, maxlength: 60, "aria-label": `words for pinned curve ${letter(i)}` });
      field.size = Math.max(6, Math.min(pin.label.length + 1, 40));
      field.addEventListener("change", () => {
        const pins = State.state.pins.map((one, j) => (j === i ? { ...one, label: field.value.trim() || words(one.preset, one.values, true) } : one));
        State.set({ pins }, "pins");
      });
      const back = make("button", { type: "button", title: `put the sliders where they were for ${letter(i)}`, text: "set sliders", onclick: () => restore(pin) });
      back.setAttribute("aria-label", `set sliders as for ${letter(i)}`);
      const away = make("button", { type: "button", text: "✕", title: `take ${letter(i)} away`, "aria-label": `take pinned curve ${letter(i)} away` });
      away.addEventListener("click", () => {
        State.set({ pins: State.state.pins.filter((_, j) => j !== i) }, "pins");
        byId("pin").focus();
      });
      return make("li", { class: "chip" }, sample(i), make("b", { text: letter(i) }), field, back, away);
    });
    byId("pins").replaceChildren(make("li", { class: "chip" }, sample(-1), make("b", { text: "now" })), ...chips);
    byId("pins").hidden = !chips.length;
    byId("unpin").hidden = chips.length < 2;
  }

  /* A piece of the line of pin `i`, or of now (-1), as it is drawn. */
  function sample(i) {
    const box = make("canvas", { class: "sample", width: 56, height: 12, "aria-hidden": "true" });
    const context = box.getContext("2d"), strokes = Runs.page().strokes;
    context.scale(2, 2);
    const dashes = i < 0 ? [] : strokes[1 + (i % (strokes.length - 1))];
    Paths.stroke(context, [{ x: 0, y: 3, below: false }, { x: 28, y: 3, below: false }], {
      colour: Colours.theme().ink, width: i < 0 ? 2.8 : 1.7, dashes,
    });
    return box;
  }

  return { add, all, show, words, letter };
})();
