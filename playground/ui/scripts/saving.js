// Buttons that save a drawing as it is seen; charts of plotly have a bar of their own, see chart.js. It stands before each script that
// `playground.ui.scripts.component` serves.

/** A bar of buttons under a drawing: its picture as PNG and SVG, and what it says as CSV; of cards, which are no picture, CSV. */
function savingDrawing(root) {
  const bar = document.createElement("div");
  bar.className = "playground-saving";
  bar.style.cssText = "display:flex;justify-content:flex-end;gap:0.25rem;font-size:0.75em";
  const drawings = () => [...root.querySelectorAll("svg.drawing")].filter((one) => one.getClientRects().length && one.viewBox.baseVal.width > 60);
  const name = (place) => fileName(`${root.querySelector(".title")?.textContent || "drawing"} ${place + 1}`);
  const all = (save) => () => drawings().forEach((one, place) => save(one, name(place)));
  const kinds = {
    PNG: all((one, file) => drawnOn(one, (blob) => keepFile(`${file}.png`, blob))),
    SVG: all((one, file) => keepFile(`${file}.svg`, new Blob([standing(one)], { type: "image/svg+xml" }))),
    CSV: () => keepTable(name(0), drawings().length ? saidBy(drawings()) : saidOn(root)),
  };
  for (const [kind, save] of Object.entries(kinds)) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = kind;
    button.style.cssText = "border:0;background:none;font:inherit;padding:0.2rem 0.4rem;min-height:1.5rem;cursor:pointer;color:var(--st-text-color);opacity:0.85";
    button.dataset.kind = kind;
    button.addEventListener("click", save);
    bar.append(button);
  }
  // A drawing may come later than its place, and some are no pictures but cards.
  const turn = () => {
    const drawn = drawings().length > 0;
    bar.hidden = !drawn && !root.querySelector(".card");
    bar.style.display = bar.hidden ? "none" : "flex";
    for (const button of bar.children) button.style.display = drawn || button.dataset.kind === "CSV" ? "" : "none";
  };
  new MutationObserver(turn).observe(root, { childList: true, subtree: true });
  new ResizeObserver(turn).observe(root);
  turn();
  return bar;
}

/** An SVG that stands by itself: with its size, its type, and the colour of the page under it. */
function standing(svg) {
  const copy = svg.cloneNode(true);
  const { x, y, width, height } = svg.viewBox.baseVal;
  const style = getComputedStyle(svg);
  copy.removeAttribute("style");
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  for (const [key, value] of Object.entries({ width, height, "font-family": style.fontFamily, color: style.color })) copy.setAttribute(key, value);
  const page = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const color = style.getPropertyValue("--st-background-color") || "#ffffff";
  for (const [key, value] of Object.entries({ x, y, width, height, fill: color })) page.setAttribute(key, value);
  copy.prepend(page);
  return new XMLSerializer().serializeToString(copy);
}

/** Draws an SVG at twice its size and hands over the picture. */
function drawnOn(svg, take) {
  const picture = new Image();
  picture.onload = () => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 2 * picture.width, height: 2 * picture.height });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => blob && take(blob));
  };
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standing(svg))}`;
}

/** A value in a row of a CSV; none that a spreadsheet would take for a formula. */
function cell(value) {
  return `"${String(value ?? "").replaceAll('"', '""').replace(/^([=+@\t\r])/, "'$1")}"`;
}

/** What cards hold as rows: first what is said of all of them, then of each its parts with the task that they are about. */
function saidOn(root) {
  const plain = (one) => [one.textContent, one.getAttribute("title")].filter(Boolean).join(" ").replace(/\s+/g, " ").trim();
  const lines = ["card,part,said"];
  for (const entry of root.querySelectorAll(".entries .entry")) lines.push(`,${cell("")},${cell(plain(entry))}`);
  for (const [place, card] of [...root.querySelectorAll(".card")].entries()) {
    const parts = [...card.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, plain(one)]);
    for (const [part, said] of [...JSON.parse(card.querySelector("[data-rows]")?.dataset.rows ?? "[]"), ...parts]) lines.push(`${place + 1},${cell(part)},${cell(said)}`);
  }
  return lines.join("\r\n");
}

/** What drawings hold as rows: the points of every path that they have, else what their parts say. */
function saidBy(drawings) {
  const lines = ["drawing,part,x,y"];
  for (const [place, one] of drawings.entries()) {
    const paths = [...one.querySelectorAll("[data-path]")];
    for (const [number, path] of paths.entries()) {
      const said = path.querySelector("title")?.textContent ?? number + 1;
      for (const pair of path.dataset.path.split(" ")) lines.push(`${place + 1},${cell(said)},${pair}`);
    }
    if (!paths.length) for (const title of one.querySelectorAll("title")) lines.push(`${place + 1},${cell(title.textContent)},,`);
  }
  return lines.join("\r\n");
}

/** What a title is called as a file: letters and digits only. */
function fileName(title) {
  return title.replace(/[^\p{L}\p{N}]+/gu, "_").slice(0, 60);
}

/** Rows as a file, with the mark by which spreadsheets know the letters. */
function keepTable(name, text) {
  keepFile(`${name}.csv`, new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
}

/** A file that the browser saves. */
function keepFile(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
