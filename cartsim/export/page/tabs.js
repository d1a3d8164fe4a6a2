"use strict";
/* Tabs that arrow keys go through, with one panel each. */
const Tabs = (() => {
  const all = () => [...document.querySelectorAll("[role=tab]")];

  function begin(choose) {
    for (const tab of all()) {
      tab.addEventListener("click", () => choose(tab.dataset.tab));
      tab.addEventListener("keydown", (event) => {
        const tabs = all(), at = tabs.indexOf(tab);
        const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        const next = tabs[(to + tabs.length) % tabs.length];
        choose(next.dataset.tab);
        next.focus();
      });
    }
  }

  function show(name) {
    for (const tab of all()) {
      const on = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      Markup.byId(tab.getAttribute("aria-controls")).hidden = !on;
    }
  }

  const known = (name) => all().some((tab) => tab.dataset.tab === name);

  return { begin, show, known };
})();
