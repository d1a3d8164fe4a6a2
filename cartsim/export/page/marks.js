"use strict";
/* What was done in a run: doses, infusions, changes, rules and extinctions, as marks over all panels. */
const Marks = (() => {
  /* Marks [{kind, start, stop, text}] of a run; what is given several times is named once. */
  function of(run) {
    const { hidden, together } = Runs.page().given;
    const found = [], joined = [];
    for (const one of run.acted) {
      if (one.kind === "extinction" || hidden.includes(one.name) || one.amount === 0 && one.kind !== "rule") continue;
      const isJoined = one.kind !== "change" && one.kind !== "rule" && together.species.includes(one.name);
      (isJoined ? joined : found).push({ kind: one.kind, start: one.t, stop: one.stop, text: text(one, run.asked.events) });
    }
    if (joined.length) {
      const start = Math.min(...joined.map((one) => one.start)), stop = Math.max(...joined.map((one) => one.stop));
      found.push({ kind: "infusion", start, stop: stop + 1, text: together.words });
    }
    found.sort((a, b) => a.start - b.start);
    return once(withReasons(found));
  }

  /* What a rule gives at once, and why, is one mark: "560 mg tocilizumab, CRS grade ≥ 2". */
  function withReasons(marks) {
    const reasons = new Map(marks.filter((one) => one.kind === "rule").map((one) => [one.start, one]));
    const told = new Set();
    const found = marks.map((mark) => {
      const reason = mark.kind === "rule" ? null : reasons.get(mark.start);
      if (!reason) return mark;
      told.add(reason);
      return { ...mark, text: `${mark.text}, ${reason.text}` };
    });
    return found.filter((mark) => !told.has(mark));
  }

  function text({ kind, name, amount }, events) {
    if (kind === "rule") return Runs.spoken(name);
    if (kind === "change") {
      const all = events.flatMap((event) => (event.kind === "When" ? event.then : [event]));
      const isFactor = all.some((event) => event.parameter === name && event.factor === amount);
      return `${name} ${isFactor ? "×" : "="} ${Numbers.text(amount)}`;
    }
    const { words, unit } = Runs.page().given.species[name], number = Numbers.text(amount);
    if (unit === "cells" && words.endsWith("cells")) return `${number} ${words}`;
    if (words.endsWith("cells") && unit.endsWith(" cells")) return Numbers.quantity(amount, unit).replace(/cells$/, words);
    return `${number} ${unit} ${words}`.replace("  ", " ");
  }

  /* A text that comes again is said once, at its first place, with how often. */
  function once(marks) {
    const counts = new Map(), seen = new Set();
    for (const mark of marks) counts.set(mark.text, (counts.get(mark.text) ?? 0) + 1);
    return marks.map((mark) => {
      const times = counts.get(mark.text), text = seen.has(mark.text) ? "" : mark.text;
      seen.add(mark.text);
      return { ...mark, text: text && times > 1 ? `${times} × (${text})` : text };
    });
  }

  /* Draw the marks over the panels between `top` and `bottom`, and their words in rows above. */
  function draw(context, marks, axis, { top, bottom, rows, size }) {
    const { grey, ink, pale } = Colours.theme();
    context.save();
    context.font = `${size}px system-ui, sans-serif`;
    context.textBaseline = "alphabetic";
    const ends = [];
    for (const mark of marks.filter((one) => one.stop >= axis.first && one.start <= axis.last)) {
      const x = axis.x(Math.max(mark.start, axis.first));
      if (mark.stop > mark.start) {
        context.fillStyle = pale;
        context.globalAlpha = 0.7;
        context.fillRect(x, top, Math.max(axis.x(Math.min(mark.stop, axis.last)) - x, 1.5), bottom - top);
        context.globalAlpha = 1;
      } else {
        context.strokeStyle = grey;
        context.lineWidth = 1;
        context.setLineDash([1.5, 3]);
        context.beginPath();
        context.moveTo(x, top);
        context.lineTo(x, bottom);
        context.stroke();
        context.setLineDash([]);
        sign(context, mark.kind, x, top, ink);
      }
      if (mark.text) words(context, mark.text, x, axis, { ends, rows, top, size, ink });
    }
    context.restore();
  }

  /* An arrowhead for a dose, a diamond for a rule. */
  function sign(context, kind, x, y, ink) {
    context.fillStyle = ink;
    context.beginPath();
    if (kind === "rule") {
      [[0, -8], [4, -4], [0, 0], [-4, -4]].forEach(([dx, dy]) => context.lineTo(x + dx, y + dy));
    } else [[-4.5, -8], [4.5, -8], [0, 0]].forEach(([dx, dy]) => context.lineTo(x + dx, y + dy));
    context.fill();
  }

  function words(context, text, x, axis, { ends, rows, top, size, ink }) {
    const width = context.measureText(text).width;
    const left = Math.max(axis.left, Math.min(x - 4, axis.right - width));
    let row = ends.findIndex((end) => end < left);
    if (row < 0) row = ends.length;
    if (row >= rows) return;
    ends[row] = left + width + size;
    context.fillStyle = ink;
    context.fillText(text, left, top - 15 - (row + 1) * (size + 4));
  }

  return { of, draw };
})();
