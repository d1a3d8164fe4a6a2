"use strict";
/* The numbers behind the picture: a table instead of the canvas, and all of a run as a CSV file. */
const Tables = (() => {
  const { make, byId } = Markup;
  const ROWS = 40;

  /* Rows of the run within the view, evenly chosen, with the first, the last and each event. */
  function show(run, names, view) {
    const curves = names.map(Runs.curve), model = Runs.model();
    const head = [`time (${model.time})`, ...curves.map((curve) => (curve.unit ? `${curve.words} (${curve.unit})` : curve.words))];
    byId("numbers-head").replaceChildren(make("tr", {}, ...head.map((words) => make("th", { scope: "col", text: words }))));
    const rows = [];
    for (let i = 0; i <= ROWS; i++) {
      const time = view[0] + (i / ROWS) * (view[1] - view[0]);
      const cells = curves.map((curve) => Paths.at(run.t, run.value(curve.name), time, true));
      rows.push(make("tr", {}, make("th", { scope: "row", text: Numbers.text(time, 4) }),
        ...cells.map((value) => make("td", { class: "num", text: Numbers.text(value, 4) }))));
    }
    byId("numbers-body").replaceChildren(...rows);
  }

  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);

  /* Every species, observable and role along the run, with what was set in lines that begin with #. */
  function csv(run, settings) {
    const model = Runs.model();
    const names = [...new Set([...model.species.map((one) => one.name), ...Runs.page().curves.map((one) => one.name)])];
    const units = new Map([...model.species, ...model.outputs].map((one) => [one.name, one.unit]));
    const head = ["t", ...names].map((name) => {
      const unit = name === "t" ? model.time : (units.get(name) ?? "");
      return quoted(unit ? `${name} [${unit}]` : name);
    });
    const columns = names.map((name) => run.value(name));
    const lines = [`# ${model.name}: ${settings}`.replace(/[\r\n]+/g, " "), head.join(",")];
    run.t.forEach((time, i) => lines.push([time, ...columns.map((values) => values[i])].join(",")));
    return lines.join("\r\n") + "\r\n";
  }

  function save(name, text) {
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" })), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  return { show, csv, save };
})();
