// What is told of a run in words: the headline, the line under a picture, tables of numbers. All of it is text.

const shown = new WeakMap();

/** The elements of each kind of words; `at` is what is told at the step that the page shows. */
const KINDS = {
  headline: (state, step) => {
    const at = toldAt(state, step);
    return at && [claim([at.headline, at.standing])];
  },
  caption: (state, step) => {
    const at = pictureAt(state, step);
    return at && [element("p", "quiet", [at.caption])];
  },
  table: (state, step) => {
    const at = toldAt(state, step)?.table;
    return at && tabled(at);
  },
  // A sentence or a table of a page that comes as a whole; as the page drew it, until there is news.
  item: (state, _step, data) => {
    const at = state?.items[data.live.item] ?? data.item;
    if (!at) return null;
    return at.heads ? tabled(at) : [at.strong ? claim([at.strong, at.text]) : element("p", "", [at.text])];
  },
};

function tabled(at) {
  const rows = at.rows.length ? [table(at)] : [];
  return [...rows, ...at.notes.map((note) => element("p", "quiet", [note]))];
}

/** What stands in a cell: text, or a link to a page of this app. */
function inside(cell) {
  if (typeof cell === "string") return cell;
  const link = element("a", "", [cell.text]);
  if (/^[/?][^/]/.test(cell.link)) link.setAttribute("href", cell.link);
  return link;
}

function element(name, className, children) {
  const result = document.createElement(name);
  result.className = className;
  result.append(...children);
  return result;
}

/** A sentence in bold, and what has to be known with it. */
function claim([bold, ...rest]) {
  return element("p", "", [element("strong", "", [bold]), ` ${rest.join(" ")}`]);
}

function table({ heads, rows }) {
  const line = (cells, name) => element("tr", "", cells.map((cell) => element(name, "", [inside(cell)])));
  const whole = element("table", "", [element("thead", "", [line(heads, "th")]), element("tbody", "", rows.map((row) => line(row, "td")))]);
  const frame = element("div", "scrolls", [whole]);
  frame.tabIndex = 0; // so that keys can move what is wider than the page
  return frame;
}

/** Tells what is new. */
function follow(holder) {
  const { root, data } = holder;
  const now = live();
  const state = now.state(data.live.key);
  const parts = (state || data.item) && KINDS[data.kind](state, now.step, data);
  const next = element("div", "", parts ?? (data.rows ? [table(data)] : data.said?.some(Boolean) ? [claim(data.said)] : []));
  if (holder.inside?.isEqualNode(next)) return;
  holder.inside = next;
  root.firstChild.replaceChildren(next);
}

function make(parent) {
  const root = element("div", "playground-told", [element("div", "", [])]);
  parent.append(root);
  return { root };
}

export default function (given) {
  return following(shown, given, make, follow);
}
