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

  /** The width of a figure on paper, whatever the window's, so that its words are as large as the text. */
  const PAPER = 640;
  const MOST_MS_BETWEEN_PAINTS = 100;

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

  const widthOf = (figure) => Math.max(240, Math.floor(figure.querySelector(".canvas").clientWidth));

  async function draw(figure, firstWidth) {
    const canvas = figure.querySelector(".canvas");
    const spec = JSON.parse(figure.querySelector("script.spec").textContent);
    const inner = canvas.appendChild(document.createElement("div"));
    const view = new View(parse({...spec, width: firstWidth}, weft.theme, {ast: true}),
      {expr: expressionInterpreter, renderer: "svg", container: inner, hover: false});
    speak(figure, canvas, view);
    await view.runAsync();
    for (const name of ["role", "aria-roledescription", "aria-label"]) inner.removeAttribute(name);
    figure.dataset.drawn = "yes";
    // Paper has a width of its own, which a change of the screen's must not undo. A plot is drawn
    // again in the next frame: drawing inside the observer would change what is being observed.
    let onPaper = false;
    const fit = () => {
      const width = widthOf(figure);
      if (!onPaper && view.width() !== width) view.width(width).runAsync();
    };
    new ResizeObserver(() => requestAnimationFrame(fit)).observe(canvas);
    addEventListener("beforeprint", () => { onPaper = true; view.width(PAPER).run(); });
    addEventListener("afterprint", () => { onPaper = false; fit(); });
  }

  /** Figures from the top of the page down. All widths are read before the first drawing, since each reading after one
   * would lay the page out anew; and the browser may paint now and then, so that the first figures are seen while the
   * last are drawn. */
  async function drawAll(figures) {
    const widths = figures.map(widthOf);
    let painted = performance.now();
    for (const [i, figure] of figures.entries()) {
      await draw(figure, widths[i]).catch((error) => {
        figure.dataset.drawn = "failed";
        figure.querySelector("details").open = true;
        console.error(error);
      });
      if (performance.now() - painted < MOST_MS_BETWEEN_PAINTS) continue;
      await new Promise((resume) => setTimeout(resume));
      painted = performance.now();
    }
  }

  drawAll([...document.querySelectorAll("figure.plot")]);
})();
