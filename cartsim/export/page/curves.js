"use strict";
/* The picture: one panel a unit on one canvas, with the curves of now and of what is pinned. */
const Curves = (() => {
  const canvas = () => Markup.byId("picture");
  let drawn = null; // what was drawn last: {axis, panels, current}

  /* Room around the panels, by the width of the picture. */
  function margins(width) {
    const narrow = width < 520;
    return { left: narrow ? 46 : 54, right: narrow ? 92 : 150, bottom: narrow ? 34 : 40, size: narrow ? 11 : 13 };
  }

  /* The chosen curves by unit; on one axis no two have the same colour or the same line style. */
  function panelsOf(names) {
    const groups = new Map();
    for (const curve of names.map(Runs.curve)) {
      if (!groups.has(curve.unit)) groups.set(curve.unit, []);
      groups.get(curve.unit).push(curve);
    }
    return [...groups].map(([unit, curves]) => ({ unit, curves: distinct(curves) }));
  }

  function distinct(curves) {
    const { strokes, palette } = Runs.page();
    const taken = new Set(), colours = new Set();
    return curves.map((curve, i) => {
      const dashes = strokes.find((one) => !taken.has(one.join())) ?? strokes[i % strokes.length];
      const wanted = curves.map((one) => one.colour);
      const free = palette.find((one) => !colours.has(one) && !wanted.includes(one));
      const colour = colours.has(curve.colour) ? (free ?? curve.colour) : curve.colour;
      taken.add(dashes.join());
      colours.add(colour);
      return { ...curve, colour, dashes };
    });
  }

  /* Draw runs: [{run, letter}] with the one of now last, its letter empty. */
  function draw(runs, { view, names, log, widened, pale = false, cursor = null }) {
    const area = Surface.of(canvas());
    const { context, width, height } = area, edges = margins(width);
    const { paper } = Colours.theme(), now = runs[runs.length - 1].run;
    context.fillStyle = paper;
    context.fillRect(0, 0, width, height);
    const axis = TimeAxis.make(view[0], view[1], edges.left, width - edges.right, widened);
    const { treated, ruled } = Runs.hasEvents(now.preset), rows = !treated ? 0 : height < 330 && !ruled ? 2 : 3, top = 18 + (rows + 1) * (edges.size + 4), gap = edges.size + 24;
    const panels = panelsOf(names);
    const each = (height - top - edges.bottom - gap * (panels.length - 1)) / panels.length;
    Marks.draw(context, Marks.of(now), axis, { top, bottom: height - edges.bottom, rows, size: edges.size });
    panels.forEach((panel, i) => {
      panel.top = top + i * (each + gap);
      panel.bottom = panel.top + each;
      drawPanel(context, panel, runs, axis, { log, edges, pale, last: i === panels.length - 1 });
    });
    drawn = { axis, panels, now, top, bottom: height - edges.bottom };
    if (cursor !== null) drawCursor(context, cursor);
  }

  function drawPanel(context, panel, runs, axis, { log, edges, pale, last }) {
    const seen = runs.flatMap(({ run }) => panel.curves.map((curve) => visible(run, curve.name, axis)));
    const scale = Scales.choose(seen, panel.curves[0].cell, log, panel.unit);
    const place = (value) => panel.bottom - scale.place(value) * (panel.bottom - panel.top);
    panel.scale = scale;
    panel.place = place;
    const colour = panel.curves.length === 1 ? panel.curves[0].colour : null;
    Frame.draw(context, panel, axis, { edges, last, label: label(panel), colour });
    const ends = [], badges = [];
    context.save();
    context.beginPath();
    context.rect(axis.left - 2, panel.top - 3, axis.right - axis.left + 4, panel.bottom - panel.top + 6);
    context.clip();
    for (const curve of panel.curves) {
      runs.forEach(({ run, letter }, i) => {
        const values = run.value(curve.name);
        const found = Paths.points(run.t, values, axis, scale, place);
        const isNow = i === runs.length - 1, several = runs.length > 1;
        const strokes = Runs.page().strokes;
        const dashes = several ? strokes[isNow ? 0 : 1 + (i % (strokes.length - 1))] : curve.dashes;
        const colour = Colours.line(curve.colour);
        Paths.stroke(context, found, { colour, dashes, width: isNow ? 2.8 : 1.7, alpha: pale ? 0.3 : 1 });
        if (letter) badge(context, letter, found, axis, { i, colour, size: edges.size, taken: badges });
        if (isNow) ends.push({ y: clamp(endOf(run, values, axis, place), panel), words: curve.words, colour: curve.colour });
      });
    }
    context.restore();
    const column = { x: axis.right, width: edges.right, top: panel.top - 6, bottom: panel.bottom + 8, size: edges.size };
    if (!pale && ends.length > 1) Labels.column(context, ends, column); // a single curve is named by its axis
  }

  function endOf(run, values, axis, place) {
    return place(Paths.at(run.t, values, Math.min(axis.last, run.t[run.t.length - 1]), false));
  }

  const clamp = (y, panel) => Math.min(Math.max(y, panel.top), panel.bottom);

  /* The values within the view, and one on either side. */
  function visible(run, name, axis) {
    const first = Paths.firstIn(run.t, axis.first), last = Paths.firstIn(run.t, axis.last);
    return run.value(name).subarray(first, last + 1);
  }

  /* The letter of a pin, at its own part of the width so that letters of several pins stand apart; beside one that is there. */
  function badge(context, letter, found, axis, { i, colour, size, taken }) {
    const inside = found.filter((point) => point && point.x <= axis.right && point.x >= axis.left);
    if (!inside.length) return;
    const isFree = ({ x, y }) => taken.every((other) => Math.hypot(other.x - x, other.y - y) > 2.2 * size);
    const near = (aside) => {
      const wanted = axis.left + (axis.right - axis.left) * (0.62 + 0.09 * (i % 4) + aside);
      return inside.reduce((a, b) => (Math.abs(b.x - wanted) < Math.abs(a.x - wanted) ? b : a));
    };
    let place = near(0);
    for (const aside of [-0.13, 0.13, -0.26]) if (!isFree(place)) place = near(aside);
    taken.push(place);
    Labels.letter(context, letter, place, colour, size);
  }

  function label(panel) {
    const one = panel.curves.length === 1;
    const words = one ? panel.curves[0].words : panel.unit === "cells" ? "number of cells" : "";
    if (!panel.unit || (panel.unit === "cells" && words.endsWith("cells"))) return words || "amount";
    return words ? `${words} (${panel.unit})` : panel.unit;
  }

  /* A line at a time, with a dot on each curve of now. */
  function drawCursor(context, time) {
    const { axis, panels, now, top, bottom } = drawn;
    const x = axis.x(time);
    context.save();
    context.strokeStyle = Colours.theme().ink;
    context.globalAlpha = 0.6;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
    context.globalAlpha = 1;
    for (const panel of panels) {
      for (const curve of panel.curves) {
        const value = Paths.at(now.t, now.value(curve.name), time, panel.scale.log);
        context.fillStyle = Colours.line(curve.colour);
        context.beginPath();
        context.arc(x, clamp(panel.place(value), panel), 4, 0, 2 * Math.PI);
        context.fill();
      }
    }
    context.restore();
  }

  /* The time under a place of the pointer, in pixels of the canvas; null beside the panels. */
  function timeAt(x) {
    if (!drawn) return null;
    const { axis } = drawn;
    return x < axis.left - 8 || x > axis.right + 8 ? null : Math.min(Math.max(axis.time(x), axis.first), axis.last);
  }

  return { draw, timeAt, panelsOf, last: () => drawn, margins };
})();
