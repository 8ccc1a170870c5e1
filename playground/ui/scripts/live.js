// What a page knows of the runs that it shows, and the socket by which it hears of them: one of each in a window, shared by all
// pictures. Frames are merged into one state; a picture asks for the state when the screen is about to be painted.

/** An empty state. `versions` counts the changes of each part, so that a picture can tell whether anything of it is new. */
function emptyState() {
  const empty = { name: "", number: 0, runs: [], status: null, now: null, past: [], levels: {}, pictures: [], images: [], ghost: [] };
  return { ...empty, keys: "", items: {}, versions: {} };
}

/** Merges one frame into a state; a frame with everything replaces it. */
function merge(state, frame) {
  const result = frame.whole ? { ...emptyState(), versions: state.versions } : state;
  result.name = frame.name;
  result.number = frame.number;
  for (const part of frame.runs ?? []) mergeRun(result.runs, part, frame.whole);
  if (frame.status) result.status = frame.status;
  if (frame.now) result.now = Object.keys(frame.now).length ? frame.now : null;
  if (frame.levels) result.levels = frame.levels;
  if (frame.ghost) result.ghost = frame.ghost;
  if (frame.keys !== undefined) result.keys = frame.keys;
  // What a page shows as a whole: each part is known by the frame that it came with.
  for (const [name, item] of Object.entries(frame.items ?? {})) result.items[name] = { ...item, came: `${frame.name} ${frame.number}` };
  result.images.push(...(frame.images ?? []));
  for (const [part, key] of [["past", (one) => one.step], ["pictures", (one) => `${one.run} ${one.step} ${one.kept}`]]) {
    if (!frame[part]?.length) continue;
    const all = new Map([...result[part], ...frame[part]].map((one) => [key(one), one]));
    result[part] = [...all.values()].sort((a, b) => a.step - b.step || Number(a.kept ?? 0) - Number(b.kept ?? 0));
  }
  for (const part of Object.keys(frame)) result.versions[part] = (result.versions[part] ?? 0) + 1;
  return result;
}

function mergeRun(runs, part, whole) {
  const before = whole ? undefined : runs[part.run];
  const run = before ?? { seed: part.seed, rows: {}, scored: [], changed: [], learned: [], kept: null };
  for (const [name, values] of Object.entries(part.rows)) {
    run.rows[name] ??= [];
    for (const value of values) run.rows[name].push(value);
  }
  run.scored.push(...part.scored);
  run.changed.push(...part.changed);
  run.learned.push(...(part.learned ?? []));
  run.kept = part.kept;
  runs[part.run] = run;
}

/** Every step at which something was measured in the runs that count, in order. */
function recordedSteps(state) {
  const steps = new Set(shownRuns(state).flatMap((run) => run.rows.step ?? []));
  return [...steps].sort((a, b) => a - b);
}

/** The runs at the learning rate that counts. */
function shownRuns(state) {
  const shown = state.now?.shown;
  const runs = shown ? shown.map((place) => state.runs[place]) : state.runs;
  return runs.filter((run) => run?.rows.step?.length);
}

/** What is told at a step: of the newest moment for null, else of the last look at validation data up to it. */
function toldAt(state, step) {
  if (step === null) return state.now;
  return state.past.findLast((one) => one.step <= step) ?? null;
}

/** What the model of the first run said last, at a step; with what it kept for null. */
function pictureAt(state, step) {
  const shown = state.now?.shown?.[0] ?? 0;
  const all = state.pictures.filter((one) => one.run === shown);
  if (step === null) return all.findLast((one) => one.kept) ?? all.at(-1) ?? null;
  return all.findLast((one) => !one.kept && one.step <= step) ?? null;
}

/** What the page has to draw itself, in one word: with another one, other buttons and places fit. They are the same for what waits. */
function turnOf(state) {
  const { status, active } = state.status;
  return `${status === "queued" ? "running" : status} ${active} ${state.keys}`.trim();
}

/** Markup with the images that came before put into it. */
function withImages(markup, images) {
  return markup.replace(/image:(\d+):/g, (_whole, place) => images[Number(place)] ?? "");
}

/** The address of the channel: below the app's own, whatever path and proxy that is. */
function channelAddress(path) {
  return appRoot().replace(/^http/, "ws") + path;
}

/** Milliseconds between two tries to connect, after so many that failed. */
function pause(tries) {
  return Math.min(5000, 250 * 2 ** tries);
}

/** What a topic begins with: of the same runs what was known of them, with another ghost; else nothing but its ghost. */
function carried(state, before, topic) {
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  if (!state || !before || before.page || topic.page) return emptyState();
  if (same(before.runs, topic.runs)) {
    const ghost = same(before.before, topic.before) ? state.ghost : [];
    return { ...state, ghost, name: "", number: 0, versions: { ...state.versions } };
  }
  // The run that was on the screen until now stands behind the next one from the start.
  return { ...emptyState(), ghost: topic.before?.length && same(before.runs, topic.before) ? shownRuns(state) : [] };
}

