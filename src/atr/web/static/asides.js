// SPDX-License-Identifier: Apache-2.0
// What stands beside the page for a moment: what a word means, an exact time, what just happened.

const EXPLAINED = ".term, time[data-relative]";
const CALM = new Set(["good", "info", "neutral"]);
const ICONS = { good: "circle-check", info: "info", neutral: "info", warn: "triangle-alert", bad: "octagon-alert" };
const READING_SECONDS = 8;
const LOST_SECONDS = 10;
const fullTime = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
});

const card = document.createElement("div");
card.id = "explanation";
card.className = "explanation";
card.setAttribute("role", "tooltip");
card.popover = "manual";

const corner = document.createElement("div");
corner.className = "corner";
corner.setAttribute("aria-live", "polite");

document.body.append(card, corner);

let explained = null;
let waiting = 0;

export function announce(text) {
  document.getElementById("spoken").textContent = text;
}

// The card ----------------------------------------------------------------------------------------------------

export function prepareCards(root) {
  // The card says it instead of the browser's own, which no keyboard and no finger reaches.
  for (const term of root.querySelectorAll(".term[title]")) {
    term.dataset.text = term.title;
    term.removeAttribute("title");
  }
}

function write(element, isTouched) {
  const lines = element.matches(".term")
    ? [element.dataset.term, element.dataset.text, isTouched ? "Tap again for the glossary." : ""]
    : [element.dataset.exact, `${fullTime.format(new Date(element.dateTime))}, where you are`, ""];
  const [title, text, hint] = lines.map((line, index) => {
    const part = document.createElement(index ? "span" : "strong");
    part.textContent = line;
    return part;
  });
  hint.className = "faint";
  card.replaceChildren(title, text, ...(hint.textContent ? [hint] : []));
}

function showCard(element, isTouched = false) {
  clearTimeout(waiting);
  if (explained !== element) hideCard();
  explained = element;
  write(element, isTouched);
  card.showPopover();
  element.closest("a, button, summary")?.setAttribute("aria-describedby", card.id);
  const box = element.getClientRects()[0];
  const left = Math.max(8, Math.min(box.left + box.width / 2 - card.offsetWidth / 2, innerWidth - card.offsetWidth - 8));
  const below = box.bottom + 6;
  const fits = below + card.offsetHeight < innerHeight || box.top < card.offsetHeight;
  card.style.left = `${left}px`;
  card.style.top = `${fits ? below : box.top - card.offsetHeight - 6}px`;
}

function hideCard() {
  clearTimeout(waiting);
  if (!explained) return;
  explained.closest("a, button, summary")?.removeAttribute("aria-describedby");
  explained = null;
  card.hidePopover();
}

function findExplained(focused) {
  return focused.closest?.(EXPLAINED) ?? focused.querySelector?.("time[data-relative]");
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  clearTimeout(waiting);
  const element = event.target.closest(EXPLAINED);
  if (element && element !== explained) waiting = setTimeout(showCard, 350, element);
  else if (!element && !card.contains(event.target)) waiting = setTimeout(hideCard, 150);
});
document.addEventListener("focusin", ({ target }) => {
  const element = target.matches(":focus-visible") && target.matches("a, button, summary") && findExplained(target);
  if (element) showCard(element);
});
document.addEventListener("focusout", hideCard);
// A card that is about to appear is not kept away by the end of the scrolling that brought its word here.
document.addEventListener("scroll", () => explained && hideCard(), { passive: true });
document.addEventListener("click", (event) => {
  const element = event.target.closest(EXPLAINED);
  const isTouch = event.pointerType === "touch";
  if (element && isTouch && element !== explained) {
    showCard(element, true);
    if (element.matches("a")) event.preventDefault();
  } else hideCard();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !explained) return;
  hideCard();
  event.preventDefault();
});

// Toasts ------------------------------------------------------------------------------------------------------

function makeSymbol(name) {
  const symbol = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${new URL("vendor/icons.svg", import.meta.url).pathname}#${name}`);
  symbol.setAttribute("class", "icon");
  symbol.setAttribute("aria-hidden", "true");
  symbol.append(use);
  return symbol;
}

function makeToast(text, tone) {
  const toast = document.createElement("div");
  toast.className = `notice tone-${tone}`;
  if (tone === "bad") toast.setAttribute("role", "alert");
  const words = document.createElement("div");
  words.textContent = text;
  const close = document.createElement("button");
  close.className = "copy toast-close";
  close.type = "button";
  close.setAttribute("data-closes", "");
  close.setAttribute("aria-label", "Dismiss");
  close.append(makeSymbol("x"));
  toast.append(makeSymbol(ICONS[tone]), words, close);
  return toast;
}

// The page grows by as much as the corner is high, so that nothing stays behind it.
new ResizeObserver(() => {
  document.body.style.paddingBottom = corner.childElementCount ? `${corner.offsetHeight + 16}px` : "";
}).observe(corner);

function letGo(toast) {
  if (toast.matches(":hover, :focus-within")) setTimeout(letGo, 2000, toast);
  else toast.remove();
}

export function showToast(text, tone = "good") {
  const same = [...corner.children].find((each) => each.textContent === text);
  if (same) return same;
  const toast = makeToast(text, tone);
  corner.append(toast);
  if (CALM.has(tone)) setTimeout(letGo, READING_SECONDS * 1000, toast);
  return toast;
}

// A stream comes back by itself after a moment; people are told when it does not.
export function tellWhenLost(source) {
  let waitingLong = 0;
  let toast = null;
  source.addEventListener("error", () => {
    waitingLong ||= setTimeout(() => {
      toast = showToast("This page is not live at the moment. Reload it to see the present state.", "warn");
    }, LOST_SECONDS * 1000);
  });
  source.addEventListener("open", () => {
    clearTimeout(waitingLong);
    waitingLong = 0;
    toast?.remove();
  });
}

// What the server says about the form before stands at the top of the page; it is read out, and comes along
// where the page opens further down.
for (const toast of document.querySelectorAll(".toasts > .notice")) {
  const words = toast.querySelector(":scope > div").textContent;
  if (toast.getAttribute("role") === "status") setTimeout(announce, 300, words);
  if (location.hash && toast.getBoundingClientRect().bottom < 0) corner.append(toast);
}

addEventListener("offline", () => showToast("This computer is offline. What this page shows may be old.", "warn"));

// Other scripts, and answers with `HX-Trigger: {"toast": {"text": …, "tone": …}}`, say something with this event.
document.addEventListener("toast", ({ detail }) => showToast(detail.text, detail.tone));
document.addEventListener("htmx:sendError", () =>
  showToast("The server cannot be reached. What this page shows may be old.", "warn"),
);
document.addEventListener("htmx:responseError", ({ detail }) =>
  showToast(`This part could not be loaded (${detail.xhr.status}). Reload the page to see the present state.`, "warn"),
);
