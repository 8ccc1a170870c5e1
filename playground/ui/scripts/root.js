/** The address below which the app lies, whatever path and proxy that is: Streamlit's own script tells. */
function appRoot() {
  const own = document.querySelector('script[src*="static/js/"]');
  return own ? own.src.split("static/js/")[0] : new URL("/", location.href).href;
}
