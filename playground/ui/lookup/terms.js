// Leads from every page to the glossary: of all its terms, those that stand somewhere on the page at this moment.

/** Milliseconds between two looks at a page on which something moves. */
const LOOK = 3000;

const places = new WeakMap();

/** Whether a name stands in a text, as words of their own where its language parts words; a plural counts. */
function stands(name, text) {
  if (!/^[\x20-\x7e]+$/.test(name)) return text.includes(name);
  const plain = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}])${plain}(s|es)?(?![\\p{L}\\p{N}])`, "iu").test(text);
}

/** Terms [{name, address, says}] that stand in a text. */
function termsIn(terms, text) {
  // A pattern takes a hundred times as long to look for as plain letters, and most terms are nowhere on a page.
  const low = text.toLowerCase();
  return terms.filter(({ name }) => low.includes(name.toLowerCase()) && stands(name, text));
}

/** What is read on the page, without this list itself. */
function pageText(root) {
  const parts = [...document.querySelectorAll('[data-testid="stSidebar"], [data-testid="stMain"]')];
  const chosen = parts.flatMap((part) => [...part.querySelectorAll("input")].map(({ value }) => value));
  return [...parts.map((part) => part.textContent), ...chosen].join(" ").replace(root.textContent, " ");
}

function list(root, { label, terms }) {
  const found = termsIn(terms, pageText(root));
  const key = found.map(({ name }) => name).join("|");
  if (key === root.dataset.found) return;
  root.dataset.found = key;
  const links = found.flatMap(({ name, address, says }) => {
    const link = document.createElement("a");
    // In a tab of its own: a run goes on here.
    Object.assign(link, { href: address, title: says, textContent: name, target: "_blank", rel: "noopener" });
    return [" · ", link];
  });
  const name = document.createElement("span");
  name.textContent = label;
  root.replaceChildren(...(found.length ? [name, ...links.slice(1)] : []));
}

export default function ({ data, parentElement }) {
  let place = places.get(parentElement);
  if (!place) {
    const root = document.createElement("nav");
    root.className = "playground-terms";
    parentElement.append(root);
    place = { root };
    place.timer = setInterval(() => document.hidden || list(root, place.data), LOOK);
    places.set(parentElement, place);
  }
  place.data = data;
  place.root.setAttribute("aria-label", data.label);
  setTimeout(() => list(place.root, place.data), LOOK / 3);
  return () =>
    setTimeout(() => {
      if (place.root.isConnected) return;
      clearInterval(place.timer);
      places.delete(parentElement);
    }, 0);
}
