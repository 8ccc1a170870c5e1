// Shows a figure that stays the same node for as long as it is on the page: new data go into it by Plotly.react, so that
// zoom and hidden legend entries are kept. Streamlit calls the default function at every change of data or theme.

/** Height of a legend of one line, in pixels: this much is part of a figure's height. */
const LEGEND = 36;
/** Below so many pixels a chart has no room for anything that is said elsewhere. */
const LOW = 300;

/** For each node what it shows: spec (text), theme, width, and what waits for the pointer to come up. */
const shown = new WeakMap();

/** Plain text of plotly's pseudo-HTML: entities decoded, tags dropped, nothing run. */
function plain(text) {
  return new DOMParser().parseFromString(text ?? "", "text/html").body.textContent;
}

function make(parent) {
  const root = document.createElement("figure");
  root.className = "playground-chart";
  root.innerHTML =
    '<figcaption><span class="title"></span><span class="subtitle"></span></figcaption>' +
    '<div class="plot" role="img"></div><div class="hidden-text"></div>';
  parent.append(root);
  root.append(saving(root));
  return root;
}

/** Buttons that save a chart as it is seen: as a picture, and its numbers. */
function saving(root) {
  const bar = document.createElement("div");
  bar.className = "saving";
  const node = () => root.querySelector(".plot");
  const name = () => fileName(root.querySelector(".title").textContent || "chart");
  const image = (format) => () => window.Plotly?.downloadImage(node(), { format, filename: name(), scale: format === "png" ? 2 : 1 });
  for (const [kind, save] of [["PNG", image("png")], ["SVG", image("svg")], ["CSV", () => keepTable(name(), numbers(node()))]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = kind;
    button.dataset.kind = kind;
    button.addEventListener("click", () => node().data && save());
    bar.append(button);
  }
  return bar;
}

/** The numbers of every trace that is drawn, a line each: trace, x, y and, where there is one, z. */
function numbers(node) {
  const lines = [["trace", "x", "y", "z"].map(cell).join(",")];
  for (const trace of node.data) {
    const [x, y, z] = ["x", "y", "z"].map((axis) => (trace[axis]?.bdata ? decoded(trace[axis]) : trace[axis]) ?? []);
    const rows = z.length ? z.flatMap((row, place) => Array.from(row, (value, at) => [x[at], y[place], value])) : null;
    for (const row of rows ?? Array.from(y, (value, place) => [x[place] ?? place, value, ""])) {
      lines.push([plain(trace.name), ...row].map((value) => (typeof value === "number" ? String(value) : cell(value))).join(","));
    }
  }
  return lines.join("\r\n");
}

/** The newest value of every named trace, as a table that only screen readers meet. */
function table(spec) {
  const rows = spec.data.filter((trace) => trace.name && trace.showlegend !== false && last(trace) !== undefined);
  const result = document.createElement("table");
  for (const trace of rows) {
    const row = result.insertRow();
    row.insertCell().textContent = plain(trace.name);
    row.insertCell().textContent = Number(last(trace).toPrecision(4));
  }
  return result;
}

function last(trace) {
  const values = trace.y?.bdata ? decoded(trace.y) : trace.y;
  const value = values?.[values.length - 1];
  return typeof value === "number" ? value : undefined;
}

/** A trace whose mark is made of letters, digits and lines alone: plotly looks for it as part of a selector, where # or a space of
 * a column's name or a colour would stop the drawing. */
function named(trace) {
  return trace.uid ? { ...trace, uid: trace.uid.replace(/[^\w-]/gu, (sign) => `_${sign.codePointAt(0).toString(16)}_`) } : trace;
}

/** Draws what `state` holds, unless the pointer is down: a zoom that is being drawn would be lost. */
async function draw(root, state) {
  const node = root.querySelector(".plot");
  if (state.live) say(state, node);
  if (!state.near) return; // far below the screen: drawn when it is scrolled to, so that what is seen moves at once
  if (!state.width) return; // in a closed tab; the observer calls again when it opens
  if (state.held) {
    state.waiting = true;
    return;
  }
  const [width, dark] = [state.width, isDark(root)];
  const height = state.fits ? state.room : state.height + state.extra;
  const base = `${dark} ${width} ${state.fits ? height : state.height} ${state.spec}`;
  const news = state.live ? version(live(), state.live) : "";
  const key = `${base} ${news}`;
  if (key === state.drawn) return;
  state.drawn = key;
  const Plotly = await plotly(state.source);
  if (key !== state.drawn) return; // something newer came while plotly.js was loading
  if (!root.isConnected) {
    state.drawn = ""; // not on the page at this moment: drawn when it is back
    return;
  }
  if (state.live && (await moved(Plotly, node, state, base))) return;
  const spec = state.live ? picture(state, dark) : JSON.parse(themed(state.spec, dark, state.partners));
  const { title, ...layout } = spec.layout;
  const said = (root.querySelector(".title").textContent = plain(title?.text));
  for (const one of root.querySelectorAll(".saving button")) one.setAttribute("aria-label", `${one.dataset.kind}: ${said}`);
  root.querySelector(".subtitle").textContent = root.querySelector(".subtitle").title = plain(title?.subtitle?.text);
  if (!state.listed || performance.now() - state.listed > 1000) {
    state.listed = performance.now();
    root.querySelector(".hidden-text").replaceChildren(table(spec));
  }
  const touch = matchMedia("(pointer: coarse)").matches;
  Object.assign(layout, { width, height, autosize: false });
  layout.margin = { ...layout.margin, t: layout.annotations?.length ? 30 : 12 };
  layout.font = { ...layout.font, family: getComputedStyle(root).fontFamily, size: fontSize(root, width) };
  for (const name of Object.keys(layout).filter((name) => /^[xy]axis/.test(name))) {
    layout[name].title = { ...layout[name].title, font: { size: layout.font.size } };
  }
  if (height < LOW) shorten(layout, root, spec.data);
  stand(layout, spec.data, state);
  // A finger that moves over a chart scrolls the page; a mouse draws a zoom.
  if (touch) layout.dragmode = false;
  const config = { displayModeBar: false, displaylogo: false, showTips: false, responsive: false, doubleClick: false };
  await Plotly.react(node, spec.data.map(named), layout, config);
  if (!state.zooms) {
    node.on("plotly_relayout", (change) => zoomed(change, node, state));
    node.on("plotly_doubleclick", () => unzoomed(state));
    state.zooms = {};
  }
  // A legend of many lines asks for height of its own instead of taking it from the data; it keeps it.
  const extra = Math.max(state.extra, Math.ceil(node._fullLayout.legend?._height ?? 0) - LEGEND);
  if (extra !== state.extra && !state.fits) {
    state.extra = extra;
    await Plotly.relayout(node, { height: state.height + extra });
  }
  root.querySelector(".failure")?.remove();
  count(node);
}

/** Keeps the range that somebody drew, until what is shown changes. */
function zoomed(change, node, state) {
  for (const key of Object.keys(change)) {
    const name = key.match(/^([xy]axis\d*)\.range/)?.[1];
    if (name && node.layout[name]?.range) state.zooms[name] = { range: [...node.layout[name].range], revision: revisionOf(node.layout, node.layout[name]) };
  }
}

function unzoomed(state) {
  state.zooms = {};
  state.drawn = "";
  state.again();
}

/** The figure of a live chart as it is now: {data, layout}. */
function picture(state, dark) {
  const about = dark ? "dark" : "light";
  const read = (text) => JSON.parse(themed(text, dark, state.partners));
  // The same blank serves one run after the other, so what it is filled with is known apart.
  if (state.blank?.about !== about || state.blank.spec !== state.spec) state.blank = { about, spec: state.spec, template: read(state.spec) };
  if (state.blank.told !== state.live) Object.assign(state.blank, { told: state.live, live: read(JSON.stringify(state.live)) });
  const { template, live: told } = state.blank;
  const now = live();
  const known = now.state(told.key);
  const given = known && givenFigure(known, told, now.step);
  if (given) {
    const figure = JSON.parse(themed(JSON.stringify(given), dark, state.partners));
    figure.layout.uirevision = told.subject;
    return figure;
  }
  if (told.part === "item") return read(state.spec); // as the page drew it, until there is news
  return (known && !told.given && fill(template, known, told, now.step)) || emptied(template, told);
}

/** What comes ready from the server, by the part of the page: the figure and its words as they are at a step. */
const GIVEN = {
  item: (state, told) => state.items[told.item],
  gains: (state, _told, step) => {
    const one = toldAt(state, step);
    return one && { figure: one.gains, words: one.gainsText };
  },
  cosines: (state, _told, step) => toldAt(state, step)?.cosines, // of very many pairs only
  model: (state, _told, step) => {
    const one = pictureAt(state, step);
    return one && { figure: one.figure, words: one.alt };
  },
};

function givenFigure(state, told, step) {
  return told.given ? GIVEN[told.part](state, told, step)?.figure : undefined;
}

/** A blank without numbers, and a sentence that says why. */
function emptied(template, told) {
  const hidden = { visible: false, fixedrange: true };
  const note = { text: told.nothing, x: 0.5, y: 0.5, xref: "paper", yref: "paper", showarrow: false };
  const layout = { ...template.layout, xaxis: hidden, yaxis: hidden, shapes: [], annotations: [{ ...note, font: template.layout.font }] };
  // Its legend is that of the numbers to come, so that they do not move it.
  return { data: told.given ? [] : template.data.map((trace) => ({ ...trace, x: [], y: [] })), layout };
}

/** Tells whether anything changed of what a live chart draws. */
function version({ step, states }, told) {
  const state = states.get(told.key);
  if (!state?.runs.some((run) => run?.rows.step?.length) && !Object.keys(state?.items ?? {}).length) return "nothing";
  const { runs, levels, whole, now, past, pictures, ghost } = state.versions;
  if (told.part === "item") return `${told.key} ${state.items[told.item]?.came}`;
  if (told.given && told.part !== "model") return `${told.key} ${whole} ${step === null ? now : `${past} ${toldAt(state, step)?.step}`}`;
  if (told.part === "model") return `${told.key} ${whole} ${pictures} ${state.pictures.indexOf(pictureAt(state, step))}`;
  return `${told.key} ${whole} ${runs} ${levels} ${ghost} ${state.ghost.length} ${state.now?.shown} / ${step}`;
}

/** Moves the line at the step that the page looks at, where nothing else changed: much less work than a new picture. */
async function moved(Plotly, node, state, base) {
  const data = `${base} ${version({ step: null, states: live().states }, state.live)}`;
  const same = state.data === data && !state.live.given && node._fullLayout;
  state.data = data;
  const known = live().state(state.live.key);
  if (!same || !known || !state.blank || !node.data?.length) return false;
  const { template, live: told } = state.blank;
  const shapes = [...levels(template.layout.shapes ?? [], known.levels), ...marks(known, told, live().step).shapes];
  await Plotly.relayout(node, { shapes });
  count(node);
  return true;
}

function count(node) {
  node.dataset.draws = Number(node.dataset.draws ?? 0) + 1;
}

/** The words of a live chart for people who do not see it. */
function say(state, node) {
  const known = live().state(state.live.key);
  if (!known?.name) return; // nothing came yet
  describe(state, node, () => {
    const given = state.live.given && GIVEN[state.live.part](known, state.live, live().step);
    return given ? given.words : state.live.given ? state.alt : textOf(known, state.live);
  });
}

/** Type as large as the page's own, a little smaller where there is little room. */
function fontSize(root, width) {
  const size = parseFloat(getComputedStyle(root).fontSize) || 16;
  return Math.round(width < 480 ? 0.78 * size : 0.9 * size);
}

function fail(root, sentence, error) {
  console.warn(error);
  root.querySelector(".failure")?.remove();
  const line = document.createElement("p");
  line.className = "failure";
  line.setAttribute("role", "alert");
  line.textContent = sentence;
  root.append(line);
}

function begin(parent, data) {
  const root = make(parent);
  const state = { held: false, waiting: false, near: false, drawn: "", extra: 0 };
  shown.set(parent, { root, state });
  const again = () =>
    draw(root, state).catch((error) => {
      state.drawn = ""; // the next number tries again
      fail(root, data.failure, error);
    });
  const node = root.querySelector(".plot");
  node.addEventListener("pointerdown", () => (state.held = true), true);
  const release = () => {
    state.held = false;
    if (state.waiting && root.isConnected) setTimeout(again, 50);
    state.waiting = false;
  };
  window.addEventListener("pointerup", release);
  window.addEventListener("pointercancel", release);
  const observer = new ResizeObserver(() => {
    // Read here and not at each drawing, for which the browser would have to lay out the page anew.
    Object.assign(state, { width: Math.floor(node.clientWidth), room: Math.floor(node.clientHeight) });
    requestAnimationFrame(again);
  });
  observer.observe(node);
  const sight = new IntersectionObserver(
    (entries) => {
      state.near = entries.at(-1).isIntersecting; // the newest: on a busy machine several come at once
      again();
    },
    { rootMargin: "50% 0px" },
  );
  sight.observe(node);
  state.again = again;
  state.unheard = live().listen(() => state.live && soon(state, again));
  state.end = () => {
    state.unheard();
    observer.disconnect();
    sight.disconnect();
    window.removeEventListener("pointerup", release);
    window.removeEventListener("pointercancel", release);
    window.Plotly?.purge(node);
    root.remove(); // should its place come back, another one is made there
    shown.delete(parent);
  };
  return shown.get(parent);
}

export default function ({ data, parentElement }) {
  const { root, state } = shown.get(parentElement) ?? begin(parentElement, data);
  const { figure: spec, alt, height, source, partners, live: told, fits, steady } = data;
  Object.assign(state, { spec, height, source, partners, alt, live: told ?? undefined, fits, steady });
  root.dataset.fits = fits;
  const node = root.querySelector(".plot");
  if (!told || !node.hasAttribute("aria-label")) describeNow(state, node, alt); // what is live says more as it comes
  node.style.minHeight = fits ? "" : `${height + state.extra}px`;
  state.again();
  // Streamlit also calls this when it only hurried on to newer data; the chart ends when it has left the page.
  return () => setTimeout(() => root.isConnected || state.end(), 0);
}
