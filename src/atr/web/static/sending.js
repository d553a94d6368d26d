// SPDX-License-Identifier: Apache-2.0
// One file on its way to ATR: its digest, and its bytes by the resumable uploads of the API. Whatever was begun is
// gone on with: after a pause, a lost connection, or a reload of the page.

const PIECE = 8 * 1024 * 1024;
const LONGEST_WAIT = 15_000;
const WINDOW = 4_000;
const BUSY = [429, 502, 503, 504];

/** What the server refuses, in its own words; `status` is that of its answer. */
export class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export class Cancelled extends Error {}

export function formatSize(bytes) {
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (bytes < 999.5 || unit === "GB") return `${bytes < 99.5 && unit !== "B" ? bytes.toFixed(1) : bytes.toFixed(0)} ${unit}`;
    bytes /= 1000;
  }
  return "";
}

export function formatDuration(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s left`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min left`;
  return `${(seconds / 3600).toFixed(1)} h left`;
}

/** Measures speed over the last few seconds. */
export class Pace {
  #seen = [];

  note(bytes) {
    const now = performance.now();
    this.#seen.push([now, bytes]);
    while (this.#seen.length > 2 && now - this.#seen[0][0] > WINDOW) this.#seen.shift();
  }

  forget() {
    this.#seen = [];
  }

  /** Return bytes per second, 0 while that is not known. */
  get speed() {
    if (this.#seen.length < 2) return 0;
    const [[from, before], [to, after]] = [this.#seen[0], this.#seen.at(-1)];
    return to > from ? (1000 * (after - before)) / (to - from) : 0;
  }

  /** Return how fast it goes and how long the rest takes, in words. */
  tell(rest) {
    const speed = this.speed;
    return speed > 0 ? `, ${formatSize(speed)}/s, ${formatDuration(rest / speed)}` : "";
  }
}

/** Lets through or holds back: whoever sends waits here while it is closed. */
export class Gate {
  closed = false;
  #waiting = [];

  async pass() {
    while (this.closed) await new Promise((resolve) => this.#waiting.push(resolve));
  }

  set(closed) {
    this.closed = closed;
    if (!closed) for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Lets so many through at a time. */
export class Lanes {
  #waiting = [];

  constructor(free) {
    this.free = free;
  }

  async run(act) {
    if (this.free > 0) this.free -= 1;
    else await new Promise((resolve) => this.#waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}

export async function refuseFailure(answer) {
  if (answer.ok) return;
  if (answer.status === 401) throw new Refusal("You are signed out: sign in again, what has arrived is kept.", 401);
  let reasons = [`The server answered ${answer.status}.`];
  try {
    reasons = (await answer.json()).reasons;
  } catch {
    // Not every failure explains itself.
  }
  throw new Refusal(reasons.join("\n"), answer.status);
}

/** Repeat what failed for want of a connection, ever more slowly; at once when there is one again. */
export async function keepTrying(act, wire) {
  for (let wait = 500; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    await wire.gate.pass();
    try {
      const answer = await act();
      if (!BUSY.includes(answer.status)) {
        wire.tellConnected(true);
        return answer;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      wire.tellConnected(false);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, wait);
      addEventListener("online", resolve, { once: true });
    });
  }
}

/** One file; `wire` has the addresses, the form token, the gate and who is told. */
export class Upload {
  file = null;
  digest = "";
  address = "";
  offset = 0;
  arrived = false;
  #request = null;
  #cancelled = false;
  #digesting = null;

  constructor(wire, path, size, modified) {
    Object.assign(this, { wire, path, size, modified });
    this.pace = new Pace();
  }

  /** Return what is remembered of it over a reload. */
  remember() {
    const { path, size, modified, digest, address, arrived } = this;
    return { path, size, modified, digest, address, arrived };
  }

  /** Go on with what was remembered, where these are the same bytes. */
  recall(known) {
    if (known.size !== this.size || known.modified !== this.modified) return;
    const { digest, address, arrived } = known;
    Object.assign(this, { digest, address, arrived });
  }

  #headers(more = {}) {
    return { accept: "application/json", "x-csrftoken": this.wire.token, ...more };
  }

  #try(act) {
    return keepTrying(() => {
      if (this.#cancelled) throw new Cancelled();
      return act();
    }, this.wire);
  }

  /** Compute the digest beside the page, unless it is known; asked twice, it is computed once. */
  computeDigest() {
    this.#digesting ??= this.digest ? Promise.resolve() : this.wire.readers.run(() => this.#digestInWorker());
    return this.#digesting;
  }

  #digestInWorker() {
    if (this.#cancelled) throw new Cancelled();
    const worker = new Worker(this.wire.script, { type: "module" });
    return new Promise((resolve, reject) => {
      this.stopReading = () => reject(new Cancelled());
      worker.onerror = () => reject(new Error("It could not be read."));
      worker.onmessage = ({ data }) => {
        if (data.digest) resolve((this.digest = data.digest));
        else if (data.failure) reject(new Error(`It could not be read: ${data.failure}`));
        else this.wire.tellReading(this, data.done / this.size);
      };
      worker.postMessage(this.file);
    })
      .catch((error) => {
        this.#digesting = null;
        throw error;
      })
      .finally(() => worker.terminate());
  }

  /** Send whatever ATR does not have of it; raise Cancelled, Refusal, or Error when it cannot be read. */
  async send() {
    if (this.arrived) return;
    await this.computeDigest();
    if (!(await this.#isBegun())) await this.#begin();
    while (!this.arrived) {
      await this.wire.gate.pass();
      if (this.#cancelled) throw new Cancelled();
      await this.#sendPiece();
    }
    this.address = "";
  }

  /** Tell whether it was begun before, and stands at `offset` now. */
  async #isBegun() {
    if (!this.address) return false;
    const answer = await this.#try(() => fetch(this.address, { method: "HEAD", headers: this.#headers() }));
    if (answer.ok) this.#stand(Number(answer.headers.get("upload-offset")));
    return answer.ok;
  }

  /** Ask how far it came before the page was loaded. */
  async look() {
    if (!this.arrived) await this.#isBegun();
  }

  /** Announce it; ATR may have these bytes already. */
  async #begin() {
    this.address = "";
    const body = JSON.stringify({ path: this.path, size: this.size, sha512: this.digest });
    const headers = this.#headers({ "content-type": "application/json" });
    const answer = await this.#try(() => fetch(`${this.wire.api}/uploads`, { method: "POST", headers, body }));
    await refuseFailure(answer);
    if (answer.status === 200) return this.#stand(this.size);
    this.address = new URL(answer.headers.get("location"), location.href).pathname;
    this.#stand(0);
    this.wire.keep();
  }

  #stand(offset) {
    this.offset = offset;
    this.arrived = offset >= this.size && (this.size > 0 || !this.address);
    this.wire.tellSending(this, 0);
  }

  async #sendPiece() {
    const answer = await this.#put(this.file.slice(this.offset, this.offset + PIECE));
    if (this.#cancelled) throw new Cancelled();
    if (answer === null || BUSY.includes(answer.status)) {
      this.pace.forget();
      if (!this.wire.gate.closed) await this.#waitABit();
      // What arrived of the piece is not lost: ask how far it is.
      if (!(await this.#isBegun())) await this.#begin();
      return;
    }
    this.wire.tellConnected(true);
    if (answer.status === 409 && answer.offset !== null) return this.#stand(Number(answer.offset));
    if (answer.status >= 400) await refuseFailure(new Response(answer.text, { status: answer.status }));
    this.offset = Number(answer.offset);
    this.arrived = this.offset >= this.size;
    this.wire.tellSending(this, 0);
  }

  async #waitABit() {
    this.wire.tellConnected(false);
    await new Promise((resolve) => setTimeout(resolve, 700));
  }

  /** Send bytes at the offset, telling how far they are; return null when the connection was lost. */
  #put(bytes) {
    return new Promise((resolve) => {
      const request = (this.#request = new XMLHttpRequest());
      request.open("PATCH", this.address);
      const headers = { "content-type": "application/offset+octet-stream", "upload-offset": this.offset };
      for (const [name, value] of Object.entries(this.#headers(headers))) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => this.wire.tellSending(this, event.loaded);
      request.onload = () => {
        const { status, responseText } = request;
        const offset = request.getResponseHeader("upload-offset") ?? (status < 300 ? JSON.parse(responseText).offset : null);
        resolve({ status, text: responseText, offset });
      };
      request.onerror = request.onabort = request.ontimeout = () => resolve(null);
      request.send(bytes);
    });
  }

  /** Let go of the connection; it goes on when the gate opens. */
  interrupt() {
    this.#request?.abort();
  }

  /** Stop for good, and have ATR forget what arrived. */
  cancel() {
    this.#cancelled = true;
    this.stopReading?.();
    this.interrupt();
    if (this.address && !this.arrived) fetch(this.address, { method: "DELETE", headers: this.#headers() }).catch(() => {});
  }
}
