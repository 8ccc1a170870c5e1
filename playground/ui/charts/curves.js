// Figures over steps: a figure that Python drew with made numbers, filled with those of the runs. Everything that is looks or
// words comes from there; here are the numbers alone.

/** By key of its traces each curve of a part of the page: {steps, lines}. */
const CURVES = {
  losses: (runs, live) => eachTask(live, (task) => column(runs, "loss", task, live.relative ? relative : undefined)),
  weights: (runs, live) => eachTask(live, (task) => column(runs, "weight", task)),
  norms: (runs, live) => eachTask(live, (task) => column(runs, "norm", task)),
  shares: (runs, live) => eachTask(live, (task) => rowsOf(runs, (rows, row) => scaled(shares(rows.weight[row], rows.norm[row])?.[task]))),
  scores: (runs, live) =>
    eachTask(live, (task) => matrix(runs, (run) => run.scored.map((one) => one[0]), (run, row) => run.scored[row][1][task])),
  cosines: (runs, live) =>
    Object.fromEntries(
      pairsOf(live.tasks.length).map(([a, b], pair) => [`${live.tasks[a]}·${live.tasks[b]}`, column(runs, "cosine", pair)]),
    ),
  conflict: (runs) => ({ all: rowsOf(runs, (rows, row) => scaled(rows.conflict[row])) }),
  condition: (runs, live) => ({ all: onPowers(rowsOf(runs, (rows, row) => rows.condition[row]), live.smooth) }),
};

/** Parts whose curves are drawn as they are: scores are never smoothed, and these others were before, or are sums already. */
const RAW = ["scores", "condition", "conflict"];

/** Parts behind whose curves the run before lies as a ghost. */
const HAUNTED = ["losses", "scores", "weights", "shares", "norms", "cosines"];

const isGhost = (trace) => trace.uid.endsWith("-ghost");

function eachTask(live, curve) {
  return Object.fromEntries(live.tasks.map((name, place) => [name, curve(place)]));
}

function rowsOf(runs, value) {
  return matrix(runs, (run) => run.rows.step ?? [], (run, row) => value(run.rows, row));
}

function column(runs, name, place, change = (line) => line) {
  const { steps, lines } = rowsOf(runs, (rows, row) => rows[name][row]?.[place]);
  return present(steps, lines.map(change));
}

const scaled = (value) => (value === null || value === undefined ? NaN : 100 * value);

/** Condition numbers are smoothed as powers of ten: a single high value would otherwise hide what follows. */
function onPowers({ steps, lines }, strength) {
  return { steps, lines: lines.map((line) => smoothed(steps, line.map(Math.log10), strength).map((value) => 10 ** value)) };
}

/** The curves of a part of the page, and what they come to. */
function curvesOf(state, live) {
  const found = CURVES[live.part](shownRuns(state), live);
  return Object.fromEntries(Object.entries(found).filter(([, curve]) => curve.steps.length));
}

/**
 * A plotly figure {data, layout}: `template` with the numbers of `state`, as it looks at `step`; null without any.
 *
 * live: part, tasks, smooth, log, relative, marks (shapes and words for changes and the step), alike (a subtitle).
 */
function fill(template, state, live, step) {
  const curves = curvesOf(state, live);
  const layout = { ...template.layout };
  if (!Object.keys(curves).length) return null;
  const strength = RAW.includes(live.part) ? 0 : live.smooth;
  const drawn = new Map(Object.entries(curves).map(([key, curve]) => [key, outlines(curve, strength)]));
  const before = curvesBefore(state, live, strength);
  const kept = keptSteps(state, live);
  const data = template.data.map((trace) => filled(trace, drawn, kept, before)).filter(Boolean);
  layout.shapes = [...levels(template.layout.shapes ?? [], state.levels), ...marks(state, live, step).shapes];
  layout.annotations = [...(template.layout.annotations ?? []), ...marks(state, live, step).words];
  if (live.part === "cosines") reach(layout, [...drawn.values(), ...data.filter(isGhost).map(({ uid }) => before.get(uid.slice(0, -"-ghost".length)))]);
  if (live.log) plainIfBelowZero(layout, Object.values(curves));
  if (live.alike && Object.keys(curves).length > 1 && alike(Object.values(curves))) layout.title = withSubtitle(layout.title, live.alike);
  return { data, layout };
}

/** By key the curves of the run before, where it stands behind this figure. */
function curvesBefore(state, live, strength) {
  if (!HAUNTED.includes(live.part) || !state.ghost.length) return new Map();
  const curves = curvesOf({ ...state, runs: state.ghost, now: null }, live);
  return new Map(Object.entries(curves).map(([key, curve]) => [key, outlines(curve, strength)]));
}

