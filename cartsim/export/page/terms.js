"use strict";
/* The equation of one species at one time: each term in the colour of its band, with its rate, and as arrows. */
const Terms = (() => {
  const { make, math, byId } = Markup;
  const SVG = "http://www.w3.org/2000/svg";
  const sign = (number) => (number < 0 ? "−" : "+");

  /* dT/dt = a term + a term - a term, coloured; each can be pointed at to read its words. */
  function equation(species, element) {
    const page = Runs.page(), { left, terms } = page.equations.species[species];
    const d = '<mi mathvariant="normal">d</mi>';
    const derivative = `<mfrac><mrow>${d}${left}</mrow><mrow>${d}<mi>t</mi></mrow></mfrac><mo>=</mo>`;
    element.replaceChildren(math(derivative, { class: "math left" }));
    if (!terms.length) element.append(math("<mn>0</mn>"));
    terms.forEach(({ process, number, body }, i) => {
      const before = i > 0 || number < 0 ? `<mo form="infix">${sign(number)}</mo>` : "";
      const colour = page.looks[process].colour;
      const term = math(`${before}${body}`, { class: "math term", title: page.words[process], "data-process": process });
      term.style.color = Colours.letters(colour);
      term.style.borderBottomColor = Colours.line(colour);
      element.append(term, " ");
    });
  }

  /* The rates at one time, the largest first. */
  function rates(run, species, head, time) {
    const found = Fluxes.parts(run, species, head).map((part) => ({
      ...part, rate: Paths.at(run.t, part.values, time, false),
    }));
    const total = found.reduce((sum, part) => sum + Math.abs(part.rate), 0);
    for (const part of found) part.share = total > 0 ? Math.abs(part.rate) / total : 0;
    return found.sort((a, b) => Math.abs(b.rate) - Math.abs(a.rate));
  }

  /* The table beside the bands, and the sentence above it. */
  function show(run, species, head, time) {
    const found = rates(run, species, head, time), model = Runs.model();
    byId("terms-time").textContent =
      `On ${model.time} ${Numbers.text(time)}: ${Runs.page().words[species]}, ` +
      Numbers.quantity(Paths.at(run.t, run.value(species), time, false), Runs.pretty(unit(species)));
    const rows = found.map((part) => {
      const swatch = make("span", { class: "swatch" });
      swatch.style.background = Colours.line(part.colour);
      const bar = make("span", { class: "bar" });
      bar.style.width = `${100 * part.share}%`;
      bar.style.background = Colours.line(part.colour);
      return make("tr", {},
        make("th", { scope: "row" }, swatch, part.words),
        make("td", { class: "num", text: `${part.rate > 0 ? "+" : ""}${Numbers.text(part.rate)}` }),
        make("td", { class: "share" }, bar));
    });
    byId("terms").replaceChildren(...rows);
    byId("terms-unit").textContent = Fluxes.unitOf(species, head);
    byId("arrows").replaceChildren(arrows(found, species, roomFor(byId("arrows"))));
  }

  const room = { width: 0, seen: false };

  /* The width there is, asked for once and then only when it changes. */
  function roomFor(element) {
    if (!room.seen) {
      room.seen = true;
      new ResizeObserver(([entry]) => (room.width = entry.contentRect.width)).observe(element);
      room.width = element.clientWidth;
    }
    return Math.round(room.width) || 560;
  }

  const unit = (species) => Runs.model().species.find((one) => one.name === species).unit;

  function svg(kind, attributes, text) {
    const element = document.createElementNS(SVG, kind);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  /* Where it comes from, at the left, and where it goes, at the right; an arrow is as thick as its rate is large. */
  function arrows(found, species, width) {
    const gains = found.filter((part) => part.rate > 0), losses = found.filter((part) => part.rate < 0);
    const { ink, grey } = Colours.theme(), box = Math.min(130, width * 0.26);
    const lines = wrapped(Runs.page().words[species], Math.floor(box / 7.6));
    const rows = Math.max(gains.length, losses.length, 1), step = Math.max(46, (17 * lines.length + 14) / rows), height = rows * step + 16;
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, width: "100%", height, role: "img" });
    const words = Runs.page().words[species];
    const told = (list) => list.map((part) => `${part.words} ${Numbers.spoken(Math.abs(part.rate))}`).join(", ") || "nothing";
    picture.append(svg("title", {}, `Adds to ${words}: ${told(gains)}. Removes: ${told(losses)}.`));
    const left = (width - box) / 2, right = left + box;
    gains.forEach((part, i) => arrow(picture, part, 4, left - 3, place(i, gains.length, rows, step), species, 1));
    losses.forEach((part, i) => arrow(picture, part, right + 3, width - 4, place(i, losses.length, rows, step), species, -1));
    picture.append(svg("rect", {
      x: left, y: 8, width: box, height: height - 16, rx: 8, fill: Colours.theme().faint, stroke: grey,
    }));
    lines.forEach((line, i) => picture.append(svg("text", {
      x: width / 2, y: height / 2 + 5 + (i - (lines.length - 1) / 2) * 17, "text-anchor": "middle",
      "font-size": 14, "font-weight": 600, fill: ink,
    }, line)));
    return picture;
  }

  const place = (i, count, rows, step) => 8 + step * (i + (rows - count) / 2) + step / 2 + 6;

  function arrow(picture, part, from, to, y, species, way) {
    const colour = Colours.line(part.colour), thick = 1.5 + 11 * Math.sqrt(part.share), head = thick + 6;
    picture.append(svg("line", { x1: from, y1: y, x2: to - head, y2: y, stroke: colour, "stroke-width": thick }));
    const points = `${to - head},${y - head / 1.6} ${to},${y} ${to - head},${y + head / 1.6}`;
    picture.append(svg("polygon", { points, fill: colour }));
    const most = Math.floor((to - from) / 6.4), other = across(part.name, species, way), plain = part.name.replace(/_/g, " ");
    const wholly = `${part.words} ${way > 0 ? "←" : "→"} ${other}`;
    const shown = [...(other ? [wholly] : []), part.words, plain].find((words) => words.length <= most) ?? `${plain.slice(0, most - 1)}…`;
    picture.append(svg("text", { x: from + 2, y: y - Math.max(thick / 2, 2) - 5, "font-size": 12, fill: Colours.letters(part.colour) }, shown));
  }

  /* The species at the other end of a process, if it turns one into another. */
  function across(process, species, way) {
    const changes = Runs.model().processes.find((one) => one.name === process)?.changes ?? {};
    return Object.keys(changes).find((name) => name !== species && Math.sign(changes[name]) === -way) ?? "";
  }

  function wrapped(words, most) {
    const lines = [];
    for (const word of words.split(" ")) {
      const last = lines.length - 1;
      if (lines.length && lines[last].length + word.length < most) lines[last] += ` ${word}`;
      else lines.push(word);
    }
    return lines.slice(0, 4);
  }

  return { equation, show };
})();
