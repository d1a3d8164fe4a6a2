"use strict";
/* The picture under pointer and keys: a time is pointed at, a span is dragged to zoom, a double click goes back. */
const Pointer = (() => {
  const { byId } = Markup;
  let time = null; // where the reader points; null for nowhere
  let from = null; // where a drag began, in pixels

  function begin({ look, zoom }) {
    const picture = byId("picture");
    for (const canvas of [picture, byId("flux")]) {
      canvas.addEventListener("pointermove", (event) => move(event, canvas, look));
      canvas.addEventListener("pointerdown", (event) => {
        if (event.pointerType === "mouse" && event.button === 0) from = event.offsetX;
        move(event, canvas, look);
      });
      canvas.addEventListener("pointerup", (event) => {
        if (from !== null && Math.abs(event.offsetX - from) > 12) zoom([Curves.timeAt(from), Curves.timeAt(event.offsetX)]);
        from = null;
      });
      canvas.addEventListener("pointerleave", () => (from = null));
      canvas.addEventListener("dblclick", () => zoom(null));
    }
    picture.addEventListener("keydown", (event) => keys(event, look, zoom));
  }

  function move(event, canvas, look) {
    const found = Curves.timeAt(event.offsetX);
    if (found === null) return;
    time = found;
    look(time, false);
  }

  function keys(event, look, zoom) {
    const axis = Curves.last()?.axis;
    if (!axis) return;
    const step = (event.shiftKey ? 10 : 1) * unitStep(axis);
    const now = time ?? axis.first;
    const to = { ArrowRight: now + step, ArrowLeft: now - step, Home: axis.first, End: axis.last }[event.key];
    if (event.key === "Escape") {
      time = null;
      zoom(null);
      return;
    }
    if (to === undefined) return;
    event.preventDefault();
    time = Math.min(Math.max(to, axis.first), axis.last);
    look(time, true);
  }

  /* One unit of time, or a hundredth of what is shown if that is a round number of them. */
  function unitStep(axis) {
    const span = axis.last - axis.first;
    return span > 40 ? 1 : 10 ** Math.floor(Math.log10(span / 40));
  }

  return { begin, time: () => time, forget: () => void (time = null), dragging: () => from };
})();
