"use strict";
/* The glossary: its words in a tab, and those that belong to a curve, a read-out or a slider. */
const Words = (() => {
  const { make, byId } = Markup;
  const MOST = 3; // words beside one name
  const spellings = []; // [pattern, entry], the longest spelling first

  const all = () => Runs.page().glossary;

  function begin() {
    for (const entry of all()) {
      for (const name of [entry.term, ...entry.also]) spellings.push([pattern(name), entry, name.length]);
    }
    spellings.sort((a, b) => b[2] - a[2]);
    byId("find-word").addEventListener("input", filter);
    show();
  }

  /* A spelling as whole words, whatever stands between them, in the plural too. */
  function pattern(name) {
    const parts = name.split(/[\s-]+/).map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
    return new RegExp(`(?<![\\w-])${parts.join("[\\s-]+")}s?(?![\\w-])`, /^[A-Z]+$/.test(name) ? "" : "i");
  }

  /* The entries that some words name, the longest first; a part of one that was found is not another. */
  function within(text) {
    const found = [];
    let rest = text;
    for (const [pattern, entry] of spellings) {
      if (!pattern.test(rest)) continue;
      rest = rest.replace(pattern, " · ");
      if (!found.includes(entry)) found.push(entry);
    }
    return found.slice(0, MOST);
  }

  function ofReadout({ name, words }) {
    const own = all().filter((entry) => entry.readouts.includes(name));
    return [...new Set([...own, ...within(words)])].slice(0, MOST);
  }

  /* By its words, or else the first that is measured and has this role. */
  function ofCurve({ name, words }) {
    const said = within(words), own = all().find((entry) => entry.unit && entry.roles.includes(name));
    return said.length || !own ? said : [own];
  }

  // ------------------------------------------------------------------ the tab

  function show() {
    const groups = new Map();
    for (const entry of all()) {
      if (!groups.has(entry.group)) groups.set(entry.group, []);
      groups.get(entry.group).push(entry);
    }
    byId("words").replaceChildren(...[...groups].map(([name, entries]) =>
      make("section", { class: "words" }, make("h3", { text: name.charAt(0).toUpperCase() + name.slice(1) }), make("dl", {}, ...entries.map(item)))));
  }

  const idOf = (term) => `word-${term.replace(/\W+/g, "-")}`;

  function item(entry) {
    const unit = entry.unit ? make("span", { class: "small", text: `unit: ${entry.unit}` }) : null;
    const also = entry.also.length ? make("span", { class: "small", text: `also: ${entry.also.join(", ")}` }) : null;
    const seen = [...new Set(entry.roles.map(Runs.curve).filter(Boolean))].map(curveButton);
    const see = entry.see.map((term) => make("button", { type: "button", class: "name", text: term, onclick: () => open(term) }));
    const parts = [unit, also].filter(Boolean).flatMap((one, i) => (i ? [" · ", one] : [one]));
    return make("div", { class: "word", id: idOf(entry.term), tabindex: -1, "data-words": [entry.term, ...entry.also].join(" ").toLowerCase() },
      make("dt", { text: entry.term }),
      make("dd", {}, entry.words, ...(parts.length ? [make("br"), ...parts] : []),
        ...(see.length ? [make("br"), make("span", { class: "small", text: "see " }), ...spaced(see)] : []),
        ...(seen.length ? [make("br"), make("span", { class: "small", text: "draw " }), ...spaced(seen)] : [])));
  }

  const spaced = (parts) => parts.flatMap((part, i) => (i ? [", ", part] : [part]));

  function curveButton(curve) {
    return make("button", { type: "button", class: "name", text: curve.words, onclick: () => {
      if (!State.state.curves.includes(curve.name)) State.set({ curves: [...State.state.curves, curve.name] }, "curves");
      byId("picture").scrollIntoView({ block: "nearest" });
    } });
  }

  function filter() {
    const wanted = byId("find-word").value.trim().toLowerCase();
    for (const section of document.querySelectorAll("section.words")) {
      const items = [...section.querySelectorAll(".word")];
      for (const one of items) one.hidden = !one.textContent.toLowerCase().includes(wanted);
      section.hidden = items.every((one) => one.hidden);
    }
  }

  /* Show a word in its tab. */
  function open(term) {
    byId("find-word").value = "";
    filter();
    if (State.state.tab !== "words") State.set({ tab: "words" }, "tab");
    const place = byId(idOf(term));
    place.scrollIntoView({ block: "center" });
    place.focus({ preventScroll: true });
  }

  return { begin, within, ofReadout, ofCurve, open };
})();
