// plotly.js: fetched as early as a page says that it will need it, and run when the first chart is to be drawn. Running it holds
// the page up, so what is there already is painted before.

/** The address of its text in this browser. */
async function fetched(address) {
  const answer = await fetch(appRoot() + address, { cache: "force-cache" });
  if (!answer.ok) throw new Error(`plotly.js: HTTP ${answer.status}`);
  const plain = answer.body.pipeThrough(new DecompressionStream("gzip"));
  const source = await new Response(plain).blob();
  return URL.createObjectURL(source.slice(0, source.size, "text/javascript"));
}

/** Once the browser has painted what it has, or does not paint as nobody looks. */
function painted() {
  return new Promise((done) => {
    setTimeout(done, 250);
    requestAnimationFrame(() => setTimeout(done, 0));
  });
}

/** plotly.js, once for the whole page however many charts there are. It comes compressed, as it is large. */
function plotly(address) {
  window.playgroundPlotly ??= load(address).catch((error) => {
    window.playgroundPlotly = undefined; // the next chart tries again
    throw error;
  });
  return window.playgroundPlotly;
}

async function load(address) {
  const early = window.playgroundPlotlySource;
  window.playgroundPlotlySource = undefined;
  const url = (await early) ?? (await fetched(address));
  await painted();
  await new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.onload = resolve;
    script.onerror = () => reject(new Error("plotly.js could not be run"));
    script.src = url;
    document.head.append(script);
  });
  URL.revokeObjectURL(url);
  return window.Plotly;
}
