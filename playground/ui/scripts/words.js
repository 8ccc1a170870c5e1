// Figures in words: the sentences come from Python in the visitor's language, here they get their numbers.

/** Digits beyond those that are asked for, by which a number in the very middle is known: more than a double of common size has. */
const FURTHER = 60;

/** A number for the eye, as `playground.figures.style.number` writes it. */
function number(value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  const plain = value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4);
  return (plain ? general(value, digits) : exponential(value, digits - 1)).replaceAll("-", "−");
}

/** So many significant digits without zeros at the end, as C's %g. */
function general(value, digits) {
  if (value === 0) return "0";
  const [head, tail] = exponential(value, digits - 1).split("e");
  const exponent = Number(tail);
  const short = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent < -4 || exponent >= digits) return `${short(head)}e${tail}`;
  const places = digits - 1 - exponent;
  return short(rounded(value.toFixed(places), value.toFixed(places + FURTHER)));
}

/** As C's %e: two digits of the exponent at least. */
function exponential(value, digits) {
  const [[near, tail], [exact]] = [digits, digits + FURTHER].map((places) => value.toExponential(places).split("e"));
  return `${rounded(near, exact)}e${tail[0]}${tail.slice(1).padStart(2, "0")}`;
}

/** A number as the browser rounds it; of one in the middle of two the even one, as Python has it. exact: with more digits. */
function rounded(near, exact) {
  const cut = exact.slice(0, -FURTHER).replace(/\.$/, "");
  return /^50*$/.test(exact.slice(-FURTHER)) && /[02468]$/.test(cut) ? cut : near;
}

/** `text` with {names} replaced. */
function put(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Short statements as one sentence. */
function statement(parts, say) {
  return put(say.sentence, { sentence: parts.join(say.join) });
}

/**
 * A part of the page in words.
 *
 * live.say: start, nothing, join, sentence, item and, for scores, beside; live.titles: of the tasks, by name.
 */
function textOf(state, live) {
  const curves = curvesOf(state, live);
  const say = live.say;
  if (!Object.keys(curves).length) return [say.start, say.nothing].filter(Boolean).join(" ");
  const parts = Object.entries(curves).map(([key, curve]) => SAYINGS[live.part]?.(key, curve, live, state) ?? fromTo(key, curve, live));
  if (live.part === "conflict" || live.part === "condition") return parts.join(" ");
  return [say.start, statement(parts, say), keptText(state, live)].filter(Boolean).join(" ");
}

/** Which steps the runs kept, by task where tasks differ; "" where nothing was chosen, or not yet. */
function keptText(state, { kept, tasks, titles, say }) {
  const found = tasks.map((_task, place) => shownRuns(state).map((run) => run.kept?.[place]).filter((step) => step !== undefined));
  if (!kept || !found.some((steps) => steps.length)) return "";
  const span = (steps) => [...new Set([least(steps), most(steps)])].join("–");
  if (new Set(found.map(String)).size === 1) return put(say.kept, { steps: span(found[0]) });
  const parts = found.map((steps, place) => put(say.kept_at, { task: titles[tasks[place]], steps: span(steps) }));
  return put(say.kept_all, { parts: parts.join(say.list) });
}

function fromTo(key, { lines }, { say, titles }) {
  const means = across(lines, mean);
  return put(say.item, { task: titles[key], first: number(means[0]), last: number(means[means.length - 1]) });
}

const SAYINGS = {
  cosines: (key, { lines }, { say, titles }) => {
    const [first, second] = key.split("·");
    const all = lines.flatMap((line) => [...line].filter(Number.isFinite));
    const percent = halfEven((100 * all.filter((value) => value < 0).length) / all.length);
    const ends = across(lines, mean);
    return put(say.item, { first: titles[first], second: titles[second], percent, last: number(ends[ends.length - 1], 2) });
  },
  scores: (key, { lines }, { say, titles }, state) => {
    const ends = across(lines, mean);
    const values = { task: titles[key], score: number(ends[ends.length - 1]) };
    const level = state.levels[key];
    return level === undefined ? put(say.item, values) : put(say.beside, { ...values, baseline: number(level) });
  },
  conflict: (_key, { lines }, { say }) => {
    const ends = across(lines, mean);
    return put(say.item, { percent: halfEven(ends[ends.length - 1]) });
  },
  condition: (_key, { lines }, { say }) => {
    const means = across(lines, mean);
    return put(say.item, { first: number(means[0]), last: number(means[means.length - 1]) });
  },
};
