"use strict";
/* All equations, and the table of numbers with their meaning and source; built when first looked at. */
const Equations = (() => {
  const { make, math, byId } = Markup;
  let built = false, values = new Map();

  function build() {
    built = true;
    const { equations, words } = Runs.page();
    const system = Object.keys(equations.species).map((name) => {
      const line = make("div", { class: "equation", title: words[name] });
      Terms.equation(name, line);
      return line;
    });
    byId("system").replaceChildren(...system, ...where("where", equations.definitions), ...where("observed", equations.observables));
    byId("parameters").replaceChildren(...Runs.model().parameters.map((one) => {
      const cell = make("td", { class: "num" });
      values.set(one.name, cell);
      return make("tr", {}, make("th", { scope: "row" }, math(equations.symbols[one.name], { title: one.name })), cell,
        make("td", { text: Runs.pretty(one.unit) }), make("td", { text: one.meaning }), make("td", { class: "source", text: one.source }));
    }));
  }

  function where(heading, lines) {
    const found = Object.values(lines).map(({ left, right }) => make("div", { class: "equation" }, math(`${left}<mo>=</mo>${right}`)));
    return found.length ? [make("h3", { text: heading }), ...found] : [];
  }

  /* The values as they are now; those that were moved stand out. */
  function show() {
    if (!built) build();
    Diagram.show();
    const { preset, values: moved } = State.state, given = Runs.model().presets[preset].values;
    for (const one of Runs.model().parameters) {
      const value = moved[one.name] ?? given[one.name] ?? one.value, cell = values.get(one.name);
      cell.textContent = Numbers.text(value, 4);
      cell.classList.toggle("moved", one.name in moved);
    }
  }

  const again = () => void (built = false);

  return { show, again };
})();
