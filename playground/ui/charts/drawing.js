// Shows a drawing (SVG markup whose text is escaped by `playground.figures`). New data move what is there where the drawing
// kept its shape, so that bars glide; only another network is drawn anew.

/** The smallest scale at which the wide form is still easy to read. */
const SMALLEST = 0.8;
/** The same where the drawing is only as high as its place: its words are enlarged. */
const SMALLEST_FIT = 0.55;
/** The smallest type on a screen, in pixels. */
const SMALLEST_TYPE = 12;

/** For each place on the page its root, and what is shown there. */
const shown = new WeakMap();

/** Copies attributes and text of `next` into `now`; false, with nothing promised, where they are not of one shape. */
function move(now, next) {
  if (now.nodeName !== next.nodeName || now.childNodes.length !== next.childNodes.length) return false;
  if (now.nodeType === Node.TEXT_NODE) {
    if (now.data !== next.data) now.data = next.data;
    return true;
  }
  for (const { name, value } of next.attributes ?? []) {
    if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  }
  return [...now.childNodes].every((child, place) => move(child, next.childNodes[place]));
}

/** Shows the wide form where its words are large enough there, the narrow one elsewhere. */
function choose(root) {
  const wide = root.querySelector(".wide svg")?.viewBox.baseVal.width ?? 0;
  const least = root.dataset.fits === "true" ? SMALLEST_FIT : SMALLEST;
  if (root.clientWidth > 0) root.dataset.form = root.clientWidth >= least * wide ? "wide" : "narrow";
  enlarge(root);
}

/** Keeps every word of a drawing that was made smaller large enough to be read. */
function enlarge(root) {
  for (const drawing of root.querySelectorAll("svg.drawing")) {
    const box = drawing.getBoundingClientRect();
    const { width, height } = drawing.viewBox.baseVal;
    if (root.dataset.fits === "true") drawing.style.minHeight = `${Math.round(SMALLEST_FIT * height)}px`;
    const scale = Math.min(box.width / width, box.height / height);
    if (!(scale > 0)) continue;
    for (const words of drawing.querySelectorAll("text")) {
      const size = Number(words.getAttribute("font-size"));
      words.style.fontSize = size && size * scale < SMALLEST_TYPE ? `${Math.min(SMALLEST_TYPE / scale, 2 * size).toFixed(1)}px` : "";
    }
  }
}

/** Shows markup in a root: moves what is there where its shape is the same. */
function show(root, markup) {
  const children = [...markupOf(markup).childNodes];
  const kept = children.length === root.childNodes.length && children.every((child, place) => move(root.childNodes[place], child));
  if (!kept) root.replaceChildren(...children);
  choose(root);
  // What holds something to press is no picture to those who hear it, but a group of things.
  root.setAttribute("role", root.querySelector("[tabindex]") ? "group" : "img");
}

/** By task its mean weight over the runs that count, at a step or the last one before it; null where none is known. */
function weightsAt(state, tasks, step) {
  const rows = shownRuns(state).flatMap(({ rows }) => {
    const until = step === null ? rows.step.length : rows.step.findLastIndex((one) => one <= step) + 1;
    return until ? [{ step: rows.step[until - 1], weight: rows.weight[until - 1] }] : [];
  });
  const last = most(rows.map((row) => row.step));
  const now = rows.filter((row) => row.step === last);
  if (!now.length) return null;
  return Object.fromEntries(tasks.map((task, place) => [task, mean(now.map(({ weight }) => weight[place] ?? NaN))]));
}

/** Sets the bars and the numbers of the tasks' weights in a drawing of the network. */
function weigh(root, weights, saying) {
  const full = most([2, ...Object.values(weights).filter(Number.isFinite)]);
  for (const bar of root.querySelectorAll("[data-weight]")) {
    const weight = weights[bar.dataset.weight];
    const part = Number.isFinite(weight) ? Math.min(Math.max(weight / full, 0), 1) : 0;
    bar.setAttribute("width", (bar.dataset.room * part).toFixed(1));
  }
  for (const words of root.querySelectorAll("[data-said]")) {
    const weight = number(weights[words.dataset.said], 2);
    words.textContent = words.dataset.short ? weight : put(saying, { weight });
  }
}

/** Draws what is new of a live drawing: the network's weights, what the model says, or another part of a page. */
function follow(root, holder) {
  const now = live();
  const told = holder.data.live;
  const state = now.state(told?.key);
  if (!state || !root.isConnected) return;
  const { runs, whole, pictures } = state.versions;
  if (told.part === "model") {
    const picture = pictureAt(state, now.step);
    const version = `${told.key} ${whole} ${pictures} ${state.pictures.indexOf(picture)} ${isDark(root)}`;
    if (!picture?.markup || version === holder.version || !near(root)) return;
    holder.version = version;
    show(root, themed(withImages(picture.markup, state.images), isDark(root), holder.data.partners));
    describe(holder, root, () => picture.alt);
    return;
  }
  if (told.part === "item") {
    const item = state.items[told.item];
    const version = `${told.key} ${item?.came} ${isDark(root)}`;
    if (!item || version === holder.version || !near(root)) return;
    holder.version = version;
    show(root, themed(item.markup, isDark(root), holder.data.partners));
    describe(holder, root, () => item.words);
    return;
  }
  const version = `${told.key} ${whole} ${runs} ${state.now?.shown} ${now.step}`;
  if (version === holder.version || !near(root)) return;
  holder.version = version;
  const weights = weightsAt(state, told.tasks, now.step);
  if (!weights) return;
  weigh(root, weights, told.say.weight);
  const learned = learnedAt(state, now.step);
  if (learned && told.uses) carry(root, told.uses, learned);
  const items = told.tasks.map((task) => put(told.say.item, { task: told.titles[task], weight: number(weights[task], 2) }));
  describe(holder, root, () => `${told.say.start} ${put(told.say.now, { weights: items.join(told.say.join) })}`);
  root.dataset.draws = Number(root.dataset.draws ?? 0) + 1;
}

/** Whether an element is on the screen, or close to it. */
function near(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > -innerHeight / 2 && top < 1.5 * innerHeight;
}

export default function ({ data, parentElement }) {
  let { root, holder } = shown.get(parentElement) ?? {};
  if (!root) {
    root = document.createElement("figure");
    root.className = "playground-chart playground-drawing";
    parentElement.append(root, savingDrawing(root));
    holder = {};
    shown.set(parentElement, { root, holder });
    new ResizeObserver(() => choose(root)).observe(root);
    const again = () => follow(root, holder);
    holder.unheard = live().listen(() => holder.data.live && soon(holder, again));
    window.addEventListener("scroll", holder.scrolled = () => holder.data.live && soon(holder, again), true);
  }
  holder.data = data;
  holder.version = undefined;
  root.dataset.fits = Boolean(data.fits);
  if (!data.live || !root.hasAttribute("aria-label")) describeNow(holder, root, data.alt);
  if (data.markup) show(root, themed(data.markup, isDark(root), data.partners));
  if (data.live) follow(root, holder);
  return () =>
    setTimeout(() => {
      if (root.isConnected) return;
      holder.unheard();
      window.removeEventListener("scroll", holder.scrolled, true);
      shown.delete(parentElement);
    }, 0);
}
