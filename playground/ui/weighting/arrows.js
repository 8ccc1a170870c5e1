// Shows the arrow lab: the gradients can be dragged by their handles, or turned and stretched with the arrow keys. The
// arrow follows at once; the page is asked for what the methods do with it a few times a second and when it is let go.

/** Milliseconds between two questions while an arrow is dragged. */
const EVERY = 160;

/** The longest gradient, and how far one press of an arrow key turns (degrees) and stretches. */
const LONGEST = 3;
const TURN = 5;
const STRETCH = 0.1;

const shown = new WeakMap();

function frameOf(svg) {
  const [left, right, low, high] = svg.dataset.window.split(",").map(Number);
  const [x, y, width, height] = svg.dataset.field.split(",").map(Number);
  return {
    pixels: (point) => [x + ((point[0] - left) / (right - left)) * width, y + (1 - (point[1] - low) / (high - low)) * height],
    plane: (pixel) => [left + ((pixel.x - x) / width) * (right - left), low + (1 - (pixel.y - y) / height) * (high - low)],
  };
}

/** Moves an arrow and the hull on the screen, before the page has answered. */
function place(state, task) {
  const svg = state.root.querySelector('svg[data-name="lab"]');
  const tips = state.arrows.map(([angle, length]) => {
    const turned = (angle * Math.PI) / 180;
    return frameOf(svg).pixels([length * Math.cos(turned), length * Math.sin(turned)]);
  });
  const group = svg.querySelector(`[data-task="${task}"]`);
  const line = group.querySelector("line");
  line.setAttribute("x2", tips[task][0]);
  line.setAttribute("y2", tips[task][1]);
  group.querySelector(".handle").setAttribute("transform", `translate(${tips[task][0]} ${tips[task][1]})`);
  svg.querySelector(".hull").setAttribute("points", tips.map((tip) => tip.join(",")).join(" "));
}

/** Tells the page where the arrows are: at once, or when the last time is long enough ago. */
function tell(state, now) {
  clearTimeout(state.later);
  const wait = now ? 0 : Math.max(0, state.told + EVERY - performance.now());
  state.later = setTimeout(() => {
    state.told = performance.now();
    state.send("moved", { count: state.count, arrows: state.arrows.map(([angle, length]) => [angle, length]) });
  }, wait);
}

function set(state, task, angle, length) {
  const turned = ((((angle + 180) % 360) + 360) % 360) - 180;
  state.arrows[task] = [Math.round(turned), Math.round(Math.min(Math.max(length, 0), LONGEST) * 20) / 20];
  state.count += 1;
  place(state, task);
}

function drag(state, event) {
  const svg = state.root.querySelector('svg[data-name="lab"]');
  const pixel = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const [x, y] = frameOf(svg).plane(pixel);
  set(state, state.held, (Math.atan2(y, x) * 180) / Math.PI, Math.hypot(x, y));
  tell(state, false);
}

function taskOf(event) {
  const handle = event.target.closest(".handle");
  return handle ? Number(handle.parentElement.dataset.task) : null;
}

function begin(parent, moved) {
  const root = document.createElement("figure");
  root.className = "playground-planes";
  root.setAttribute("role", "group");
  parent.append(root, savingDrawing(root));
  const state = { root, held: null, told: 0, markup: "", arrows: [], count: moved };
  root.addEventListener("pointerdown", (event) => {
    const task = taskOf(event);
    if (task === null) return;
    state.held = task;
    root.setPointerCapture(event.pointerId);
    event.preventDefault();
    root.querySelector(`[data-task="${task}"] .handle`).focus({ preventScroll: true });
  });
  root.addEventListener("pointermove", (event) => state.held !== null && drag(state, event));
  for (const name of ["pointerup", "pointercancel"]) {
    root.addEventListener(name, () => {
      if (state.held === null) return;
      state.held = null;
      tell(state, true);
    });
  }
  root.addEventListener("keydown", (event) => {
    const task = taskOf(event);
    const [turn, stretch] = { ArrowLeft: [TURN, 0], ArrowRight: [-TURN, 0], ArrowUp: [0, STRETCH], ArrowDown: [0, -STRETCH] }[event.key] ?? [0, 0];
    if (task === null || (!turn && !stretch)) return;
    event.preventDefault();
    set(state, task, state.arrows[task][0] + turn, state.arrows[task][1] + stretch);
    tell(state, false);
  });
  shown.set(parent, state);
  return state;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const state = shown.get(parentElement) ?? begin(parentElement, data.moved);
  state.send = setTriggerValue;
  state.root.setAttribute("aria-label", data.alt);
  const dark = isDark(state.root);
  const markup = themed(data.markup, dark, data.partners);
  // An answer to an earlier move is about where the arrows were a moment ago.
  const earlier = data.moved < state.count && data.arrows.length === state.arrows.length;
  if (!earlier) state.arrows = data.arrows.map((arrow) => [...arrow]);
  if (markup === state.markup) return;
  const focused = state.root.contains(document.activeElement) ? document.activeElement.closest("[data-task]")?.dataset.task : undefined;
  state.markup = markup;
  state.root.replaceChildren(markupOf(markup));
  if (earlier) for (const task of state.arrows.keys()) place(state, task);
  if (focused !== undefined) state.root.querySelector(`[data-task="${focused}"] .handle`)?.focus({ preventScroll: true });
}
