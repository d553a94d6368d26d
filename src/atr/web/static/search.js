// SPDX-License-Identifier: Apache-2.0
// The search of the header as a combobox: suggestions while one types, moved through by keyboard.
// What they are comes from the server as HTML (hx-get in the template); Enter without a choice searches.

const field = document.querySelector("[data-suggests]");
const box = document.getElementById(field.dataset.suggests);
const form = field.form;
let active = null;

function listOptions() {
  return [...box.querySelectorAll('[role="option"]')];
}

function choose(option) {
  active?.setAttribute("aria-selected", "false");
  active = option ?? null;
  if (!active) return field.removeAttribute("aria-activedescendant");
  active.setAttribute("aria-selected", "true");
  active.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", active.id);
}

function show(open) {
  const list = box.querySelector('[role="listbox"]');
  box.hidden = !(open && box.firstElementChild);
  field.setAttribute("aria-expanded", String(!box.hidden && list !== null));
  if (box.hidden) choose(null);
}

function step(by) {
  if (box.hidden) show(true);
  const options = box.hidden ? [] : listOptions();
  if (!options.length) return;
  // Before the first and after the last stands the field itself, with what was typed.
  if (active) choose(options[options.indexOf(active) + by]);
  else choose(options.at(by > 0 ? 0 : -1));
}

function press(event) {
  if (event.isComposing) return;
  switch (event.key) {
    case "ArrowDown":
    case "ArrowUp":
      step(event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      break;
    case "Enter":
      if (!active) return;
      active.click();
      event.preventDefault();
      break;
    case "Escape":
      if (box.hidden) return;
      show(false);
      // The first press closes the list; only the next one empties the field.
      event.preventDefault();
      break;
    case "Tab":
      show(false);
      break;
  }
}

field.setAttribute("role", "combobox");
field.setAttribute("aria-autocomplete", "list");
field.setAttribute("aria-haspopup", "listbox");
field.setAttribute("aria-controls", box.id);
show(false);
field.addEventListener("keydown", press);
field.addEventListener("focus", () => show(true));
form.addEventListener("focusout", (event) => {
  if (!form.contains(event.relatedTarget)) show(false);
});
box.addEventListener("pointermove", (event) => choose(event.target.closest('[role="option"]')));
box.addEventListener("htmx:afterSwap", () => {
  active = null;
  choose(null);
  show(form.contains(document.activeElement));
  document.getElementById("spoken").textContent = box.firstElementChild?.dataset.said ?? "";
});
addEventListener("pageshow", () => show(false));