/** What the traces of one curve need. */
function outlines({ steps, lines }, strength) {
  const smooth = lines.map((line) => smoothed(steps, line, strength));
  const places = thinned(steps.length);
  const thin = (values) => places.map((place) => values[place]);
  const all = { steps, mean: across(smooth, mean) };
  return {
    all,
    x: thin(steps),
    mean: thin(all.mean),
    // Of what was measured: a smoothed band would lie beside the values that it is to hold.
    low: thin(across(lines, least)),
    high: thin(across(lines, most)),
    raw: strength > 0 ? thin(across(lines, mean)) : thin(all.mean),
    seeds: lines.length,
  };
}

/** One trace with its numbers; undefined where it has none. */
function filled(trace, drawn, kept, before) {
  const cut = trace.uid.lastIndexOf("-");
  const [key, role] = [trace.uid.slice(0, cut), trace.uid.slice(cut + 1)];
  const curve = drawn.get(key);
  if (!curve) return undefined;
  if (role === "ghost") {
    const then = before.get(key);
    return then && { ...trace, x: then.x, y: then.mean };
  }
  if (role === "kept") {
    const x = kept[key] ?? [];
    return x.length ? { ...trace, x, y: x.map((step) => between(curve.all.steps, curve.all.mean, step)) } : undefined;
  }
  if ((role === "low" || role === "high") && curve.seeds < 2) return undefined;
  const y = curve[role] ?? curve.mean; // a pair's second colour lies on its mean
  const point = role === "mean" && y.length === 1 ? { mode: "lines+markers", marker: { size: 7 } } : {};
  return { ...trace, ...point, x: curve.x, y };
}

/** By task the steps that the runs kept, each once, in order. */
function keptSteps(state, live) {
  if (!live.kept) return {};
  return eachTask(live, (task) => {
    const steps = shownRuns(state).map((run) => run.kept?.[task]).filter((step) => step !== undefined);
    return [...new Set(steps)].sort((a, b) => a - b);
  });
}

/** The template's shapes, those at a baseline's score moved there, or left out where it has none. */
function levels(shapes, found) {
  return shapes
    .filter((shape) => !isLevel(shape) || found[shape.legendgroup] !== undefined)
    .map((shape) => (isLevel(shape) ? { ...shape, y0: found[shape.legendgroup], y1: found[shape.legendgroup] } : shape));
}

/** Whether a shape is the line of a baseline; those of ordinary models are dashed in other ways, and stay where they are. */
function isLevel(shape) {
  return Boolean(shape.legendgroup) && shape.line.dash === "dot";
}

/** Vertical lines where a knob was turned, and at the step that the page looks at. */
function marks(state, live, step) {
  const shapes = [];
  const words = [];
  for (const [at, what] of shownRuns(state)[0]?.changed ?? []) {
    shapes.push({ ...live.marks.change, x0: at, x1: at });
    words.push({ ...live.marks.word, x: at, text: escapedText(what) });
  }
  if (step !== null) shapes.push({ ...live.marks.step, x0: step, x1: step });
  return { shapes, words };
}

function escapedText(text) {
  const partners = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
  return text.replace(/[&<>"']/g, (sign) => partners[sign]);
}

/** Few possible ranges of cosines, so that the axis does not tremble while numbers come in. */
function reach(layout, drawn) {
  const far = most(drawn.flatMap(({ all }) => all.mean.map(Math.abs)));
  const end = Math.min([0.25, 0.5, Infinity].find((limit) => 1.25 * far < limit), 1.05);
  layout.yaxis = { ...layout.yaxis, range: [-end, end] };
  layout.annotations = layout.annotations.map((one) => (one.yref ? one : { ...one, y: one.y < 0 ? -end : end }));
}

function plainIfBelowZero(layout, curves) {
  if (curves.every(({ lines }) => lines.every((line) => line.every((value) => !(value <= 0))))) return;
  const axis = layout.yaxis;
  layout.yaxis = { ...axis, type: "linear", uirevision: axis.uirevision?.replace(/ log$/, " linear") };
}

function alike(curves) {
  const first = curves[0].lines[0][0];
  return curves.every(({ lines }) => lines.every((line) => line.every((value) => value === first || Number.isNaN(value))));
}

function withSubtitle(title, text) {
  return { ...title, subtitle: { ...title.subtitle, text } };
}
