// What every picture needs to be light or dark as the page is; it stands before each script that `playground.ui.scripts.component` serves.

/** Whether the page is dark, measured on the colour that Streamlit gives to this very element. */
function isDark(element) {
  // Looked up once for all pictures that are drawn at a time, as each look makes the browser work out the looks of the page.
  if (window.playgroundDark === undefined) {
    window.playgroundDark = hasDarkGround(element);
    setTimeout(() => (window.playgroundDark = undefined), 0);
  }
  return window.playgroundDark;
}

function hasDarkGround(element) {
  const probe = document.createElement("span");
  probe.style.color = getComputedStyle(element).getPropertyValue("--st-background-color");
  element.append(probe);
  const [red, green, blue] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
  probe.remove();
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

/** Elements that markup of ours may hold; whatever else stands in it is left out with all that is in it. */
const SHOWN =
  "svg g path rect circle ellipse line polyline polygon text tspan textPath title desc defs marker clipPath pattern image use symbol " +
  "linearGradient radialGradient stop mask filter div span p ul ol li table thead tbody tr th td strong em b i br img small sub sup figure figcaption style a";
const ALLOWED = new Set(SHOWN.toLowerCase().split(" "));

/** Markup as nodes that hold nothing that runs: no script, no handler, no address but of a picture in itself. */
function markupOf(text) {
  const found = new DOMParser().parseFromString(text, "text/html").body;
  for (const one of found.querySelectorAll("*")) {
    if (!ALLOWED.has(one.localName.toLowerCase())) one.remove();
    for (const { name, value } of [...one.attributes]) {
      const leads = /^(xlink:)?href$|^src$/.test(name) && !/^(#|data:image\/(png|jpeg|gif|webp);)/.test(value);
      if (/^on/.test(name) || leads) one.removeAttribute(name);
    }
  }
  const result = document.createDocumentFragment();
  result.append(...found.childNodes);
  return result;
}

/** `text` with every colour of a light page replaced by its partner on a dark one. */
function themed(text, dark, partners) {
  return dark ? text.replace(/#[0-9a-f]{6}/g, (color) => partners[color] ?? color) : text;
}
