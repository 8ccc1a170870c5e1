// How much a line of a network's picture carries: the same arithmetic as playground/figures/network/uses.py, and a test holds the two
// against each other.

/** What stands at indices of nested lists. */
function dug(values, at) {
  return at.reduce((value, index) => value?.[index], values) ?? NaN;
}

/** How far two towers are from what they have in common, as a part of that; undefined where nobody says. */
function distanceOf([level, first, second], learned) {
  if (learned.distance) return Math.hypot(dug(learned.distance, [level, first]), dug(learned.distance, [level, second])) / Math.SQRT2;
  if (!learned.singular) return undefined;
  const [largest, ...rest] = learned.singular[level];
  return largest > 0 ? Math.hypot(...rest) / largest : NaN;
}

/** How much a line carries, from 0 to 1, and the distance that a tie tells. */
function usedBy([kind, name, at], learned) {
  if (kind === "tie") {
    const far = distanceOf(at, learned);
    return { part: 1 / (1 + far), far };
  }
  if (!learned[name]) return { part: NaN };
  if (kind === "halves") {
    const [level, i, j] = at;
    const four = [0, 1].flatMap((a) => [0, 1].map((b) => Math.abs(dug(learned[name], [level, 2 * i + a, 2 * j + b]))));
    return { part: Math.min(1, four.reduce((sum, one) => sum + one, 0) / 2) };
  }
  return { part: Math.min(1, Math.abs(dug(learned[name], at))) };
}

/** What the first run that counts had learned at a step, or at the last one before it; undefined where nothing is known. */
function learnedAt(state, step) {
  const all = shownRuns(state)[0]?.learned ?? [];
  return all.findLast(([at]) => step === null || at <= step)?.[1];
}

/** Sets the thickness of the lines in a drawing, and the distances beside ties. */
function carry(root, uses, learned) {
  for (const line of root.querySelectorAll("[data-use]")) {
    const use = uses[line.dataset.use];
    const { part, far } = use ? usedBy(use, learned) : { part: NaN };
    if (!Number.isFinite(part)) continue;
    const [low, high] = [Number(line.dataset.low), Number(line.dataset.high)];
    if (line.nodeName === "text") line.textContent = number(far, 2);
    else line.setAttribute("stroke-width", (low + part * (high - low)).toFixed(2));
  }
}
