// SPDX-License-Identifier: Apache-2.0
// What the pages do more comfortably with a script; each of them works without.

import { announce, prepareCards, tellWhenLost } from "./asides.js";
import "./keys.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
// The words of the pages are English, and so are the dates in them; only the zone is the reader's.
const ownTime = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
});

function sayRelative(seconds) {
  const size = Math.abs(seconds);
  if (size < MINUTE) return seconds <= 0 ? "just now" : "in a moment";
  if (size < HOUR) return words.format(Math.round(seconds / MINUTE), "minute");
  if (size < DAY) return words.format(Math.round(seconds / HOUR), "hour");
  if (size < 45 * DAY) return words.format(Math.round(seconds / DAY), "day");
  if (size < 365 * DAY) return words.format(Math.round(seconds / (30.44 * DAY)), "month");
  return words.format(Math.round(seconds / (365.25 * DAY)), "year");
}

let isExact = false;

function refreshTimes(root = document) {
  for (const time of root.querySelectorAll("time[data-relative]")) {
    time.dataset.exact ??= time.textContent.trim();
    time.textContent = isExact ? time.dataset.exact : sayRelative((new Date(time.dateTime) - Date.now()) / 1000);
  }
  for (const own of root.querySelectorAll("[data-deadline]")) {
    const moment = new Date(own.dataset.deadline);
    const here = moment.getTimezoneOffset() ? `${ownTime.format(moment)} where you are, ` : "";
    own.textContent = `(${here}${sayRelative((moment - Date.now()) / 1000)})`;
  }
}

function prepare(root = document) {
  for (const element of root.querySelectorAll("[data-needs-script]")) element.hidden = false;
  // With a script these links act at once, as buttons do; without one they lead somewhere.
  for (const link of root.querySelectorAll("a[data-opens], a[data-closes], a[data-shows-keys]")) link.setAttribute("role", "button");
  prepareCards(root);
  refreshTimes(root);
}

function switchTimes(button) {
  isExact = !isExact;
  button.setAttribute("aria-pressed", String(isExact));
  refreshTimes();
  announce(isExact ? "Times are exact, in UTC." : "Times are relative.");
}

async function copy(button) {
  const source = button.dataset.copyFrom;
  const text = source ? document.getElementById(source).textContent : button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    announce("Copying is not permitted here: select the text instead.");
    return;
  }
  button.classList.add("done");
  announce("Copied.");
  setTimeout(() => button.classList.remove("done"), 1500);
}

function chooseTheme(event) {
  const { submitter, target: form } = event;
  document.documentElement.dataset.theme = submitter.value;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === submitter));
  }
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, submitter)), redirect: "manual" });
  event.preventDefault();
}

function followLive(element) {
  const source = new EventSource(element.dataset.live);
  const kinds = (element.dataset.liveKinds ?? "").split(" ").filter(Boolean);
  for (const kind of ["changed", ...kinds]) {
    source.addEventListener(kind, (event) => {
      document.body.dispatchEvent(new CustomEvent(`live:${kind}`, { detail: event.data }));
    });
  }
  tellWhenLost(source);
  addEventListener("pagehide", () => source.close(), { once: true });
}

const ENTRIES = "input:not([type=hidden]), textarea, select";

function isChanged(entry) {
  if (entry.matches("[type=checkbox], [type=radio]")) return entry.checked !== entry.defaultChecked;
  if (entry.matches("select")) return [...entry.options].some((each) => each.selected !== each.defaultSelected);
  return entry.value !== entry.defaultValue;
}

// The browser keeps the keyboard inside an open dialog; where it starts and where it returns to is told here.
function openDialog(dialog, opener) {
  if (dialog.open) return;
  dialog.showModal();
  const start = dialog.querySelector(`[aria-invalid], [autofocus]`) ?? dialog.querySelector(ENTRIES);
  (start ?? dialog.querySelector(".dialog-foot :is(a, button)"))?.focus();
  if (opener) dialog.addEventListener("close", () => opener.focus(), { once: true });
}

// Beside an open dialog one presses to leave it, unless something was typed in it.
function leaveDialog(event) {
  const dialog = event.target;
  if (!dialog.matches("dialog[open]") || [...dialog.querySelectorAll(ENTRIES)].some(isChanged)) return;
  const box = dialog.getBoundingClientRect();
  const isInside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!isInside) dialog.close();
}

document.addEventListener("pointerdown", leaveDialog);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (button) copy(button);
  const times = event.target.closest("[data-switches-times]");
  if (times) switchTimes(times);
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    openDialog(document.getElementById(opener.dataset.opens), opener);
    event.preventDefault();
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) {
    const box = closer.closest("dialog, .notice");
    if (box.open) box.close();
    else box.remove();
    event.preventDefault();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

function settle(form) {
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("[data-pressed]")) button.removeAttribute("data-pressed");
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.matches("[data-theme-form]")) return chooseTheme(event);
  if (form.method !== "post") return;
  // A second press before the answer came does nothing.
  if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
  form.setAttribute("aria-busy", "true");
  submitter?.setAttribute("data-pressed", "");
  setTimeout(() => form.isConnected && form.hasAttribute("aria-busy") && announce("This is being done …"), 1000);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) settle(form);
});

document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches('a[role="button"]')) {
    event.target.click();
    event.preventDefault();
  }
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

document.addEventListener("htmx:load", (event) => prepare(event.target));
document.addEventListener("htmx:afterRequest", (event) => settle(event.target));

document.documentElement.classList.add("scripted");
prepare();
setInterval(() => refreshTimes(), 30_000);

function printTimes(exact) {
  const before = isExact;
  isExact = exact || isExact;
  refreshTimes();
  isExact = before;
}
addEventListener("beforeprint", () => printTimes(true));
addEventListener("afterprint", () => printTimes(false));
for (const element of document.querySelectorAll("[data-live]")) followLive(element);
// What was wrong with a form in a dialog is shown where it was typed.
const failed = document.querySelector("dialog:has([aria-invalid], .field-error)");
if (failed) openDialog(failed);
