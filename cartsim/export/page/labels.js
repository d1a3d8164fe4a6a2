"use strict";
/* Words beside the ends of curves, moved apart so that none covers another, and the letters of pinned curves. */
const Labels = (() => {
  const LINE = 1.15; // height of a line, in sizes of the letters

  /* `words` in lines that are at most `width` pixels wide. */
  function wrapped(context, words, width) {
    const lines = [];
    for (const word of words.split(" ")) {
      const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
      if (lines.length && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }

  /* Labels [{y, words, colour}] between `top` and `bottom`, each as near to its own height as there is room. */
  function column(context, labels, { x, width, top, bottom, size }) {
    context.save();
    context.font = `600 ${size}px system-ui, sans-serif`;
    context.textBaseline = "middle";
    const blocks = labels.map((label) => {
      const lines = wrapped(context, label.words, width - 12);
      return { ...label, lines, height: lines.length * size * LINE + 2 };
    });
    blocks.sort((a, b) => a.y - b.y);
    spread(blocks, top, bottom);
    for (const block of blocks) {
      context.strokeStyle = context.fillStyle = Colours.letters(block.colour);
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x + 1, block.y);
      context.lineTo(x + 8, block.at);
      context.stroke();
      block.lines.forEach((line, i) => {
        const up = (i - (block.lines.length - 1) / 2) * size * LINE;
        context.fillText(line, x + 11, block.at + up, width - 11);
      });
    }
    context.restore();
  }

  /* Set `at` of each block, from top to bottom, so that they do not overlap. */
  function spread(blocks, top, bottom) {
    let edge = top;
    for (const block of blocks) {
      block.at = Math.max(block.y, edge + block.height / 2);
      edge = block.at + block.height / 2;
    }
    let floor = Math.max(bottom, top);
    for (const block of [...blocks].reverse()) {
      block.at = Math.min(block.at, floor - block.height / 2);
      floor = block.at - block.height / 2;
    }
  }

  /* The letter of a pinned curve in a small disc on its line. */
  function letter(context, text, point, colour, size) {
    context.save();
    context.fillStyle = Colours.theme().paper;
    context.strokeStyle = colour;
    context.lineWidth = 1.4;
    context.beginPath();
    context.arc(point.x, point.y, 0.72 * size, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    context.fillStyle = Colours.letters(colour);
    context.font = `700 ${0.95 * size}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, point.x, point.y + 0.5);
    context.restore();
  }

  return { column, letter, wrapped };
})();
