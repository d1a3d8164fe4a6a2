"use strict";
/* Where the model comes from and how sure it is, and the ways out of the page: address, paper. */
const About = (() => {
  const { make, byId } = Markup;

  function begin() {
    const model = Runs.model(), { source, sure, caution } = Runs.page();
    const lines = [make("p", { text: `Model ${model.name}: ${model.species.length} species, ${model.processes.length} processes, ${model.parameters.length} numbers.` })];
    if (caution) lines.push(make("p", { class: "caution", text: caution }));
    if (source.text) lines.push(make("p", { text: source.text }));
    if (source.doi) lines.push(make("p", {}, make("a", { href: `https://doi.org/${source.doi}`, rel: "noopener noreferrer", target: "_blank", text: `doi.org/${source.doi}` })));
    if (source.population) lines.push(make("p", { text: `About: ${source.population.replace(/[.\s]+$/, "")}.` }));
    if (source.confidence) lines.push(make("p", { text: `Numbers were read in: ${source.confidence.replace(/_/g, " ").replace(/[.\s]+$/, "")}.` }));
    lines.push(make("p", { text: certainty(sure) }));
    lines.push(make("p", { text: `The “?” beside a name tells what it means and where its number comes from; so does “${byId("tab-equations").textContent}” for all of them.` }));
    byId("about").replaceChildren(...lines);
    byId("footer-source").textContent = `${source.text} ${certainty(sure)}`.trim();
    byId("share").addEventListener("click", share);
    byId("print").addEventListener("click", () => window.print());
  }

  /* How many of the numbers rest on what. */
  function certainty({ read, calibrated, assumed, none }) {
    const said = [
      [read, "read in a source or derived from one"], [calibrated, "fitted (“calibrated”)"], [assumed, "assumed"], [none, "without a source"],
    ].filter(([count]) => count);
    return said.length ? `How sure: of the numbers, ${said.map(([count, words]) => `${count} are ${words}`).join(", ")}.`.replace(/\b1 are\b/g, "1 is") : "";
  }

  async function share() {
    const text = window.location.href;
    try {
      await navigator.clipboard.writeText(text);
      byId("shared").textContent = "Copied.";
    } catch {
      byId("shared").replaceChildren("Copy it from here: ", make("input", { type: "text", readonly: "", value: text, size: 40, "aria-label": "address of this page" }));
      byId("shared").querySelector("input").select();
    }
  }

  return { begin };
})();
