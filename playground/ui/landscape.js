// Shows a race: both pictures come with every path whole; here the paths are drawn up to a moment that one can play, step
// through and drag. A click in the plane of the numbers asks the page for another start.

/** Seconds in which a whole race is played. */
const PLAYED = 7;

const shown = new WeakMap();

/** Whether the page is dark, measured on the colour that Streamlit gives to this very element. */
function isDark(element) {
  const probe = document.createElement("span");
  probe.style.color = getComputedStyle(element).getPropertyValue("--st-background-color");
  element.append(probe);
  const [red, green, blue] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
  probe.remove();
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

function make(parent, words) {
  const root = document.createElement("figure");
  root.className = "playground-planes";
  root.innerHTML =
    '<div class="controls"><button type="button" class="first" data-does="play"></button>' +
    '<button type="button" data-does="back">◂</button><button type="button" data-does="on">▸</button>' +
    '<input type="range" min="0" step="1"><output></output></div><div class="pictures" role="img"></div>';
  parent.append(root);
  for (const [does, name] of [["back", words.back], ["on", words.on]]) {
    const button = root.querySelector(`[data-does=${does}]`);
    button.setAttribute("aria-label", name);
    button.title = name;
  }
  root.querySelector("input").setAttribute("aria-label", words.moment);
  return root;
}

/** The paths of the markup as numbers, each with the nodes that show it. */
function runsOf(root) {
  return [...root.querySelectorAll(".run")].map((node) => ({
    line: node.querySelector("polyline"),
    head: node.querySelector(".head"),
    path: node.dataset.path.split(" ").map((pair) => pair.split(",").map(Number)),
  }));
}

/** Draws every path up to moment `now`, a place among the recorded points with a part of the way to the next. */
function drawAt(state) {
  const whole = Math.floor(state.now);
  const part = state.now - whole;
  for (const { line, head, path } of state.runs) {
    const points = path.slice(0, whole + 1);
    const [last, next] = [points[points.length - 1], path[whole + 1]];
    let tip = last;
    if (next && part > 0) {
      tip = [last[0] + part * (next[0] - last[0]), last[1] + part * (next[1] - last[1])];
      points.push(tip);
    }
    line.setAttribute("points", points.map((point) => point.join(",")).join(" "));
    head.setAttribute("transform", `translate(${tip[0]} ${tip[1]})`);
  }
  const { root, words, steps } = state;
  const slider = root.querySelector("input");
  slider.max = steps.length - 1;
  slider.value = whole;
  const said = words.step.replace("{step}", (steps[whole] ?? 0).toLocaleString(words.language));
  slider.setAttribute("aria-valuetext", said);
  root.querySelector("output").textContent = said;
  const button = root.querySelector("[data-does=play]");
  button.textContent = state.playing ? words.pause : words.play;
  for (const control of root.querySelectorAll("button, input")) control.disabled = steps.length < 2;
}

function end(state) {
  return Math.max(0, state.steps.length - 1);
}

/** Moves to a moment, within the race. */
function go(state, moment) {
  state.now = Math.min(Math.max(moment, 0), end(state));
  drawAt(state);
}

function play(state) {
  state.playing = true;
  if (state.now >= end(state)) state.now = 0;
  let before = performance.now();
  const frame = (time) => {
    if (!state.playing || !state.root.isConnected) return;
    const passed = Math.min((time - before) / 1000, 0.1);
    before = time;
    if (state.now >= end(state) && !state.live) state.playing = false;
    go(state, state.now + (passed / PLAYED) * Math.max(end(state), 20));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  drawAt(state);
}

function pause(state) {
  state.playing = false;
  drawAt(state);
}

/** The point of the plane under the pointer, or null outside of the field. */
function pointed(svg, event) {
  const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const [left, right, low, high] = svg.dataset.window.split(",").map(Number);
  const [x, y, width, height] = svg.dataset.field.split(",").map(Number);
  const [across, up] = [(place.x - x) / width, 1 - (place.y - y) / height];
  if (across < 0 || across > 1 || up < 0 || up > 1) return null;
  return [left + across * (right - left), low + up * (high - low)];
}

function begin(parent, words) {
  const root = make(parent, words);
  const state = { root, now: Infinity, playing: false, markup: "", steps: [], runs: [] };
  root.querySelector("[data-does=play]").addEventListener("click", () => (state.playing ? pause(state) : play(state)));
  for (const [does, change] of [["back", -1], ["on", 1]]) {
    root.querySelector(`[data-does=${does}]`).addEventListener("click", () => {
      state.playing = false;
      go(state, (change < 0 ? Math.ceil(state.now) : Math.floor(state.now)) + change);
    });
  }
  root.querySelector("input").addEventListener("input", (event) => {
    state.playing = false;
    go(state, Number(event.target.value));
  });
  root.querySelector(".pictures").addEventListener("click", (event) => {
    const svg = event.target.closest('svg[data-name="numbers"]');
    const point = svg && pointed(svg, event);
    if (point) state.tell("start", point);
  });
  shown.set(parent, state);
  return state;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const state = shown.get(parentElement) ?? begin(parentElement, data.words);
  const followed = state.now >= end(state) || state.subject !== data.subject;
  Object.assign(state, { words: data.words, steps: data.steps, live: data.live, subject: data.subject, tell: setTriggerValue });
  const pictures = state.root.querySelector(".pictures");
  pictures.setAttribute("aria-label", data.alt);
  const dark = isDark(state.root);
  const markup = dark ? data.markup.replace(/#[0-9a-f]{6}/g, (color) => data.partners[color] ?? color) : data.markup;
  if (markup !== state.markup) {
    state.markup = markup;
    pictures.innerHTML = markup;
    state.runs = runsOf(pictures);
  }
  go(state, followed && !state.playing ? end(state) : state.now);
}
