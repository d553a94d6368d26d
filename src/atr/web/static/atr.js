// SPDX-License-Identifier: Apache-2.0
// What the pages do more comfortably with a script; each of them works without.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const ownTime = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
});
const localTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function sayRelative(seconds) {
  const size = Math.abs(seconds);
  if (size < MINUTE) return seconds <= 0 ? "just now" : "in a moment";
  if (size < HOUR) return words.format(Math.round(seconds / MINUTE), "minute");
  if (size < DAY) return words.format(Math.round(seconds / HOUR), "hour");
  if (size < 45 * DAY) return words.format(Math.round(seconds / DAY), "day");
  if (size < 365 * DAY) return words.format(Math.round(seconds / (30.44 * DAY)), "month");
  return words.format(Math.round(seconds / (365.25 * DAY)), "year");
}

function refreshTimes(root = document) {
  for (const time of root.querySelectorAll("time[data-relative]")) {
    const moment = new Date(time.dateTime);
    time.dataset.exact ??= time.textContent.trim();
    time.title = `${time.dataset.exact} (${localTime.format(moment)} where you are)`;
    time.textContent = sayRelative((moment - Date.now()) / 1000);
  }
  for (const own of root.querySelectorAll("[data-deadline]")) {
    const moment = new Date(own.dataset.deadline);
    own.textContent = `(${ownTime.format(moment)} where you are, ${sayRelative((moment - Date.now()) / 1000)})`;
  }
}

function prepare(root = document) {
  for (const element of root.querySelectorAll("[data-needs-script]")) element.hidden = false;
  // With a script these links act at once, as buttons do; without one they lead somewhere.
  for (const link of root.querySelectorAll("a[data-opens], a[data-closes]")) link.setAttribute("role", "button");
  refreshTimes(root);
}

function announce(text) {
  document.getElementById("spoken").textContent = text;
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
  addEventListener("pagehide", () => source.close(), { once: true });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (button) copy(button);
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    document.getElementById(opener.dataset.opens).showModal();
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

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-theme-form]")) return chooseTheme(event);
  if (form.method !== "post") return;
  // A second press before the answer came does nothing.
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  form.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches('a[role="button"]')) {
    event.target.click();
    event.preventDefault();
  }
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    document.querySelector(".top .search input")?.focus();
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
document.addEventListener("htmx:afterRequest", (event) => event.target.removeAttribute("aria-busy"));

document.documentElement.classList.add("scripted");
prepare();
setInterval(() => refreshTimes(), 30_000);
for (const element of document.querySelectorAll("[data-live]")) followLive(element);
