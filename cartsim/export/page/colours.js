"use strict";
/* Light and dark, and colours that stay readable on either: lines with a contrast of 3, letters of 4.5 (WCAG). */
const Colours = (() => {
  let dark = false;
  const known = new Map();

  function rgb(hex) {
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  }

  function hex(parts) {
    return "#" + parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");
  }

  function luminance(parts) {
    const [r, g, b] = parts.map((part) => {
      const c = part / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(one, other) {
    const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  }

  /* `colour` moved towards the ink until it stands out from the paper by `ratio`. */
  function against(colour, ratio) {
    const key = `${colour} ${ratio} ${dark}`;
    if (!known.has(key)) {
      const paper = rgb(theme().paper), ink = dark ? [255, 255, 255] : [0, 0, 0], own = rgb(colour);
      let best = own;
      for (let step = 0; step <= 50 && contrast(best, paper) < ratio; step++) {
        best = own.map((part, i) => part + ((ink[i] - part) * step) / 50);
      }
      known.set(key, hex(best));
    }
    return known.get(key);
  }

  const line = (colour) => against(colour, 3);
  const letters = (colour) => against(colour, 4.5);

  /* Black or white, whichever is read better on `colour`. */
  function onto(colour) {
    const own = rgb(colour);
    return contrast(own, [255, 255, 255]) >= 4.5 ? "#ffffff" : "#111111";
  }

  const LIGHT = { paper: "#ffffff", ink: "#222222", grey: "#666666", pale: "#e4e4e4", faint: "#f0f0f0" };
  const DARK = { paper: "#15181c", ink: "#eceff1", grey: "#a4abb3", pale: "#333a42", faint: "#23282e" };

  function theme() {
    return dark ? DARK : LIGHT;
  }

  /* "light", "dark" or "" for what the device prefers; returns whether it is dark now. */
  function choose(wanted) {
    const prefers = window.matchMedia("(prefers-color-scheme: dark)").matches;
    dark = wanted ? wanted === "dark" : prefers;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    return dark;
  }

  return { line, letters, onto, theme, choose, contrast, rgb, isDark: () => dark };
})();
