// Shows a race: both pictures come with every path whole; here the paths are drawn up to a moment that one can play, step
// through and drag. A click in the plane of the numbers asks the page for another start.

/** Seconds in which a whole race is played. */
const PLAYED = 7;

const shown = new WeakMap();

function make(parent, words) {
  const root = document.createElement("figure");
  root.className = "playground-planes";
  root.innerHTML =
    '<div class="controls"><button type="button" class="first" data-does="play"></button>' +
    '<button type="button" data-does="back">◂</button><button type="button" data-does="on">▸</button>' +
    '<input type="range" min="0" step="1"><output></output></div><div class="pictures" role="img"></div>';
  parent.append(root, savingDrawing(root));
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
  const { root, say, steps } = state;
  const slider = root.querySelector("input");
  slider.max = steps.length - 1;
  slider.value = whole;
  const said = say.step.replace("{step}", (steps[whole] ?? 0).toLocaleString(say.language));
  slider.setAttribute("aria-valuetext", said);
  root.querySelector("output").textContent = said;
  const button = root.querySelector("[data-does=play]");
  button.textContent = state.playing ? say.pause : say.play;
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
    if (state.now >= end(state) && !state.going) state.playing = false;
    go(state, state.now + (passed / PLAYED) * Math.max(end(state), 20));
    state.moving = requestAnimationFrame(frame);
  };
  cancelAnimationFrame(state.moving); // that of a moment ago, which would play it twice as fast
  state.moving = requestAnimationFrame(frame);
  drawAt(state);
}

function hold(state) {
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
  root.querySelector("[data-does=play]").addEventListener("click", () => (state.playing ? hold(state) : play(state)));
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
  const again = () => follow(state);
  state.unheard = live().listen(() => state.data.live && soon(state, again));
  return state;
}

/** Shows the newest that is known of the race: what came by the channel, or with the page. */
function follow(state) {
  const { data, root } = state;
  const known = data.live && live().state(data.live.key);
  const { steps, markup, words } = known?.items.race ?? data;
  const followed = state.now >= end(state) || state.subject !== data.subject;
  Object.assign(state, { steps, subject: data.subject, going: known?.status?.active ?? data.going });
  const pictures = root.querySelector(".pictures");
  if (data.live) describe(state, pictures, () => words);
  else describeNow(state, pictures, words);
  const drawn = themed(markup, isDark(root), data.partners);
  if (drawn !== state.markup) {
    state.markup = drawn;
    pictures.replaceChildren(markupOf(drawn));
    state.runs = runsOf(pictures);
  }
  go(state, followed && !state.playing ? end(state) : state.now);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const state = shown.get(parentElement) ?? begin(parentElement, data.say);
  Object.assign(state, { data, say: data.say, tell: setTriggerValue });
  follow(state);
  return () =>
    setTimeout(() => {
      if (state.root.isConnected) return;
      state.unheard();
      shown.delete(parentElement);
    }, 0);
}
