// SPDX-License-Identifier: Apache-2.0
// Shortcuts: what has a `data-key` is reached by it, one key or two after each other. `?` lists them, and a switch
// there turns them off. Nothing happens while somebody types.

import { announce } from "./asides.js";

const PATIENCE_MS = 1200;
const SWITCH = "atr-keys";
const ITEMS = ".panel-list > li, .timeline > li, .table-box tbody > tr, .search-results > li";
const NOT_TYPING = new Set(["checkbox", "radio", "button", "submit", "file", "reset", "image"]);

let begun = "";
let begunAt = 0;

function areOn() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true; // a browser that remembers nothing
  }
}

function isTyping({ target }) {
  if (target.matches("input")) return !NOT_TYPING.has(target.type);
  return target.closest("textarea, select, [contenteditable]") !== null;
}

function isVisible(element) {
  return element.checkVisibility?.() ?? element.offsetParent !== null;
}

function findKeyed(keys) {
  return [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === keys);
}

function use(element) {
  if (element.matches("input[type=radio], input[type=checkbox]")) element.click();
  if (element.matches("input, textarea, select")) {
    element.focus();
    element.select?.();
  } else element.click();
}

// Lists -------------------------------------------------------------------------------------------------------

function findStop(item) {
  return [...item.querySelectorAll("a[href], summary, button")].find(isVisible);
}

function move(step) {
  const items = [...document.querySelectorAll(`main :is(${ITEMS})`)].filter(findStop);
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = at < 0 ? items.find((item) => item.getBoundingClientRect().bottom > 0) : items[at + step];
  if (!next) return;
  findStop(next).focus({ focusVisible: true });
  next.scrollIntoView({ block: "nearest" });
}

const ACTIONS = {
  j: { label: "Next item of a list", run: () => move(1) },
  k: { label: "Previous item of a list", run: () => move(-1) },
  "?": { label: "This list", run: () => showKeys() },
};

// The list of shortcuts ---------------------------------------------------------------------------------------

function nameElement(element) {
  const copy = element.cloneNode(true);
  for (const extra of copy.querySelectorAll(".count, .unseen, kbd")) extra.remove();
  return element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? copy.textContent.trim();
}

function listKeys() {
  const keyed = [...document.querySelectorAll("[data-key]")].map((each) => [each.dataset.key, nameElement(each)]);
  const groups = new Map([["Go to", []], ["On this page", []], ["Everywhere", []]]);
  for (const [keys, label] of new Map(keyed)) {
    const group = keys.startsWith("g ") ? "Go to" : /^[a-z0-9+-]$/.test(keys) && keys !== "t" ? "On this page" : "Everywhere";
    groups.get(group).push([keys, label]);
  }
  for (const [keys, { label }] of Object.entries(ACTIONS)) groups.get("Everywhere").push([keys, label]);
  return [...groups].filter(([, rows]) => rows.length);
}

function make(name, text = "", className = "") {
  const element = document.createElement(name);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

function writeGroup([title, rows]) {
  const group = make("section", "", "keys-group");
  const list = make("dl");
  for (const [keys, label] of rows) {
    const term = make("dt");
    keys.split(" ").forEach((key, index) => term.append(...(index ? [" then "] : []), make("kbd", key)));
    const row = make("div");
    row.append(term, make("dd", label));
    list.append(row);
  }
  group.append(make("h3", title, "label"), list);
  return group;
}

function makeSwitch() {
  const label = make("label", "", "tick");
  const box = make("input");
  box.type = "checkbox";
  box.checked = areOn();
  box.addEventListener("change", () => {
    localStorage.setItem(SWITCH, box.checked ? "on" : "off");
    announce(box.checked ? "Shortcuts are on." : "Shortcuts are off.");
  });
  label.append(box, make("span", "Use keyboard shortcuts in this browser"));
  return label;
}

function showKeys() {
  document.getElementById("shortcut-list")?.remove();
  const dialog = make("dialog");
  dialog.id = "shortcut-list";
  dialog.className = "keys";
  dialog.setAttribute("aria-labelledby", "shortcut-list-title");
  const head = make("div", "", "dialog-head");
  const title = make("h2", "Keyboard shortcuts");
  title.id = "shortcut-list-title";
  const close = make("button", "Close", "button small");
  close.type = "button";
  close.dataset.closes = "";
  head.append(title, close);
  const groups = make("div", "", "keys-groups");
  groups.append(...listKeys().map(writeGroup));
  dialog.append(head, groups, makeSwitch());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-shows-keys]")) return;
  event.preventDefault();
  showKeys();
});

// Reading keys ------------------------------------------------------------------------------------------------

function read(key) {
  const isSecond = begun && performance.now() - begunAt < PATIENCE_MS;
  const keys = isSecond ? `${begun} ${key}` : key;
  begun = "";
  const element = findKeyed(keys);
  if (element) return () => use(element);
  if (ACTIONS[keys]) return ACTIONS[keys].run;
  if (!isSecond && document.querySelector(`[data-key^="${CSS.escape(key)} "]`)) {
    begun = key;
    begunAt = performance.now();
  }
  return null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (!areOn() || isTyping(event) || document.querySelector("dialog[open]")) return;
  if (event.key.length !== 1 || event.key === " ") return;
  const run = read(event.key);
  if (!run) return;
  event.preventDefault();
  run();
});
