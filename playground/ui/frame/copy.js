// A button that copies a text by one press, also where the page was not reached by https.
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button") ?? parentElement.appendChild(document.createElement("button"));
  button.className = "copy";
  button.type = "button";
  button.textContent = data.label;
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(data.text);
    } catch {
      const field = parentElement.appendChild(document.createElement("textarea"));
      field.value = data.text;
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    button.textContent = data.done;
    setTimeout(() => (button.textContent = data.label), 2000);
  };
}
