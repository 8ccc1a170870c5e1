// The code explained: a press on a block of the network or on a chart marks the lines that implement it, and a press on lines
// marks blocks and charts. Lines, blocks and charts belong together by topics, see `playground/export/code/explained.py`. Buttons
// over the code do the same for whoever uses no pointer.

/** For each place on the page what is shown there. */
const shown = new WeakMap();

function button(text, name) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = name;
  made.textContent = text;
  return made;
}

/** The boxes of the network in the order of the picture, in its wide and its narrow form: [[element, topics]]. */
function boxes({ boxes: known }) {
  return [...document.querySelectorAll(".st-key-network svg.drawing")].flatMap((svg) => {
    const found = [...svg.children].filter((one) => one.localName === "g" && one.firstElementChild?.localName === "title");
    return found.length === known.length ? found.map((one, place) => [one, known[place]]) : [];
  });
}

/** The charts of the page: [[element, topics]]. */
function charts({ charts: known }) {
  return Object.entries(known).flatMap(([key, topic]) =>
    [...document.querySelectorAll(`.st-key-${key} .playground-chart`)].map((one) => [one, [topic]]),
  );
}

/** Marks everything that has one of the topics, here and on the page; says what that is. */
function choose(state, topics) {
  state.chosen = topics;
  const { data, root } = state;
  const has = (own) => own.some((one) => topics.includes(one));
  for (const [element, own] of [...boxes(data), ...charts(data)]) element.classList.toggle("playground-marked", has(own));
  for (const one of root.querySelectorAll(".topic")) one.setAttribute("aria-pressed", String(topics.includes(one.dataset.topic)));
  const lines = new Set(data.regions.filter((one) => has(one.topics)).flatMap(({ first, last }) => range(first, last)));
  for (const line of root.querySelectorAll(".line")) line.classList.toggle("marked", lines.has(Number(line.dataset.number)));
  const names = topics.map((one) => data.titles[one]).filter(Boolean).join(", ");
  const spans = together([...lines].sort((a, b) => a - b));
  root.querySelector(".said").textContent = !topics.length ? data.words.start : put(spans.length ? data.words.marked : data.words.none, { names, lines: spans.join(", ") });
  return lines;
}

function range(first, last) {
  return Array.from({ length: last - first + 1 }, (_none, place) => first + place);
}

