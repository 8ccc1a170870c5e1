// Fetches plotly.js while the server still draws the page.
export default function ({ data }) {
  window.playgroundPlotly ?? (window.playgroundPlotlySource ??= fetched(data.source).catch(() => undefined));
}
