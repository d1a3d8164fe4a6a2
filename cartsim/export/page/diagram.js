"use strict";
/* The diagram of a small model: species in boxes, processes as arrows in the colours of their terms. */
const Diagram = (() => {
  const { byId } = Markup;
  const SVG = "http://www.w3.org/2000/svg";
  const NARROW = 560; // pixels of width below which it is arranged for a phone
  const KINDS = {
    birth: "from a circle: newly made", death: "into a circle: leaves or dies",
    faster: "dashed with a head: makes faster", slower: "dashed with a bar: makes slower", either: "dashed with a dot: faster or slower",
  };
  let shown = ""; // the arrangement and theme that are on the page

  const known = () => Boolean(Runs.page().diagram);

  function svg(kind, attributes, ...children) {
    const element = document.createElementNS(SVG, kind);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function show() {
    if (!known()) return;
    const page = Runs.page().diagram, element = byId("diagram"), room = element.clientWidth;
    const narrow = room > 0 && room < NARROW && page.narrow, plan = narrow ? page.narrow : page.wide;
    const wanted = `${narrow ? "narrow" : "wide"} ${Colours.isDark()}`;
    if (shown === wanted) return;
    shown = wanted;
    const [width, height] = plan.size.map((length) => length + 16);
    const picture = svg("svg", { viewBox: `-8 -8 ${width} ${height}`, width, height, role: "group", "aria-label": page.told });
    picture.append(...plan.pulls.map(pull), ...plan.flows.map(flow), ...plan.voids.map(nothing), ...plan.boxes.map(box), ...plan.plates.map(plate));
    element.replaceChildren(picture);
    element.style.setProperty("--least", `${Math.round(0.8 * width)}px`);
    const key = ["arrow: what flows", ...page.kinds.map((kind) => KINDS[kind])];
    byId("diagram-key").textContent = `${key.join(" · ")}. Choose a box or a name to read about it.`;
  }

  const path = (line) => line.map(([x, y], i) => `${i ? "L" : "M"}${x} ${y}`).join("");

  /* The unit vector along which a line arrives. */
  function arrival(line, reach) {
    const [x, y] = line[line.length - 1];
    const far = line.findLast(([a, b]) => Math.hypot(x - a, y - b) >= reach) ?? line[0];
    const length = Math.hypot(x - far[0], y - far[1]) || 1;
    return [(x - far[0]) / length, (y - far[1]) / length];
  }

  function head(line, size, colour) {
    const [x, y] = line[line.length - 1], [dx, dy] = arrival(line, size), across = 0.45 * size;
    const back = [x - size * dx, y - size * dy];
    const points = [[x, y], [back[0] - across * dy, back[1] + across * dx], [back[0] + across * dy, back[1] - across * dx]];
    return svg("polygon", { points: points.map((point) => point.map((one) => one.toFixed(1)).join()).join(" "), fill: colour });
  }

  function shortened(line, by) {
    const [x, y] = line[line.length - 1], [dx, dy] = arrival(line, by);
    return [...line.filter(([a, b]) => Math.hypot(x - a, y - b) > by), [x - by * dx, y - by * dy]];
  }

  function flow({ name, head: ends, line }) {
    const colour = Colours.line(Runs.page().looks[name].colour);
    const drawn = svg("path", { d: path(ends ? shortened(line, 8) : line), fill: "none", stroke: colour, "stroke-width": 2.4 });
    return svg("g", { "aria-hidden": "true" }, drawn, ...(ends ? [head(line, 12, colour)] : []));
  }

  function pull({ name, sign, line }) {
    const box = Runs.page().diagram.wide.boxes.find((one) => one.name === name);
    const colour = Colours.line(box.colour), [x, y] = line[line.length - 1], [dx, dy] = arrival(line, 8);
    const end = sign > 0 ? head(line, 9, colour)
      : sign < 0 ? svg("path", { d: `M${x - 6 * dy} ${y + 6 * dx}L${x + 6 * dy} ${y - 6 * dx}`, stroke: colour, "stroke-width": 3 })
        : svg("circle", { cx: x - 2 * dx, cy: y - 2 * dy, r: 4, fill: colour });
    const drawn = svg("path", { d: path(sign > 0 ? shortened(line, 6) : line), fill: "none", stroke: colour, "stroke-width": 1.4, "stroke-dasharray": "5 3" });
    return svg("g", { "aria-hidden": "true" }, drawn, end);
  }

  const nothing = ([x, y]) => svg("circle", { cx: x, cy: y, r: 6, fill: "none", stroke: Colours.theme().grey, "stroke-width": 1.5 });

  /* A rectangle with words that a click, Enter or a touch tells about. */
  function told({ x, y, w, h }, look, words, what, ...texts) {
    const area = svg("rect", { x: x - w / 2, y: y - h / 2, width: w, height: h, ...look });
    const group = svg("g", { role: "button", tabindex: 0, "aria-label": `about ${words}`, class: "told" }, area, ...texts);
    group.addEventListener("click", () => Notes.open(group, what));
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      Notes.open(group, what);
    });
    return group;
  }

  const line = (x, y, size, fill, text, weight = 400) =>
    svg("text", { x, y, "text-anchor": "middle", "dominant-baseline": "central", "font-size": size, "font-weight": weight, fill }, text);

  function box(part) {
    const { name, lines, colour, x, y } = part, { ink, paper } = Colours.theme(), edge = Colours.line(colour);
    const top = y - (15 * lines.length) / 2;
    const texts = [symbol(name, x, top, Colours.letters(colour)), ...lines.map((text, i) => line(x, top + 18 + 15 * i, 12, ink, text))];
    const area = svg("rect", { x: x - part.w / 2, y: y - part.h / 2, width: part.w, height: part.h, rx: 9, fill: paper });
    const curve = Runs.curve(name) ?? { name, words: Runs.page().words[name], unit: "" };
    const found = told(part, { rx: 9, fill: edge, "fill-opacity": 0.12, stroke: edge, "stroke-width": 2.4 }, curve.words, () => Notes.ofCurve(curve), ...texts);
    found.prepend(area);
    return found;
  }

  /* C_T with its T below the line. */
  function symbol(name, x, y, fill) {
    const [front, ...rest] = name.split("_"), found = line(x, y, 17, fill, front, 600);
    if (front && rest.length) found.append(svg("tspan", { dy: 5, "font-size": 12 }, rest.join("_")));
    else found.textContent = name;
    return found;
  }

  function plate(part) {
    const { name, lines, x, y } = part, colour = Runs.page().looks[name].colour;
    const texts = lines.map((text, i) => line(x, y + 15 * (i - (lines.length - 1) / 2), 12, Colours.letters(colour), text));
    const look = { rx: 4, fill: Colours.theme().paper, stroke: Colours.line(colour), "stroke-width": 1.2 };
    return told(part, look, Runs.page().words[name], () => Notes.ofProcess(name), ...texts);
  }

  function begin() {
    byId("diagram-part").hidden = !known();
    if (!known()) return;
    byId("tab-equations").textContent = "Diagram and equations";
    new ResizeObserver(() => show()).observe(byId("diagram"));
  }

  return { begin, show };
})();
