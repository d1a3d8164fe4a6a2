"use strict";
/* A note beside a name, for hand and keyboard: what it means, its source, and the words of the glossary in it. */
const Notes = (() => {
  const { make, byId } = Markup;
  let asked = null; // what was asked, to which the focus goes back

  function begin() {
    const note = byId("note");
    byId("note-close").addEventListener("click", () => close(true));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !note.hidden) close(true);
    });
    document.addEventListener("pointerdown", (event) => {
      const outside = !note.contains(event.target) && !(asked && asked.contains(event.target));
      if (!note.hidden && outside) close(false);
    });
    window.addEventListener("resize", () => close(false));
    document.addEventListener("click", (event) => {
      const term = event.target.closest?.(".term");
      if (term) open(term, () => ofProcess(term.dataset.process));
    });
  }

  /* A small button that tells about `words`; `what` gives {title, lines, words} once it is asked for. */
  function button(words, what) {
    const found = make("button", { type: "button", class: "ask", text: "?", "aria-label": `about ${words}`, "aria-haspopup": "dialog" });
    found.addEventListener("click", () => open(found, what));
    return found;
  }

  /* A name that tells about itself. */
  function name(text, what, attributes = {}) {
    const found = make("button", { type: "button", class: "name", text, "aria-haspopup": "dialog", ...attributes });
    found.addEventListener("click", () => open(found, what));
    return found;
  }

  /* Lines are [head, text]; a second click on the same name closes the note. */
  function open(from, what) {
    const note = byId("note");
    if (!note.hidden && asked === from) return close(true);
    asked = from;
    const { title, lines, words } = what();
    byId("note-title").textContent = title;
    byId("note-body").replaceChildren(
      ...lines.filter(([, text]) => text).map(([head, text]) => make("p", {}, head ? make("span", { class: "small", text: `${head} ` }) : null, text)),
      ...words.map(({ term, words: meaning }) => make("p", { class: "entry-of-word" }, make("b", { text: term }), `: ${meaning} `,
        make("button", { type: "button", class: "name", text: "in the list of words", "aria-label": `${term} in the list of words`, onclick: () => {
          close(false);
          Words.open(term);
        } }))),
    );
    note.hidden = false;
    place(note, from);
    byId("note-title").focus({ preventScroll: true });
  }

  /* Beside what was asked on a laptop; on a phone it is a sheet at the foot, which the style says. */
  function place(note, from) {
    const box = from.getBoundingClientRect(), own = note.getBoundingClientRect(), edge = 8;
    const room = window.innerHeight - box.bottom - edge;
    const top = room > own.height + edge ? box.bottom + edge : Math.max(edge, box.top - own.height - edge);
    note.style.setProperty("--top", `${top}px`);
    note.style.setProperty("--left", `${Math.max(edge, Math.min(box.left, document.documentElement.clientWidth - own.width - edge))}px`);
  }

  function close(back) {
    const from = asked;
    byId("note").hidden = true;
    asked = null;
    if (back && from?.isConnected) from.focus({ preventScroll: true });
  }

  // ------------------------------------------------------------------ what is told

  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  const sentence = (text) => (text ? capital(text).replace(/([^.!?])$/, "$1.") : "");

  function ofControl(control) {
    const model = Runs.model(), unit = Runs.pretty(control.unit);
    const part = [...model.parameters, ...model.species].find((one) => one.name === control.name) ?? { meaning: "", source: "" };
    const meaning = part.meaning && part.meaning !== control.label ? sentence(part.meaning) : "";
    const range = control.kind === "switch" ? ""
      : `The slider goes from ${Numbers.text(control.low)} to ${Numbers.quantity(control.high, unit)}${control.log ? ", by factors" : ""}; it began at ${Numbers.text(control.value)}.`;
    const own = control.events.length ? "" : control.name;
    return {
      title: capital(control.label),
      lines: [["", meaning], ["", range], ["symbol", own === control.label ? "" : own], ["source", sentence(part.source) || (control.events.length ? "" : "None is given.")]],
      words: Words.within(`${control.label} · ${part.meaning} · ${control.name.replace(/_/g, " ")}`),
    };
  }

  function ofReadout(entry) {
    return { title: capital(entry.words), lines: [["", sentence(entry.meaning)], ["in Python", entry.name]], words: Words.ofReadout(entry) };
  }

  function ofCurve(curve) {
    const model = Runs.model(), stands = model.roles[curve.name];
    const part = model.species.find((one) => one.name === (stands ?? curve.name).trim());
    return {
      title: capital(curve.words),
      lines: [
        ["", part && part.meaning !== curve.words ? sentence(part.meaning) : ""],
        ["in the equations", stands && stands.trim() !== curve.name ? stands : curve.name],
        ["unit", curve.unit], ["source of its start", part ? sentence(part.source) : ""],
      ],
      words: Words.ofCurve(curve),
    };
  }

  function ofProcess(name) {
    const process = Runs.model().processes.find((one) => one.name === name), words = Runs.page().words[name];
    return {
      title: capital(words),
      lines: [
        ["", process.meaning && process.meaning !== words ? sentence(process.meaning) : ""], ["what flows", process.flow.trim()],
        ["how fast", `${process.rate}${process.unit && process.unit !== "1" ? `, in ${Runs.pretty(process.unit)}` : ""}`], ["source", sentence(process.source)],
      ],
      words: Words.within(`${words} · ${process.meaning} · ${name.replace(/_/g, " ")}`),
    };
  }

  return { begin, button, name, open, ofControl, ofReadout, ofCurve, ofProcess };
})();
