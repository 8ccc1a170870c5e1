// The slider over the recorded steps, and playing them back: both move every picture of the page, without the server.

const shown = new WeakMap();
/** Milliseconds that playing a run back takes. */
const LENGTH = 8000;

function make(parent) {
  const holder = { steps: [] };
  const root = document.createElement("div");
  root.className = "playground-slider";
  root.innerHTML = '<label><span class="name"></span> <output></output></label><div class="line"><button type="button"></button><input type="range" min="0" step="1"></div>';
  parent.append(root);
  const [name, output, button, input] = [".name", "output", "button", "input"].map((one) => root.querySelector(one));
  input.id = `steps-${Math.random().toString(36).slice(2)}`;
  root.querySelector("label").htmlFor = input.id;
  input.addEventListener("input", () => {
    const place = Number(input.value); // where the hand moved it, before it is drawn as stopped
    stop(holder);
    look(holder, place);
  });
  button.addEventListener("click", () => (holder.playing ? stop(holder) : play(holder)));
  return Object.assign(holder, { root, name, output, button, input });
}

/** Shows the run as it stood at so many recorded steps; as it is now at the last. */
function look(holder, place) {
  const steps = holder.steps;
  live().look(place >= steps.length - 1 ? null : steps[place]);
}

function play(holder) {
  const begun = performance.now();
  holder.playing = true;
  const next = (now) => {
    if (!holder.playing || !holder.root.isConnected) return;
    const part = Math.min(1, (now - begun) / LENGTH);
    look(holder, Math.round(part * (holder.steps.length - 1)));
    if (part < 1) requestAnimationFrame(next);
    else stop(holder);
  };
  requestAnimationFrame(next);
  follow(holder);
}

function stop(holder) {
  if (!holder.playing) return;
  holder.playing = false;
  follow(holder);
}

function follow(holder) {
  const { root, name, output, button, input, data } = holder;
  const now = live();
  const state = now.state(data.key);
  const version = `${state?.versions.runs} ${state?.versions.whole} ${state?.now?.shown}`;
  if (version !== holder.version) Object.assign(holder, { version, steps: state ? recordedSteps(state) : [] });
  const { steps } = holder;
  root.hidden = steps.length < 2;
  if (root.hidden) return;
  const place = now.step === null ? steps.length - 1 : steps.findLastIndex((step) => step <= now.step);
  name.textContent = data.name;
  output.textContent = String(steps[place]);
  input.max = String(steps.length - 1);
  input.value = String(place);
  input.title = data.help;
  input.setAttribute("aria-valuetext", String(steps[place]));
  button.textContent = holder.playing ? data.stop : data.play;
}

export default function (given) {
  return following(shown, given, make, follow, stop);
}
