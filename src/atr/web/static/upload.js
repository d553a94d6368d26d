// SPDX-License-Identifier: Apache-2.0
// Files sent by the resumable uploads of the API: with progress, a pause, and going on where they stood after a
// lost connection or a reload. Without this script the same form sends the files as they are.

const PIECE = 8 * 1024 * 1024;
const LONGEST_WAIT = 30_000;
const form = document.querySelector("form[data-upload]");

class Refusal extends Error {}

function formatSize(bytes) {
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (bytes < 999.5 || unit === "GB") return `${bytes < 99.5 && unit !== "B" ? bytes.toFixed(1) : bytes.toFixed(0)} ${unit}`;
    bytes /= 1000;
  }
  return "";
}

/** Paused or not; whoever sends waits here. */
const gate = {
  paused: false,
  waiting: [],
  async pass() {
    if (this.paused) await new Promise((resolve) => this.waiting.push(resolve));
  },
  set(paused) {
    this.paused = paused;
    if (!paused) for (const resolve of this.waiting.splice(0)) resolve();
  },
};

class Upload {
  constructor(file, row, api, token) {
    Object.assign(this, { file, row, api, token, digest: "" });
    row.querySelector("label").textContent = file.name;
    const bar = row.querySelector("progress");
    bar.id = `send-${crypto.randomUUID()}`;
    row.querySelector("label").htmlFor = bar.id;
    this.show(0, formatSize(file.size));
  }

  show(share, note) {
    this.row.querySelector("progress").value = Math.round(share * 100);
    this.row.querySelector(".progress-line span").textContent = note;
  }

  headers(more = {}) {
    return { accept: "application/json", "x-csrftoken": this.token, ...more };
  }

  computeDigest(script) {
    const worker = new Worker(script, { type: "module" });
    return new Promise((resolve, reject) => {
      worker.onerror = () => reject(new Error(`${this.file.name} could not be read.`));
      worker.onmessage = ({ data }) => {
        if (data.digest) resolve((this.digest = data.digest));
        else if (data.failure) reject(new Error(`${this.file.name} could not be read: ${data.failure}`));
        else this.show(data.done / this.file.size, "computing the digest");
      };
      worker.postMessage(this.file);
    }).finally(() => worker.terminate());
  }

  get memory() {
    return `atr-upload ${this.api} ${this.file.name} ${this.digest}`;
  }

  async send() {
    const address = (await this.findEarlier()) ?? (await this.begin());
    if (address) await this.sendPieces(address);
    localStorage.removeItem(this.memory);
    this.show(1, "arrived");
  }

  /** Return where an upload of these bytes was begun before a reload, if it still is. */
  async findEarlier() {
    const address = localStorage.getItem(this.memory);
    if (!address) return null;
    const answer = await keepTrying(() => fetch(address, { method: "HEAD", headers: this.headers() }));
    return answer.ok ? address : null;
  }

  /** Return where to send the bytes, or null when ATR has them already. */
  async begin() {
    const answer = await keepTrying(() =>
      fetch(`${this.api}/uploads`, {
        method: "POST",
        headers: this.headers({ "content-type": "application/json" }),
        body: JSON.stringify({ path: this.file.name, size: this.file.size, sha512: this.digest }),
      }),
    );
    await refuseFailure(answer);
    if (answer.status === 200) return null;
    const address = new URL(answer.headers.get("location"), location.href).pathname;
    localStorage.setItem(this.memory, address);
    return address;
  }

  async sendPieces(address) {
    let offset = await this.askOffset(address);
    while (offset < this.file.size) {
      await gate.pass();
      this.show(offset / this.file.size, `${formatSize(offset)} of ${formatSize(this.file.size)}`);
      offset = await this.sendPiece(address, offset);
    }
  }

  async askOffset(address) {
    const answer = await keepTrying(() => fetch(address, { method: "HEAD", headers: this.headers() }));
    await refuseFailure(answer);
    return Number(answer.headers.get("upload-offset"));
  }

