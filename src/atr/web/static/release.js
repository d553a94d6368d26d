// SPDX-License-Identifier: Apache-2.0
// A page of a release stays fresh: parts marked `data-fresh` are replaced when the stream says that something
// changed. What somebody is typing is never taken away; then a notice offers the present state instead.

import { tellWhenLost } from "./asides.js";

const page = document.querySelector("[data-watch]");
let running = false;
let again = false;

function isBusy(part) {
  const active = document.activeElement;
  if (part.querySelector("dialog[open]") || (part.contains(active) && active.matches("input, textarea, select"))) return true;
  return [...part.querySelectorAll("input, textarea, select")].some(
    (field) =>
      (field.type === "checkbox" || field.type === "radio"
        ? field.checked !== field.defaultChecked
        : field.defaultValue !== undefined && field.value !== field.defaultValue),
  );
}

function replace(part, fresh) {
  const opened = new Set([...part.querySelectorAll("details[open][id]")].map((each) => each.id));
  const closed = new Set([...part.querySelectorAll("details:not([open])[id]")].map((each) => each.id));
  for (const each of fresh.querySelectorAll("details[id]")) {
    if (opened.has(each.id)) each.open = true;
    if (closed.has(each.id)) each.open = false;
  }
  part.replaceWith(fresh);
  fresh.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}

// Every copy of a page has forms of its own; that alone is no change.
const describe = (part) => part.outerHTML.replaceAll(/ name="_copy" value="[^"]*"/g, "");
const served = new Map(
  [...document.querySelectorAll("[data-fresh]")].map((part) => [part.id, describe(part)]),
);

async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const state = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = [...state.querySelectorAll("[data-fresh]")];
  const isBuiltAlike = parts.length === served.size && parts.every((part) => served.has(part.id));
  const busy = [...document.querySelectorAll("[data-fresh], [data-typed]")].some(isBusy);
  // A page that consists of other parts now is another page: it comes anew unless somebody is typing.
  if (!isBuiltAlike && !busy) return location.reload();
  let stale = !isBuiltAlike;
  for (const fresh of parts) {
    const part = document.getElementById(fresh.id);
    const html = describe(fresh);
    if (!part || served.get(fresh.id) === html) continue;
    if (isBusy(part)) {
      stale = true;
      continue;
    }
    served.set(fresh.id, html);
    replace(part, document.importNode(fresh, true));
  }
  document.getElementById("stale").hidden = !stale;
}

async function refreshOnce() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    do {
      again = false;
      await refresh();
    } while (again);
  } catch {
    // The stream reconnects by itself and tells again.
  } finally {
    running = false;
  }
}

// On narrow screens the tab one is on may lie beyond the edge.
function showTab() {
  const tabs = page.querySelector(".tabs");
  const current = tabs?.querySelector("[aria-current]");
  if (current) tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - current.clientWidth) / 2;
}

if (page) {
  showTab();
  let seen = page.dataset.seen;
  const source = new EventSource(page.dataset.watch);
  source.addEventListener("pulse", (event) => {
    if (event.data === seen) return;
    seen = event.data;
    refreshOnce();
  });
  tellWhenLost(source);
  addEventListener("pagehide", () => source.close(), { once: true });
}
