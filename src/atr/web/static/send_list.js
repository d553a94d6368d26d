// SPDX-License-Identifier: Apache-2.0
// What somebody drops on the page, and how each file to send is shown.

/** The files somebody drops, folders opened, each with its path. */
export async function readDropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => [file.name, file]);
  // The only folder is the place where the files lie; of several, each keeps its name.
  const bare = entries.length === 1;
  const found = await Promise.all(entries.map((entry) => readEntry(entry, entry.isDirectory && bare ? "" : entry.name)));
  return found.flat();
}

async function readEntry(entry, path) {
  if (entry.isFile) return [[path, await new Promise((resolve, reject) => entry.file(resolve, reject))]];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    for (const each of some) found.push(...(await readEntry(each, path ? `${path}/${each.name}` : each.name)));
  }
}

/** A file in the list of those to send. */
export class Row {
  constructor(template, path, onRemove, onRetry) {
    this.element = template.content.firstElementChild.cloneNode(true);
    const find = (name) => this.element.querySelector(name);
    [this.name, this.bar, this.note, this.problem, this.retry] = [".send-name", "progress", ".send-note", ".send-problem", ".send-retry"].map(find);
    this.name.textContent = path;
    this.bar.setAttribute("aria-label", `${path}, sent`);
    find(".copy").setAttribute("aria-label", `Leave ${path} out`);
    find(".copy").addEventListener("click", onRemove);
    this.retry.addEventListener("click", onRetry);
  }

  show(share, note) {
    this.bar.value = Math.round(share * 100);
    this.note.textContent = note;
  }

  complain(text) {
    this.problem.hidden = !text;
    this.problem.querySelector("span").textContent = text;
    this.retry.hidden = !text;
    this.element.classList.toggle("failed", Boolean(text));
  }
}
