"use strict";
/* Numbers as a reader wants them: 2×10⁸ in a picture, 2e8 in a field, "200 million" for the ear. */
const Numbers = (() => {
  const UP = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const DOWN = Object.fromEntries(Object.entries(UP).map(([plain, up]) => [up, plain]));
  const WORDS = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]];

  function powerOfTen(exponent) {
    return "10" + String(exponent).replace(/./g, (character) => UP[character]);
  }

  /* With a comma at every thousand; written by hand, as the browser's own way takes a frame for a table of them. */
  function plain(value, digits) {
    const [whole, part = ""] = String(Number(value.toPrecision(digits))).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",").replace("-", "−");
    return part ? `${grouped}.${part}` : grouped;
  }

  /* A number for a label, with at most `digits` figures. */
  function text(value, digits = 3) {
    if (value === 0 || !Number.isFinite(value)) {
      return value === 0 ? "0" : value > 0 ? "infinite" : value < 0 ? "−infinite" : "no number";
    }
    if (Math.abs(value) >= 1e-3 && Math.abs(value) < 99950) return plain(value, digits);
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    const front = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
    const ten = powerOfTen(Number(exponent));
    if (front === "1" || front === "-1") return front === "1" ? ten : "−" + ten;
    return `${front.replace("-", "−")}×${ten}`;
  }

  /* With its unit, in the form that `pretty` of the page's words has; of 10⁹ cells as of cells. */
  function quantity(value, unit, digits = 3) {
    const power = /^10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+) (.+)$/.exec(unit);
    if (power) return quantity(value * 10 ** Number(power[1].replace(/./g, (c) => DOWN[c])), power[2], digits);
    const number = text(value, digits);
    if (!unit) return number;
    return unit === "%" || unit === "°C" ? `${number} ${unit}` : `${number} ${unit}`;
  }

  /* What stands in a field, so that it can be typed over: 2e8, 0.265, 12.5. */
  function field(value) {
    if (value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6)) {
      return String(Number(value.toPrecision(5)));
    }
    const [mantissa, exponent] = value.toExponential(4).split("e");
    return `${Number(mantissa)}e${Number(exponent)}`;
  }

  /* A number that a screen reader reads well. */
  function spoken(value) {
    const size = Math.abs(value);
    for (const [unit, word] of WORDS) {
      if (size >= unit && size < 1000 * unit) return `${plain(value / unit, 3).replace("−", "minus ")} ${word}`;
    }
    if (value === 0 || (size >= 1e-4 && size < 1e6)) return plain(value, 3).replace("−", "minus ");
    const [mantissa, exponent] = value.toExponential(2).split("e");
    return `${Number(mantissa)} times ten to the ${Number(exponent)}`.replace(/-/g, "minus ");
  }

  /* What a person typed, as a number; not-a-number where it is none: "2e8", "2×10⁸", "1,000,000", "0,5". */
  function typed(words) {
    let given = words.trim().replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (up) => "^" + up.replace(/./g, (c) => DOWN[c]));
    given = given.replace(/[\s_’']/g, "").replace(/−/g, "-");
    if (/^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(given)) given = given.replace(/,/g, "");
    given = given.replace(",", ".").replace(/^10\^(-?\d+)$/, "1e$1");
    given = given.replace(/[×x·*]10\^?(-?\d+)$/i, "e$1");
    return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(given) ? Number(given) : NaN;
  }

  return { text, quantity, field, spoken, typed, powerOfTen };
})();
