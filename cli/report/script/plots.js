// SPDX-License-Identifier: Apache-2.0
// Draws every figure of the page from the specification beside it, again when its width changes. Expressions are
// interpreted, not compiled, so that the page's content policy may forbid everything but its own text. A figure whose
// drawing failed opens its table.
(() => {
  const {transforms} = weft.require("vega-dataflow");
  Object.assign(transforms, weft.require("vega-transforms"), weft.require("vega-view-transforms"),
    weft.require("vega-encode"));
  const {parse} = weft.require("vega-parser");
  const {View} = weft.require("vega-view");
  const {expressionInterpreter} = weft.require("vega-interpreter");

  /** Every item under a mark of the scene that has words of its own, in the order of drawing. */
  function* spoken(mark) {
    for (const item of mark.items || []) {
      if (mark.marktype === "group") for (const inner of item.items) yield* spoken(inner);
      else if (item.tooltip) yield item;
    }
  }

  /** Arrow keys go through what a pointer would show; the words go to a line that screen readers speak. */
  function speak(figure, canvas, view) {
    const line = figure.querySelector("output");
    let at = -1;
    const show = (text) => {
      line.textContent = text;
      canvas.title = text;
    };
    const mark = (item, on) => item && item._svg && item._svg.classList.toggle("picked", on);
    view.tooltip((handler, event, item, value) => { if (value) show(String(value)); });
    canvas.addEventListener("keydown", (event) => {
      const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
      const items = [...spoken(view.scenegraph().root)];
      if (!step || items.length === 0) return;
      event.preventDefault();
      mark(items[at], false);
      at = (at + step + items.length) % items.length;
      mark(items[at], true);
      show(items[at].tooltip);
    });
  }

  async function draw(figure) {
    const canvas = figure.querySelector(".canvas");
    const spec = JSON.parse(figure.querySelector("script.spec").textContent);
    const width = () => Math.max(240, Math.floor(canvas.clientWidth));
    const inner = canvas.appendChild(document.createElement("div"));
    const view = new View(parse({...spec, width: width()}, weft.theme, {ast: true}),
      {expr: expressionInterpreter, renderer: "svg", container: inner, hover: false});
    speak(figure, canvas, view);
    await view.runAsync();
    for (const name of ["role", "aria-roledescription", "aria-label"]) inner.removeAttribute(name);
    figure.dataset.drawn = "yes";
    new ResizeObserver(() => {
      if (view.width() !== width()) view.width(width()).runAsync();
    }).observe(canvas);
  }

  for (const figure of document.querySelectorAll("figure.plot")) {
    draw(figure).catch((error) => {
      figure.dataset.drawn = "failed";
      figure.querySelector("details").open = true;
      console.error(error);
    });
  }
})();
