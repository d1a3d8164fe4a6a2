"use strict";
/* A short way to make elements: text is always text, never markup. */
const Markup = (() => {
  function make(kind, attributes = {}, ...children) {
    const element = document.createElement(kind);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "text") element.textContent = value;
      else if (name in element && typeof value === "boolean") element[name] = value;
      else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  /* MathML that cartsim printed from a tree of a model; no words of a person are in it. */
  function math(mathml, attributes = {}) {
    const box = make("span", { class: "math", ...attributes });
    box.innerHTML = `<math>${mathml}</math>`;
    return box;
  }

  const byId = (id) => document.getElementById(id);

  return { make, math, byId };
})();
