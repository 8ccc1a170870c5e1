// What belongs to the whole document: its language, for those who have it read aloud; and whether it is dark, for dialogs and
// open lists, which stand outside of the element that Streamlit makes dark.
export default function ({ data, parentElement }) {
  const whole = document.documentElement;
  whole.lang = data.language;
  whole.style.colorScheme = isDark(parentElement) ? "dark" : "light";
}
