// What a chart leaves out where it is low, as on the first screen of a laptop.

/** More entries of a legend stand beside a low chart that is as wide as this, in pixels. */
const MOST_UNDER = 3;
const WIDE = 400;

/** How wide words are, as a multiple of their size: a Chinese sign takes as much as two letters. */
function lengthOf(text) {
  return [...text].reduce((sum, sign) => sum + (sign > "\u2e80" ? 1 : 0.55), 0);
}

/** Words beside an axis of a low chart go where they are longer than its panel; of several panels each has them inside then, as
 * beside each other they would be one over the other. */
function wordsInside(layout, size) {
  const names = Object.keys(layout).filter((one) => /^yaxis/.test(one));
  for (const name of names) {
    const [low, high] = layout[name].domain ?? [0, 1];
    const text = (layout[name].title?.text ?? "").replaceAll("<br>", " ");
    if (lengthOf(text) * size <= 0.5 * (high - low) * layout.height) continue;
    layout[name] = { ...layout[name], title: undefined };
    if (names.length === 1) continue;
    const place = { xref: "paper", yref: "paper", x: 0, y: high, xanchor: "left", yanchor: "top", xshift: 4, showarrow: false };
    layout.annotations = [...(layout.annotations ?? []), { ...place, text, font: { ...layout.font, size } }];
  }
}

/** Leaves out of a low chart what takes its height: a second line of an entry, words under an axis, room in the legend. */
function shorten(layout, root, data) {
  const size = Math.max(12, Math.round(0.78 * parseFloat(getComputedStyle(root).fontSize)));
  layout.font = { ...layout.font, size };
  layout.legend = { ...layout.legend, itemwidth: 30, tracegroupgap: 0, font: { ...layout.legend?.font, size } };
  // Several lines of entries under it would take its height; beside it they take of its width.
  const entries = data.filter((trace) => trace.name && trace.showlegend !== false).length;
  if (entries > MOST_UNDER && layout.width >= WIDE) {
    Object.assign(layout.legend, { orientation: "v", xref: "paper", x: 1.01, xanchor: "left", yref: "paper", y: 1, yanchor: "top" });
  }
  for (const name of Object.keys(layout).filter((one) => /^yaxis/.test(one))) {
    const [low, high] = layout[name].domain ?? [0, 1];
    layout[name] = { ...layout[name], nticks: Math.max(2, Math.round(((high - low) * layout.height) / (3 * size))) };
  }
  wordsInside(layout, size);
  for (const name of Object.keys(layout).filter((one) => /^[xy]axis/.test(one))) {
    if (layout[name]?.ticktext) layout[name] = { ...layout[name], ticktext: layout[name].ticktext.map((text) => text.replace("<br>", " ")) };
    if (layout[name]?.title) layout[name] = { ...layout[name], title: { ...layout[name].title, standoff: 2, font: { size } } };
  }
}
