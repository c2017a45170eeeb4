// The staff's forms: sending them, and saying beside each field what is wrong with it.
import { say } from "./line.js";

/** POST JSON to the kiosk; the answer's status and value, or status 0 when it does not answer. */
export async function post(address, value = {}) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(value),
    });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { status: answer.status, value: isJson ? await answer.json() : null };
  } catch {
    return { status: 0, value: null };
  }
}

/** Take every error of a form away. */
export function clearErrors(form) {
  for (const place of form.querySelectorAll("[data-error]")) place.hidden = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

/** Put each error beside its field, and the focus into the first one. */
export function showErrors(form, errors) {
  clearErrors(form);
  let first = null;
  for (const [name, sentence] of Object.entries(errors)) {
    const place = form.querySelector(`[data-error="${CSS.escape(name)}"]`) ?? form.querySelector("[data-error]");
    if (!place) continue;
    say(place, sentence.zh, sentence.en);
    place.hidden = false;
    const field = form.querySelector(`input[name="${CSS.escape(name)}"]:not([type=radio]):not([type=hidden])`);
    field?.setAttribute("aria-invalid", "true");
    first ??= field;
  }
  first?.focus();
}

/** Make a keypad write into its form's field, and steppers count. */
export function prepareKeys(root) {
  root.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]");
    const step = event.target.closest("[data-step]");
    if (key) press(key.closest("form").querySelector("input"), key.dataset.key);
    if (step) count(step.parentElement.querySelector("input"), Number(step.dataset.step));
  });
}

function press(field, key) {
  field.value = key === "back" ? field.value.slice(0, -1) : (field.value + key).slice(0, field.maxLength);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function count(field, step) {
  const value = (Number.parseInt(field.value, 10) || 0) + step;
  field.value = String(Math.min(Number(field.dataset.most), Math.max(0, value)));
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** One field for the phone of each of the others in the vehicle. */
export function showPhones(count) {
  const phones = document.getElementById("phones");
  const wanted = Math.min(20, Math.max(0, Number.parseInt(count, 10) || 0));
  while (phones.children.length > wanted) phones.lastElementChild.remove();
  while (phones.children.length < wanted) {
    const number = phones.children.length + 1;
    const field = document.getElementById("phone-field").content.firstElementChild.cloneNode(true);
    for (const one of [field, ...field.querySelectorAll("*")]) {
      for (const { name, value } of [...one.attributes]) one.setAttribute(name, value.replace("phoneN", `phone${number}`));
    }
    say(field.querySelector("label"), `第 ${number} 人电话`, `Phone ${number}`);
    phones.append(field);
  }
}
