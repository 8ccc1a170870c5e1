// Shows a figure that stays the same node for as long as it is on the page: new data go into it by Plotly.react, so that
// zoom and hidden legend entries are kept. Streamlit calls the default function at every change of data or theme.

/** Height of a legend of one line, in pixels: this much is part of a figure's height. */
const LEGEND = 36;

/** For each node what it shows: spec (text), theme, width, and what waits for the pointer to come up. */
const shown = new WeakMap();

/** plotly.js, once for the whole page however many charts there are. It comes compressed, as it is large. */
function plotly(address) {
  window.playgroundPlotly ??= load(address).catch((error) => {
    window.playgroundPlotly = undefined; // the next chart tries again
    throw error;
  });
  return window.playgroundPlotly;
}

async function load(address) {
  // The server may live below any path: what Streamlit's own script was loaded from tells where.
  const own = document.querySelector('script[src*="static/js/"]');
  const root = own ? own.src.split("static/js/")[0] : new URL("/", location.href).href;
  const answer = await fetch(root + address, { cache: "force-cache" });
  if (!answer.ok) throw new Error(`plotly.js: HTTP ${answer.status}`);
  const plain = answer.body.pipeThrough(new DecompressionStream("gzip"));
  const source = await new Response(plain).blob();
  const url = URL.createObjectURL(source.slice(0, source.size, "text/javascript"));
  await new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.onload = resolve;
    script.onerror = () => reject(new Error("plotly.js could not be run"));
    script.src = url;
    document.head.append(script);
  });
  URL.revokeObjectURL(url);
  return window.Plotly;
}

/** Whether the page is dark, measured on the colour that Streamlit gives to this very element. */
function isDark(element) {
  const probe = document.createElement("span");
  probe.style.color = getComputedStyle(element).getPropertyValue("--st-background-color");
  element.append(probe);
  const [red, green, blue] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
  probe.remove();
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

/** `text` with every colour of a light page replaced by its partner on a dark one. */
function themed(text, dark, partners) {
  return dark ? text.replace(/#[0-9a-f]{6}/g, (color) => partners[color] ?? color) : text;
}

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
  return root;
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

function decoded({ bdata, dtype }) {
  const bytes = Uint8Array.from(atob(bdata), (sign) => sign.charCodeAt(0)).buffer;
  return dtype === "f4" ? new Float32Array(bytes) : dtype === "f8" ? new Float64Array(bytes) : undefined;
}

/** Draws what `state` holds, unless the pointer is down: a zoom that is being drawn would be lost. */
async function draw(root, state) {
  const node = root.querySelector(".plot");
  if (!state.near) return; // far below the screen: drawn when it is scrolled to, so that what is seen moves at once
  const width = Math.floor(node.clientWidth);
  if (width === 0) return; // in a closed tab; the observer calls again when it opens
  if (state.held) {
    state.waiting = true;
    return;
  }
  const dark = isDark(root);
  const key = `${dark} ${width} ${state.spec}`;
  if (key === state.drawn) return;
  state.drawn = key;
  const Plotly = await plotly(state.source);
  if (key !== state.drawn || !root.isConnected) return; // something newer came while plotly.js was loading
  const spec = JSON.parse(themed(state.spec, dark, state.partners));
  const { title, ...layout } = spec.layout;
  root.querySelector(".title").textContent = plain(title?.text);
  root.querySelector(".subtitle").textContent = plain(title?.subtitle?.text);
  root.querySelector(".hidden-text").replaceChildren(table(spec));
  const touch = matchMedia("(pointer: coarse)").matches;
  Object.assign(layout, { width, height: state.height + state.extra, autosize: false });
  layout.margin = { ...layout.margin, t: layout.annotations?.length ? 30 : 12 };
  layout.font = { ...layout.font, family: getComputedStyle(root).fontFamily, size: fontSize(root, width) };
  for (const name of Object.keys(layout).filter((name) => /^[xy]axis/.test(name))) {
    layout[name].title = { ...layout[name].title, font: { size: layout.font.size } };
  }
  // A finger that moves over a chart scrolls the page; a mouse draws a zoom.
  if (touch) layout.dragmode = false;
  const config = { displayModeBar: false, displaylogo: false, showTips: false, responsive: false, doubleClick: "reset" };
  await Plotly.react(node, spec.data, layout, config);
  // A legend of many lines asks for height of its own instead of taking it from the data.
  const extra = Math.max(0, Math.ceil(node._fullLayout.legend?._height ?? 0) - LEGEND);
  if (extra !== state.extra) {
    state.extra = extra;
    await Plotly.relayout(node, { height: state.height + extra });
  }
  root.querySelector(".failure")?.remove();
  node.dataset.draws = Number(node.dataset.draws ?? 0) + 1;
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
  const again = () => draw(root, state).catch((error) => fail(root, data.failure, error));
  const node = root.querySelector(".plot");
  node.addEventListener("pointerdown", () => (state.held = true), true);
  const release = () => {
    state.held = false;
    if (state.waiting && root.isConnected) setTimeout(again, 50);
    state.waiting = false;
  };
  window.addEventListener("pointerup", release);
  window.addEventListener("pointercancel", release);
  const observer = new ResizeObserver(() => requestAnimationFrame(again));
  observer.observe(node);
  const sight = new IntersectionObserver(
    ([entry]) => {
      state.near = entry.isIntersecting;
      again();
    },
    { rootMargin: "50% 0px" },
  );
  sight.observe(node);
  state.again = again;
  state.end = () => {
    observer.disconnect();
    sight.disconnect();
    window.removeEventListener("pointerup", release);
    window.removeEventListener("pointercancel", release);
    window.Plotly?.purge(node);
    shown.delete(parent);
  };
  return shown.get(parent);
}

export default function ({ data, parentElement }) {
  const { root, state } = shown.get(parentElement) ?? begin(parentElement, data);
  const { figure: spec, alt, height, source, partners } = data;
  Object.assign(state, { spec, height, source, partners });
  const node = root.querySelector(".plot");
  node.setAttribute("aria-label", alt);
  node.style.minHeight = `${height}px`;
  state.again();
  // Streamlit also calls this when it only hurried on to newer data; the chart ends when it has left the page.
  return () => setTimeout(() => root.isConnected || state.end(), 0);
}