class Live {
  constructor() {
    this.states = new Map(); // of the topics shown last, by key
    this.listeners = new Set();
    this.step = null; // that all pictures show; null for the newest
    this.touch = "new"; // "new", "open", "lost" or "refused"
    this.tries = 0;
    this.reached = false; // whether the server ever said anything
    document.addEventListener("visibilitychange", () => this.turn());
  }

  /** Shows another topic from now on. What is known of it already stays until everything of the new one is there. */
  watch(path, key, topic) {
    if (this.key === key) return;
    if (!this.states.has(key)) this.states.set(key, carried(this.states.get(this.key), this.topic, topic));
    Object.assign(this, { path, key, topic, step: null });
    while (this.states.size > 4) this.states.delete(this.states.keys().next().value);
    this.connect();
    this.turn();
    this.tell();
  }

  /** Shows nothing any more; the socket stays open for what comes. */
  rest(path) {
    this.key = this.topic = undefined;
    if (path) this.path = path;
    if (this.path) this.connect();
    this.turn();
  }

  state(key) {
    return this.states.get(key);
  }

  look(step) {
    this.step = step;
    this.tell();
  }

  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell() {
    for (const listener of this.listeners) listener();
  }

  /** Says to the server what is shown, and from which frame on; nothing while the tab is hidden. */
  turn() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    // What goes on only as long as somebody looks is looked at from a hidden tab too, but not sent there.
    const quiet = document.hidden && Boolean(this.topic?.page);
    const said = !this.topic || (document.hidden && !quiet) ? "" : `${this.key} ${quiet}`;
    if (said === this.said) return;
    this.said = said;
    const state = this.states.get(this.key);
    const since = [state?.name ?? "", state?.number ?? 0];
    this.socket.send(JSON.stringify(said ? { watch: this.topic, since, ...(quiet && { quiet }) } : { watch: null }));
  }

  connect() {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    clearTimeout(this.later);
    const socket = new WebSocket(channelAddress(this.path));
    this.socket = socket;
    socket.onopen = () => {
      Object.assign(this, { touch: "open", said: undefined });
      this.turn();
      this.tell();
    };
    socket.onmessage = ({ data }) => this.take(JSON.parse(data));
    socket.onclose = () => {
      if (this.socket !== socket) return;
      if (this.touch !== "refused") this.touch = "lost";
      this.later = setTimeout(() => this.connect(), pause(this.tries++));
      this.tell();
    };
  }

  take(frames) {
    Object.assign(this, { reached: true, tries: 0 });
    for (const frame of frames) {
      if (frame.refused) Object.assign(this, { touch: "refused", sentence: frame.refused, tries: 5 });
      if (!frame.name || !this.key) continue;
      const state = this.states.get(this.key) ?? emptyState();
      // A frame of what was shown before the last change is let go.
      if (frame.whole || (frame.name === state.name && frame.number === state.number + 1)) {
        this.states.set(this.key, merge(state, frame));
      }
    }
    this.tell();
  }
}

/** The one of this window. */
function live() {
  return (window.playgroundLive ??= new Live());
}

/** Calls `draw` before the next painting of the screen, once however often it is asked; never while the tab is hidden. */
function soon(holder, draw) {
  holder.frame ??= requestAnimationFrame(() => {
    holder.frame = undefined;
    draw();
  });
}

/** Sets an element's words for people who do not see it, at most once a second; `words()` are worked out when they are said. */
function describe(holder, element, words) {
  holder.words = words;
  if (holder.saying) return;
  const say = () => {
    holder.saying = undefined;
    const now = holder.words();
    if (element.getAttribute("aria-label") === now) return;
    element.setAttribute("aria-label", now);
    holder.saying = setTimeout(say, 1000);
  };
  say();
}

/** Sets them at once, in the place of what was still to be said. */
function describeNow(holder, element, words) {
  holder.words = () => words;
  element.setAttribute("aria-label", words);
}

/**
 * A component that follows a run for as long as it stands on the page: `make` puts its elements below the parent and gives a
 * holder with their `root`, `follow` draws what the holder's `data` says now, `leave` is called when it has gone.
 */
function following(shown, { data, parentElement }, make, follow, leave) {
  let holder = shown.get(parentElement);
  if (!holder) {
    holder = make(parentElement);
    shown.set(parentElement, holder);
    const again = () => follow(holder);
    holder.unheard = live().listen(() => soon(holder, again));
  }
  holder.data = data;
  follow(holder);
  return () =>
    setTimeout(() => {
      if (holder.root.isConnected) return;
      holder.unheard();
      holder.root.remove(); // should its place come back, another one is made there
      shown.delete(parentElement);
      leave?.(holder);
    }, 0);
}
