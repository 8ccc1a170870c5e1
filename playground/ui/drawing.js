// Shows a drawing (SVG markup whose text is escaped by `playground.figures`). New data move what is there where the drawing
// kept its shape, so that bars glide; only another network is drawn anew.

/** The smallest scale at which the wide form is still easy to read. */
const SMALLEST = 0.8;

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
  if (root.clientWidth > 0) root.dataset.form = root.clientWidth >= SMALLEST * wide ? "wide" : "narrow";
}

export default function ({ data, parentElement }) {
  let root = shown.get(parentElement);
  if (!root) {
    root = document.createElement("figure");
    root.className = "playground-chart playground-drawing";
    root.setAttribute("role", "img");
    parentElement.append(root);
    shown.set(parentElement, root);
    new ResizeObserver(() => choose(root)).observe(root);
  }
  root.setAttribute("aria-label", data.alt);
  const dark = isDark(root);
  const markup = dark ? data.markup.replace(/#[0-9a-f]{6}/g, (color) => data.partners[color] ?? color) : data.markup;
  const next = document.createElement("template");
  next.innerHTML = markup;
  const children = [...next.content.childNodes];
  const kept = children.length === root.childNodes.length && children.every((child, place) => move(root.childNodes[place], child));
  if (!kept) root.replaceChildren(...children);
  choose(root);
}
