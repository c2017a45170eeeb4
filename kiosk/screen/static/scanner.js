// A hand scanner types faster than anybody: a burst of keys that ends in Enter is a code for the gate.
const LEAST_KEYS = 20;
const GAP_MS = 50;

let burst = "";
let last = -Infinity;
let before = null; // the field that has the focus, as it was before the burst

/** Listen for scanners whatever has the focus; what people type stays theirs. */
export function hear() {
  addEventListener("keydown", take, { capture: true });
}

function take(event) {
  const near = event.timeStamp - last < GAP_MS;
  if (event.key === "Enter") {
    const code = near ? burst : "";
    burst = "";
    if (code.length < LEAST_KEYS) return;
    // The code is no answer to the form that happens to be open.
    event.preventDefault();
    event.stopImmediatePropagation();
    restore();
    send(code);
    return;
  }
  // Shift and the like come between the letters of a burst.
  if (event.key.length !== 1) return;
  if (!near || event.ctrlKey || event.altKey || event.metaKey) {
    burst = "";
    remember();
  }
  last = event.timeStamp;
  if (!event.ctrlKey && !event.altKey && !event.metaKey) burst += event.key;
  // A space or letter of a burst must not press the button that has the focus.
  if (burst.length > 1 && document.activeElement?.matches("button")) event.preventDefault();
}

function remember() {
  const field = document.activeElement;
  before = field instanceof HTMLInputElement && field.type !== "radio" ? { field, value: field.value } : null;
}

function restore() {
  if (!before) return;
  before.field.value = before.value;
  before.field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function send(text) {
  await fetch("/scan", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text }),
  }).catch(() => undefined); // the line says that the program does not answer
}