/** Numbers in order as spans: "3–5", "9". */
function together(numbers) {
  const spans = [];
  for (const one of numbers) {
    const last = spans.at(-1);
    if (last && last[1] === one - 1) last[1] = one;
    else spans.push([one, one]);
  }
  return spans.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`));
}

/** Brings the first marked line into sight, beside the network where the code is elsewhere on the page. */
function showLines(state, lines) {
  if (!lines.size) return;
  const { root } = state;
  const { top, bottom } = root.getBoundingClientRect();
  if (bottom < 80 || top > innerHeight - 160) dock(state, true);
  const code = root.querySelector("pre");
  const line = code.querySelector(`[data-number="${Math.min(...lines)}"]`);
  code.scrollTop = line.offsetTop - 24; // a place in the code itself, which explained.css makes what its lines are measured in
}

/** Shows the code beside the network, at the edge of the window, or where it stands on the page. */
function dock(state, beside) {
  state.root.classList.toggle("beside", beside);
  const turn = state.root.querySelector(".turn");
  turn.textContent = beside ? state.data.words.back : state.data.words.beside;
  turn.setAttribute("aria-pressed", String(beside));
}

/** The innermost region around a line; undefined where there is none. */
function around(regions, number) {
  return regions.filter(({ first, last }) => first <= number && number <= last).sort((a, b) => a.last - a.first - (b.last - b.first))[0];
}

/** What a press somewhere on the page is about: topics of the box or chart under it; undefined elsewhere. */
function pressed(state, target) {
  if (!(target instanceof Element) || target.closest(".saving, .legend, .playground-explained, button, a")) return undefined;
  return [...boxes(state.data), ...charts(state.data)].find(([element]) => element.contains(target))?.[1];
}

function fill(state) {
  const { data, root } = state;
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", data.words.topics);
  for (const [topic, title] of Object.entries(data.titles)) {
    if (!data.regions.some(({ topics }) => topics.includes(topic)) || topic.startsWith("task")) continue;
    const one = button(title, "topic");
    one.dataset.topic = topic;
    one.setAttribute("aria-pressed", "false");
    one.addEventListener("click", () => showLines(state, choose(state, state.chosen.includes(topic) ? [] : [topic])));
    bar.append(one);
  }
  const turn = button(data.words.beside, "turn");
  turn.addEventListener("click", () => dock(state, !root.classList.contains("beside")));
  const copy = button(data.words.copy, "copied");
  copy.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(data.text);
    copy.textContent = data.words.done;
    setTimeout(() => (copy.textContent = data.words.copy), 2000);
  });
  const said = document.createElement("p");
  said.className = "said";
  said.setAttribute("role", "status");
  const code = document.createElement("pre");
  code.tabIndex = 0;
  code.setAttribute("role", "region");
  code.setAttribute("aria-label", data.words.code);
  const begins = new Map(data.regions.map((one) => [one.first, one]));
  for (const [place, text] of data.text.split("\n").entries()) {
    const line = document.createElement("div");
    line.className = "line";
    line.dataset.number = place + 1;
    const region = begins.get(place + 1);
    const number = region ? button(String(place + 1), "number") : document.createElement("span");
    number.className = "number";
    if (region) {
      const names = region.topics.map((one) => data.titles[one]).filter(Boolean).join(", ");
      number.setAttribute("aria-label", put(data.words.lines, { first: region.first, last: region.last, names }));
    } else {
      number.textContent = place + 1;
      number.setAttribute("aria-hidden", "true");
    }
    const words = document.createElement("span");
    words.textContent = text || " ";
    line.append(number, words);
    code.append(line);
  }
  code.addEventListener("click", ({ target }) => {
    if (String(getSelection())) return; // somebody marks text to copy it
    const number = Number(target.closest?.(".line")?.dataset.number);
    choose(state, around(data.regions, number)?.topics ?? []);
    const marked = [...boxes(data), ...charts(data)].map(([one]) => one).filter((one) => one.matches(".playground-marked") && one.getClientRects().length);
    const seen = ({ top, bottom }) => bottom > 60 && top < innerHeight;
    if (marked.length && !marked.some((one) => seen(one.getBoundingClientRect()))) {
      dock(state, true);
      marked[0].scrollIntoView({ block: "center" });
    }
  });
  root.replaceChildren(bar, said, code);
  bar.append(turn, copy);
  dock(state, root.classList.contains("beside"));
  choose(state, state.chosen);
}

function begin(parent) {
  const root = document.createElement("div");
  root.className = "playground-explained";
  parent.append(root);
  const state = { root, chosen: [] };
  const press = ({ target }) => {
    const topics = pressed(state, target);
    if (topics) showLines(state, choose(state, topics));
  };
  const close = ({ key }) => key === "Escape" && root.classList.contains("beside") && dock(state, false);
  document.addEventListener("click", press);
  document.addEventListener("keydown", close);
  document.body.classList.add("playground-explains");
  state.end = () => {
    document.removeEventListener("click", press);
    document.removeEventListener("keydown", close);
    document.body.classList.remove("playground-explains");
    for (const one of document.querySelectorAll(".playground-marked")) one.classList.remove("playground-marked");
    shown.delete(parent);
  };
  shown.set(parent, state);
  return state;
}

export default function ({ data, parentElement }) {
  const state = shown.get(parentElement) ?? begin(parentElement);
  const version = JSON.stringify(data);
  if (version !== state.version) {
    Object.assign(state, { version, data });
    fill(state);
  }
  return () => setTimeout(() => state.root.isConnected || state.end(), 0);
}
