"use strict";
/* The read-outs beside the picture, what changed in a sentence, and the same for the ear. */
const Readings = (() => {
  const { make, byId } = Markup;
  const TOLD = ["cmax", "tmax", "best_response", "tumour_nadir", "relapse_day", "crs_max_grade", "icans_max_grade"];
  const TURN = 50; // how large a difference in kind is: another response, a relapse or none
  let columns = "", cells = new Map();

  const unitOf = (entry) => Runs.pretty(entry.unit).replace("cell*day", "cells·day");

  const text = (entry, { value, text: words }) => words ?? Numbers.text(value);

  /* The words of a row, with the unit of its numbers unless they say it. */
  function heading(entry) {
    const unit = unitOf(entry);
    return !unit || unit === "day" || (unit === "cells" && entry.words.endsWith("cells")) ? entry.words : `${entry.words} (${unit})`;
  }

  /* Show columns [{letter, found}], now (of which `run` is) first and then the pins; only what differs is written. */
  function show(runs, run) {
    const page = Runs.page(), heads = runs.map(({ letter }) => letter || "now");
    if (!page.readouts.length) {
      byId("readouts").hidden = true;
      return;
    }
    if (columns !== heads.join()) build(heads);
    const from = Readouts.originOf(run).time / (page.day ?? 1);
    const since = from === run.t[0] ? "" : `Days count from the CAR-T infusion${from === 0 ? "" : `, on ${Runs.model().time} ${Numbers.text(from)}`}.`;
    if (byId("readouts-note").textContent !== since) byId("readouts-note").textContent = since;
    runs.forEach(({ found }, i) => {
      for (const entry of page.readouts) {
        const cell = cells.get(`${entry.name} ${i}`), own = found[entry.name] ?? { value: NaN, text: "" };
        const shown = text(entry, own);
        if (cell.textContent !== shown) cell.textContent = shown;
        cell.classList.toggle("missing", Number.isNaN(own.value));
      }
    });
  }

  function build(heads) {
    columns = heads.join();
    byId("main").classList.toggle("compared", heads.length > 1);
    cells = new Map();
    const row = heads.length > 1 ? heads.map((head) => make("th", { scope: "col", text: head })) : [make("th", { scope: "col", class: "unseen", text: "value" })];
    byId("readouts-head").replaceChildren(make("tr", {}, make("th", { scope: "col" }, make("span", { class: "unseen", text: "read-out" })), ...row));
    const body = Runs.page().readouts.map((entry) => {
      const values = heads.map((_head, i) => {
        const cell = make("td", { class: "num" });
        cells.set(`${entry.name} ${i}`, cell);
        return cell;
      });
      return make("tr", { class: TOLD.includes(entry.name) ? "main" : "" }, make("th", { scope: "row" }, Notes.name(heading(entry), () => Notes.ofReadout(entry), { title: `${entry.meaning} (${entry.name})` })), ...values);
    });
    byId("readouts-body").replaceChildren(...body);
  }

  /* What differs between two runs, the largest difference first. */
  function differences(before, after) {
    const found = [];
    for (const entry of Runs.page().readouts) {
      const a = before[entry.name], b = after[entry.name];
      if (!a || !b) continue;
      const [x, y] = [text(entry, a), text(entry, b)];
      if (x === y) continue;
      const known = Number.isFinite(a.value) && Number.isFinite(b.value) && a.value !== 0;
      const ratio = known ? b.value / a.value : Infinity;
      const isTurn = TOLD.includes(entry.name) && (!Number.isFinite(ratio) || entry.name === "best_response");
      const size = isTurn ? TURN : !known || b.value === 0 ? (TOLD.includes(entry.name) ? 3 : 0.5) : Math.abs(Math.log(Math.abs(ratio)));
      if (size > 0.01) found.push({ size: size + (TOLD.includes(entry.name) && size > 0.04 ? 100 : 0), words: clause(entry, x, y, known, ratio) });
    }
    return found.sort((a, b) => b.size - a.size);
  }

  function clause(entry, x, y, known, ratio) {
    const isDay = entry.unit === "day" || entry.unit === "1" || ratio > 100 || ratio < 0.01 || !(ratio > 0);
    const percent = known && !isDay && Math.abs(ratio - 1) < 9 ? ` (${ratio > 1 ? "+" : "−"}${Math.round(Math.abs(ratio - 1) * 100)} %)` : "";
    const unit = unitOf(entry), after = unit && unit !== "day" && unit !== "cells" && Number.isFinite(ratio) ? ` ${unit}` : "";
    return `${entry.words} ${y}${after}, not ${x}${percent}`;
  }

  /* One sentence about now, compared with the last pin, or else with the preset with nothing moved. */
  function sentence(now, before, beforeWords) {
    const found = differences(before, now).slice(0, 2).map((one) => one.words);
    if (!found.length) return Runs.page().readouts.length ? `Hardly a read-out differs from ${beforeWords}.` : "";
    return `Compared with ${beforeWords}: ${found.join("; ")}.`;
  }

  /* The main read-outs for a screen reader, said once the change is over. */
  function spoken(found) {
    const said = Runs.page().readouts.filter((entry) => TOLD.includes(entry.name) && found[entry.name]);
    return said.map((entry) => {
      const { value, text: words } = found[entry.name], unit = unitOf(entry);
      return `${entry.words}: ${words ?? `${Numbers.spoken(value)} ${unit === "day" ? "" : unit}`.trim()}`;
    }).join(". ");
  }

  /* What matters most, in one line below the picture of a phone. */
  function brief(found) {
    const said = { cmax: "peak", best_response: "", crs_max_grade: "CRS", icans_max_grade: "ICANS" };
    const known = Runs.page().readouts.filter((entry) => entry.name in said && found[entry.name]);
    return known.map((entry) => `${said[entry.name]} ${text(entry, found[entry.name])}`.trim()).join(" · ");
  }

  return { show, sentence, spoken, brief };
})();
