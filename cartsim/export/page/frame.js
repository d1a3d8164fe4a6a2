"use strict";
/* The surface of a canvas at the sharpness of the screen, and the frame of a panel: ticks, floor, labels. */
const Surface = (() => {
  const sizes = new WeakMap(), unseen = new WeakSet();
  const onlooker = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) unseen.delete(target);
      else unseen.add(target);
    }
    window.dispatchEvent(new Event("picturesize"));
  });
  const watcher = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) sizes.set(target, [contentRect.width, contentRect.height]);
    window.dispatchEvent(new Event("picturesize"));
  });

  /* Context, width and height in pixels of the page; asks the page for its size once, then only when told. */
  function of(canvas) {
    if (!sizes.has(canvas)) {
      sizes.set(canvas, [canvas.clientWidth, canvas.clientHeight]);
      watcher.observe(canvas);
      onlooker.observe(canvas);
    }
    const [width, height] = sizes.get(canvas);
    const sharp = Math.min(window.devicePixelRatio || 1, 3) * (canvas.dataset.sharper ? 2 : 1);
    const [w, h] = [Math.round(width * sharp), Math.round(height * sharp)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    const context = canvas.getContext("2d");
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    return { context, width, height };
  }

  /* Whether the reader has it before the eyes; on paper everything is. */
  const isSeen = (canvas) => !unseen.has(canvas) || Boolean(canvas.dataset.sharper);

  const forget = (canvas) => void sizes.set(canvas, [canvas.clientWidth, canvas.clientHeight]);

  return { of, forget, isSeen };
})();

const Frame = (() => {
  /* Axes and ticks of one panel; the times are written under the last one only. */
  function draw(context, panel, axis, { edges, last, label, colour = null }) {
    const { ink, grey, pale, faint } = Colours.theme();
    const { scale, top, bottom, place } = panel;
    context.save();
    context.font = `${edges.size}px system-ui, sans-serif`;
    if (scale.floor !== null) {
      context.fillStyle = faint;
      context.fillRect(axis.left, place(scale.floor), axis.right - axis.left, bottom - place(scale.floor));
    }
    context.strokeStyle = pale;
    context.fillStyle = ink;
    context.textAlign = "right";
    context.textBaseline = "middle";
    const room = edges.size * 1.5;
    let edge = Infinity;
    for (const tick of scale.ticks) {
      const y = place(tick.value);
      if (y < top - 1 || y > bottom + 1 || edge - y < room) continue;
      edge = y;
      line(context, axis.left, y, axis.right, y);
      context.fillText(tick.text, axis.left - 6, y);
    }
    context.strokeStyle = grey;
    line(context, axis.left, top, axis.left, bottom);
    line(context, axis.left, bottom, axis.right, bottom);
    if (scale.floor !== null) floor(context, scale, axis, place, edges.size);
    context.fillStyle = ink;
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.font = `600 ${edges.size}px system-ui, sans-serif`;
    if (colour) context.fillStyle = Colours.letters(colour);
    if (label) context.fillText(label, 4, top - 9, axis.right - 4);
    context.fillStyle = ink;
    context.font = `${edges.size}px system-ui, sans-serif`;
    times(context, axis, bottom, last, edges);
    context.restore();
  }

  function floor(context, scale, axis, place, size) {
    const y = place(scale.floor);
    context.strokeStyle = context.fillStyle = Colours.theme().grey;
    line(context, axis.left, y, axis.right, y);
    context.textAlign = "right";
    context.textBaseline = "bottom";
    context.font = `${size - 1}px system-ui, sans-serif`;
    context.strokeStyle = Colours.theme().paper;
    context.lineWidth = 3;
    context.strokeText(scale.words, axis.right - 3, y - 1);
    context.fillText(scale.words, axis.right - 3, y - 1);
  }

  function times(context, axis, bottom, last, edges) {
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const tick of axis.ticks) {
      const x = axis.x(tick.value);
      line(context, x, bottom, x, bottom + 4);
      if (last) context.fillText(tick.text, x, bottom + 6);
    }
    if (!last) return;
    const words = Runs.page().timeWords;
    context.fillText(words, (axis.left + axis.right) / 2, bottom + edges.size + 10);
  }

  function line(context, x0, y0, x1, y1) {
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x0, Math.round(y0) + 0.5);
    context.lineTo(x1, Math.round(y1) + 0.5);
    context.stroke();
  }

  return { draw };
})();
