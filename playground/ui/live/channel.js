// The line that says how far a run is, and the one that opens the channel: it names what the page shows, says when the server
// was lost, and tells the page when its buttons have to change, which is Streamlit's.

const shown = new WeakMap();

/** Failed tries after which a browser that never reached the channel gives up. */
const TRIES = 4;
/** Milliseconds between two requests for other buttons. */
const PATIENCE = 700;
/** The parts of a run at which those who do not see it hear of it. */
const QUARTERS = [0.25, 0.5, 0.75];

function make(parent) {
  const root = document.createElement("div");
  root.className = "playground-progress";
  const words = document.createElement("p");
  const track = document.createElement("div");
  track.className = "track";
  track.setAttribute("role", "progressbar");
  track.append(document.createElement("div"));
  const heard = document.createElement("p");
  heard.className = "heard";
  heard.setAttribute("role", "status");
  root.append(words, track, heard);
  parent.append(root);
  return { root, words, track, bar: track.firstChild, heard, past: {} };
}

/** Says what became of a run to those who do not see it: that it begins, each quarter, a pause, and its end with the headline. */
function announce(holder, status, touch) {
  const { data, past } = holder;
  const part = status.total ? status.done / status.total : 0;
  const now = { key: data.key, active: status.active, status: status.status, quarters: QUARTERS.filter((one) => part >= one).length, touch };
  holder.past = now;
  const same = past.key === now.key;
  const said = () => {
    if (now.touch && now.touch !== past.touch) return now.touch;
    if (now.active && (!same || !past.active)) return data.say.begun;
    if (now.active && now.status === "paused" && past.status !== "paused") return status.text;
    if (now.active && past.status === "paused" && now.status === "running") return data.say.on;
    if (same && past.active && !now.active) return [status.text, headlineOf(live().state(data.key)) || data.say.over].filter(Boolean).join(" ");
    if (now.active && now.quarters > past.quarters) return put(data.say.part, { percent: 25 * now.quarters });
    return "";
  };
  const words = said();
  if (words && words !== holder.heard.textContent) holder.heard.textContent = words;
}

/** The newest sentence about what is shown. */
function headlineOf(state) {
  return state && (toldAt(state, null)?.headline ?? state.items.headline?.strong);
}

/** The status that is shown: the newest that is known. */
function statusOf(holder) {
  return live().state(holder.data.key)?.status ?? holder.data.status;
}

function follow(holder) {
  const { data, root, words, track, bar } = holder;
  const status = statusOf(holder);
  const others = status.status === "paused" && !data.mine ? `${data.others} ` : "";
  const touch = { lost: live().reached ? data.lost : "", refused: live().sentence }[live().touch] ?? "";
  // One line, whatever it says: what comes below stands still.
  const text = touch || data.words || [others + status.text, status.active ? data.beside : ""].filter(Boolean).join(" ");
  const part = status.total ? Math.min(1, status.done / status.total) : 0;
  root.dataset.status = status.status;
  root.dataset.active = status.active;
  if (words.textContent !== text) words.textContent = text;
  track.setAttribute("aria-valuenow", Math.round(100 * part));
  track.setAttribute("aria-label", data.say.label);
  bar.style.width = `${100 * part}%`;
  root.dataset.touch = live().touch;
  announce(holder, status, touch);
  if (!data.path) return; // the page asks for news itself
  if (!live().reached && live().tries >= TRIES) holder.set("blocked", true);
  else turn(holder, status);
}

/** Asks the page for other buttons, where they are those of another status. */
function turn(holder, status) {
  const { drawn } = holder.data;
  const state = live().state(holder.data.key);
  if (!drawn || !state?.status) return;
  const now = turnOf(state);
  if (now === drawn) return;
  const wait = PATIENCE - (performance.now() - (holder.turned ?? -Infinity));
  if (wait > 0) {
    holder.later ??= setTimeout(() => {
      holder.later = undefined;
      if (holder.root.isConnected) follow(holder);
    }, wait);
    return;
  }
  holder.turned = performance.now();
  holder.trigger("turned", now);
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let holder = shown.get(parentElement);
  if (!holder) {
    holder = make(parentElement);
    shown.set(parentElement, holder);
    holder.unheard = live().listen(() => follow(holder));
  }
  Object.assign(holder, { data, set: setStateValue, trigger: setTriggerValue });
  if (data.topic) live().watch(data.path, data.key, data.topic);
  else live().rest(data.path);
  follow(holder);
  return () =>
    setTimeout(() => {
      if (holder.root.isConnected) return;
      holder.unheard();
      live().rest();
    }, 0);
}
