// Axes of charts that live: their ends are round and move seldom, and stay where somebody zoomed.

/**
 * Gives axes that would follow every new number a range that grows in steps, and those that somebody zoomed theirs.
 *
 * The ends are multiples of a round number that is a fifth of the range at least, so they move seldom, and all at once.
 */
function stand(layout, data, state) {
  for (const name of Object.keys(layout).filter((one) => /^[xy]axis/.test(one))) {
    const axis = layout[name];
    const kept = state.zooms?.[name];
    if (kept && kept.revision === revisionOf(layout, axis)) {
      layout[name] = { ...axis, range: kept.range, autorange: false };
      continue;
    }
    if (state.zooms) delete state.zooms[name];
    if (state.steady && axis.range && state.live?.part === "gains") {
      layout[name] = { ...axis, range: reached(axis.range[1], state) };
      continue;
    }
    if (!state.steady || axis.range || axis.visible === false || axis.tickvals || axis.autorange) continue;
    const range = steady(ends(data, layout, name), axis.type === "log", name[0] === "x");
    if (range) layout[name] = { ...axis, range };
  }
}

/** [−end, end] with a round end that stays until it is passed, or four times as far as it has to be. */
function reached(end, state) {
  const unit = 10 ** Math.floor(Math.log10(end));
  const round = [1, 1.5, 2, 3, 5, 7.5, 10].map((one) => one * unit).find((one) => one >= end * (1 - 1e-9));
  if (!(state.reach >= end && state.reach <= 4 * end)) state.reach = round;
  return [-state.reach, state.reach];
}

function revisionOf(layout, axis) {
  return `${layout.uirevision} ${axis.uirevision ?? ""}`;
}

/** The least and the most of what is drawn along an axis; null for none. */
function ends(data, layout, name) {
  const letter = name[0];
  const id = name.replace("axis", "");
  const seen = data
    .filter((trace) => (trace[`${letter}axis`] ?? letter) === id)
    .flatMap((trace) => Array.from((trace[letter]?.bdata ? decoded(trace[letter]) : trace[letter]) ?? []));
  if (letter === "y") {
    for (const shape of layout.shapes ?? []) if (shape.legendgroup && (shape.yref ?? "y") === id) seen.push(shape.y0);
  }
  const numbers = seen.filter((value) => typeof value === "number" && Number.isFinite(value));
  return numbers.length ? [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))] : null;
}

/** A range around [low, high] with round ends; decades on a logarithmic axis. tight: from the very first value on. */
function steady(found, log, tight) {
  if (!found) return null;
  let [low, high] = found;
  if (log) {
    if (!(low > 0)) return null;
    [low, high] = [Math.floor(Math.log10(low) * 2) / 2, Math.ceil(Math.log10(high) * 2) / 2];
    return low === high ? [low - 0.5, high + 0.5] : [low, high];
  }
  if (low === high) [low, high] = low === 0 ? [0, 1] : low > 0 ? [0, 2 * low] : [2 * low, 0];
  if (!tight && low > 0 && low < (high - low) / 2) low = 0;
  const unit = 10 ** Math.floor(Math.log10((high - low) / 2));
  const step = [1, 2, 5, 10].map((one) => one * unit).find((one) => (high - low) / one <= 5);
  const [first, last] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
  if (tight) return [Math.min(low, first + step / 4), last];
  // A line along the very edge would be cut in half.
  const edge = 0.02 * (last - first);
  return [first - edge, last + edge];
}

/** The numbers of an axis that travels as bytes. */
function decoded({ bdata, dtype }) {
  const bytes = Uint8Array.from(atob(bdata), (sign) => sign.charCodeAt(0)).buffer;
  return dtype === "f4" ? new Float32Array(bytes) : dtype === "f8" ? new Float64Array(bytes) : undefined;
}