  async sendPiece(address, offset) {
    let answer;
    try {
      answer = await fetch(address, {
        method: "PATCH",
        headers: this.headers({ "content-type": "application/offset+octet-stream", "upload-offset": offset }),
        body: this.file.slice(offset, offset + PIECE),
      });
    } catch {
      this.show(offset / this.file.size, "connection lost, trying again");
      return this.askOffset(address);
    }
    const stands = answer.headers.get("upload-offset");
    if (answer.status === 409 && stands !== null) return Number(stands);
    await refuseFailure(answer);
    return Number(stands);
  }
}

/** Repeat what failed for want of a connection, ever more slowly. */
async function keepTrying(act) {
  for (let wait = 500; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    await gate.pass();
    try {
      const answer = await act();
      if (answer.status !== 429 && answer.status !== 503) return answer;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function refuseFailure(answer) {
  if (answer.ok) return;
  let reasons = [`The server answered ${answer.status}.`];
  try {
    reasons = (await answer.json()).reasons;
  } catch {
    // Not every failure explains itself.
  }
  throw new Refusal(reasons.join("\n"));
}

function manage() {
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector(".drop");
  const list = document.getElementById("sends");
  const state = document.getElementById("send-state");
  const problem = document.getElementById("send-problem");
  const pause = document.getElementById("pause");
  const template = document.getElementById("send-row");
  const token = form.querySelector("[name=_csrf_token]").value;
  const chosen = new Map();
  let sending = false;

  function choose(files) {
    if (sending) return;
    for (const file of files) {
      chosen.get(file.name)?.row.remove();
      const row = template.content.firstElementChild.cloneNode(true);
      row.querySelector("button").addEventListener("click", () => {
        if (sending) return;
        row.remove();
        chosen.delete(file.name);
        count();
      });
      chosen.set(file.name, new Upload(file, row, form.dataset.upload, token));
      list.append(row);
    }
    input.value = "";
    count();
  }

  function count() {
    const total = [...chosen.values()].reduce((sum, each) => sum + each.file.size, 0);
    state.textContent = chosen.size ? `${chosen.size} file${chosen.size === 1 ? "" : "s"}, ${formatSize(total)}` : "";
  }

  function complain(text) {
    problem.hidden = !text;
    problem.querySelector("div").textContent = text;
  }

  async function makeRevision() {
    const add = Object.fromEntries([...chosen.values()].map((each) => [each.file.name, each.digest]));
    const description = form.querySelector("[name=description]").value;
    const body = JSON.stringify({ base: Number(form.dataset.base), add, remove: [], description });
    const key = crypto.randomUUID();
    const answer = await keepTrying(() =>
      fetch(`${form.dataset.upload}/revisions`, {
        method: "POST",
        headers: {
          accept: "application/json",
          "content-type": "application/json",
          "idempotency-key": key,
          "x-csrftoken": token,
        },
        body,
      }),
    );
    await refuseFailure(answer);
  }

  async function sendAll() {
    sending = true;
    pause.hidden = false;
    complain("");
    form.setAttribute("aria-busy", "true");
    try {
      for (const upload of chosen.values()) {
        state.textContent = `Sending ${upload.file.name}`;
        if (!upload.digest) await upload.computeDigest(form.dataset.worker);
        await upload.send();
      }
      state.textContent = "Making the revision";
      await makeRevision();
      location.assign(form.dataset.next);
    } catch (error) {
      complain(error.message);
      state.textContent = "What has arrived need not be sent again.";
      sending = false;
      pause.hidden = true;
      form.removeAttribute("aria-busy");
    }
  }

  input.addEventListener("change", () => choose(input.files));
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    choose(event.dataTransfer.files);
  });
  pause.addEventListener("click", () => {
    gate.set(!gate.paused);
    pause.textContent = gate.paused ? "Go on" : "Pause";
    if (gate.paused) state.textContent = "Paused";
  });
  // Before the page's own handling of forms: this one is sent by the script, and stays usable if it fails.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (sending) return;
    if (chosen.size) sendAll();
    else complain("Choose at least one file.");
  });
  addEventListener("beforeunload", (event) => {
    if (sending && form.getAttribute("aria-busy") && state.textContent !== "Making the revision") event.preventDefault();
  });
}

if (form) manage();
