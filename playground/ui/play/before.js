// The place of the ghost: which run stands behind the one that is shown, and what the change did. Always of one height.

const shown = new WeakMap();

/** What stands there: of the ghost, and of the difference at the step that the page shows, as soon as that is known. */
function wordsOf(data, state, step) {
  const change = data.change && state ? (toldAt(state, step)?.against ?? "") : "";
  if (!data.key || !data.change) return data.text;
  return change ? `${data.start} ${put(data.change, { change })}` : data.start;
}

function follow(holder) {
  const { root, data } = holder;
  const now = live();
  const text = wordsOf(data, data.key ? now.state(data.key) : undefined, now.step);
  root.dataset.dimmed = data.dimmed;
  if (root.firstChild.textContent !== text) root.firstChild.textContent = text;
}

function make(parent) {
  const root = document.createElement("div");
  root.className = "playground-before";
  root.tabIndex = 0; // so that keys can scroll what is longer than its place
  root.append(document.createElement("p"));
  parent.append(root);
  return { root };
}

export default function (given) {
  return following(shown, given, make, follow);
}
