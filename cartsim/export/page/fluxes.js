"use strict";
/* What adds to a species and what removes from it: stacked bands over time, each in the colour of its term. */
const Fluxes = (() => {
  const SMALL = 0.01, OFTEN = 0.5; // a stack that is below 1 % of its peak for half of the time is a spike

  /* What each process, and infusions, add to a species a unit of time: [{name, words, values, colour}]. */
  function parts(run, species, head) {
    const page = Runs.page(), found = [];
    const amount = head ? run.value(species) : null;
    const each = (values) => (amount ? values.map((value, i) => (amount[i] > 0 ? value / amount[i] : 0)) : values);
    for (const { process, number } of page.equations.species[species].terms) {
      const values = each(run.value(process).map((value) => number * value));
      found.push({ name: process, words: page.words[process], values, ...page.looks[process] });
    }
    const given = run.acted.filter((one) => one.kind === "infusion" && one.name === species);
    if (given.length) {
      const values = run.t.map((time) =>
        given.reduce((sum, one) => sum + (time >= one.t && time < one.stop ? one.amount / (one.stop - one.t) : 0), 0));
      found.push({ name: "infusion", words: "infusion", values: each(values), colour: "#666666", hatch: false });
    }
    return found;
  }

  /* Whether a stack would be a spike with nothing beside it: then rates for each head are shown. */
  function isSpike(run, species) {
    const all = parts(run, species, false);
    const total = run.t.map((_time, i) => all.reduce((sum, part) => sum + Math.abs(part.values[i]), 0));
    const peak = Math.max(...total);
    let small = 0, something = 0;
    for (let i = 0; i < total.length - 1; i++) {
      const width = run.t[i + 1] - run.t[i];
      if (total[i] > 0) something += width;
      if (total[i] > 0 && total[i] < SMALL * peak) small += width;
    }
    return peak > 0 && small > OFTEN * something;
  }

  /* Edges of the bands: gains stand on zero, losses hang from it, the largest next to it. */
  function stack(all, t) {
    const size = (part) => {
      let sum = 0;
      for (let i = 0; i < t.length - 1; i++) sum += Math.abs(part.values[i]) * (t[i + 1] - t[i]);
      return sum;
    };
    const sizes = new Map(all.map((part) => [part, size(part)]));
    const order = [...all].sort((a, b) => sizes.get(b) - sizes.get(a));
    const bands = [], top = new Float64Array(t.length), bottom = new Float64Array(t.length);
    for (const part of order) {
      for (const [base, sign] of [[top, 1], [bottom, -1]]) {
        let any = false;
        const from = base.slice();
        for (let i = 0; i < t.length; i++) {
          const share = sign * part.values[i];
          if (share > 0 && Number.isFinite(share)) {
            base[i] += sign * share;
            any = true;
          }
        }
        if (any) bands.push({ part, sign, from, to: base.slice() });
      }
    }
    return { bands, top, bottom };
  }

  function draw(run, species, { head, view, widened, cursor }) {
    const canvas = Markup.byId("flux"), { context, width, height } = Surface.of(canvas), edges = Curves.margins(width);
    edges.right = 14;
    context.fillStyle = Colours.theme().paper;
    context.fillRect(0, 0, width, height);
    const axis = TimeAxis.make(view[0], view[1], edges.left + 14, width - edges.right, widened);
    const all = parts(run, species, head), { bands, top, bottom } = stack(all, run.t);
    const panel = { top: edges.size + 12, bottom: height - edges.bottom, curves: [] };
    const first = Paths.firstIn(run.t, axis.first), last = Paths.firstIn(run.t, axis.last) + 1;
    const high = reach(top.subarray(first, last)), low = -reach(bottom.subarray(first, last).map((value) => -value));
    panel.scale = scaleOf(low, high);
    panel.place = (value) => panel.bottom - panel.scale.place(value) * (panel.bottom - panel.top);
    const unit = unitOf(species, head);
    Frame.draw(context, panel, axis, { edges, last: true, label: unit });
    context.save();
    context.beginPath();
    context.rect(axis.left, panel.top, axis.right - axis.left, panel.bottom - panel.top);
    context.clip();
    for (const band of bands) area(context, band, run.t, axis, panel, first, last);
    for (const band of bands) name(context, band, run.t, axis, panel, edges.size, first, last);
    net(context, all, run.t, axis, panel);
    context.restore();
    rule(context, axis, panel.place(0), cursor, panel);
    return axis;
  }

  /* The top of what is shown: a spike that three of a hundred rows have may go beyond the edge. */
  function reach(values) {
    const sorted = Array.from(values).filter(Number.isFinite).sort((a, b) => a - b);
    if (!sorted.length) return 0;
    const most = sorted[sorted.length - 1], usual = sorted[Math.floor(0.97 * (sorted.length - 1))];
    return most > 3 * usual && usual > 0 ? 1.3 * usual : most;
  }

  function scaleOf(low, high) {
    const room = 0.06 * (high - low) || 1;
    const [bottom, top] = [low < 0 ? low - room : 0, high > 0 ? high + room : low < 0 ? 0 : 1];
    return { floor: null, ticks: Scales.even(bottom, top, 5), place: (value) => (value - bottom) / (top - bottom) };
  }

  function unitOf(species, head) {
    const model = Runs.model(), unit = Runs.pretty(model.species.find((one) => one.name === species).unit);
    if (head) return `for each head (1/${model.time})`;
    return unit ? `${unit} a ${model.time}` : `a ${model.time}`;
  }

  function area(context, { part, from, to }, t, axis, panel, first, last) {
    context.beginPath();
    for (let i = first; i < last; i++) context.lineTo(axis.x(t[i]), panel.place(to[i]));
    for (let i = last - 1; i >= first; i--) context.lineTo(axis.x(t[i]), panel.place(from[i]));
    context.closePath();
    context.fillStyle = Colours.line(part.colour);
    context.fill();
    context.strokeStyle = Colours.theme().paper;
    context.lineWidth = 0.7;
    context.stroke();
  }

  /* The words of a process inside its band, where it is thickest, if there is room. */
  function name(context, { part, from, to }, t, axis, panel, size, first, last) {
    context.font = `600 ${size}px system-ui, sans-serif`;
    const half = context.measureText(part.words).width / 2 + 4;
    let best = 0, where = null;
    for (let i = first; i < last; i++) {
      const x = axis.x(t[i]);
      if (x < axis.left + half || x > axis.right - half) continue;
      const room = Math.min(...[x - half, x, x + half].map((at) => {
        const j = Math.min(Paths.firstIn(t, axis.time(at)), t.length - 1);
        return Math.abs(panel.place(to[j]) - panel.place(from[j]));
      }));
      if (room > best) [best, where] = [room, [x, (panel.place(to[i]) + panel.place(from[i])) / 2]];
    }
    if (best < size + 5) return;
    context.fillStyle = Colours.onto(Colours.line(part.colour));
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(part.words, where[0], where[1]);
  }

  function net(context, all, t, axis, panel) {
    const total = t.map((_time, i) => all.reduce((sum, part) => sum + part.values[i], 0));
    const found = Paths.points(t, total, axis, { log: false, below: () => false }, panel.place);
    Paths.stroke(context, found, { colour: Colours.theme().paper, width: 4, dashes: [] });
    Paths.stroke(context, found, { colour: Colours.theme().ink, width: 1.8, dashes: [] });
  }

  function rule(context, axis, zero, cursor, panel) {
    context.strokeStyle = Colours.theme().ink;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(axis.left, zero);
    context.lineTo(axis.right, zero);
    if (cursor !== null && cursor >= axis.first && cursor <= axis.last) {
      context.moveTo(axis.x(cursor), panel.top);
      context.lineTo(axis.x(cursor), panel.bottom);
    }
    context.stroke();
  }

  return { draw, parts, isSpike, unitOf };
})();
