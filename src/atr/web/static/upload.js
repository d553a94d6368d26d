// SPDX-License-Identifier: Apache-2.0
// The form for files with a script: many files and folders, dropped or chosen, several sent at once, with progress,
// a pause, and going on after a reload. Without this script the same form sends the files as they are.

import { Row, readDropped } from "./send_list.js";
import { Cancelled, Gate, Lanes, Pace, Refusal, Upload, formatSize, keepTrying, refuseFailure } from "./sending.js";

const AT_ONCE = 3;
const READERS = 2;
const ARCHIVE = /\.(tar\.(gz|bz2|xz|zst)|tgz|tbz2|txz|zip|jar|whl|crate|gem|nupkg)$/i;
const JUNK = /(^|\/)(\.[^/]*|Thumbs\.db|desktop\.ini|__MACOSX)(\/|$)/;
const form = document.querySelector("form[data-upload]");

class Desk {
  uploads = new Map();
  rows = new Map();
  sending = false;
  finishing = false;
  present = null;

  constructor() {
    const find = (id) => document.getElementById(id);
    Object.assign(this, {
      list: find("sends"),
      state: find("send-state"),
      spoken: find("send-spoken"),
      problem: find("send-problem"),
      total: find("send-total"),
      bar: find("send-bar"),
      pause: find("pause"),
      stop: find("send-stop"),
      again: find("send-again"),
      template: find("send-row"),
      description: form.querySelector("[name=description]"),
    });
    this.place = `atr-upload ${form.dataset.upload}`;
    this.pace = new Pace();
    this.lanes = new Lanes(AT_ONCE);
    this.connected = true;
    this.wire = {
      api: form.dataset.upload,
      token: form.querySelector("[name=_csrf_token]").value,
      script: form.dataset.worker,
      gate: new Gate(),
      readers: new Lanes(READERS),
      keep: () => this.keep(),
      tellConnected: (is) => this.tellConnected(is),
      tellReading: (upload, share) => this.rows.get(upload).show(share, "reading it, to know its digest"),
      tellSending: (upload, ahead) => this.tellSending(upload, ahead),
    };
  }

  // What is chosen

  choose(pairs) {
    const good = pairs.filter(([path]) => !JUNK.test(path));
    for (const [path, file] of good) this.add(path, file);
    if (good.length < pairs.length) this.say(`${pairs.length - good.length} hidden files of the system were left out.`);
    this.complain("");
    this.keep();
    this.count();
    this.compare();
    if (this.sending) this.sendAll();
  }

  add(path, file) {
    const earlier = this.uploads.get(path);
    const upload = this.putOnList(new Upload(this.wire, path, file.size, file.lastModified));
    if (earlier) {
      upload.recall(earlier.remember());
      if (!earlier.file || earlier.size === file.size) earlier.address = "";
      this.drop(earlier);
      this.uploads.set(path, upload);
    }
    upload.file = file;
    this.rows.get(upload).show(0, formatSize(file.size));
    if (!upload.arrived) upload.computeDigest().then(() => this.settle(upload)).catch((error) => this.fail(upload, error));
    else this.settle(upload);
  }

  /** Give the upload a row, at the end of the list. */
  putOnList(upload) {
    const row = new Row(
      this.template,
      upload.path,
      () => this.leaveOut(upload),
      () => this.retry(upload),
    );
    this.uploads.set(upload.path, upload);
    this.rows.set(upload, row);
    this.list.append(row.element);
    return upload;
  }

  settle(upload) {
    this.rows.get(upload)?.show(upload.arrived ? 1 : upload.offset / upload.size, this.describe(upload));
    this.keep();
    this.compare();
  }

  describe(upload) {
    if (upload.arrived) return `${formatSize(upload.size)}, arrived`;
    if (upload.file) return formatSize(upload.size);
    return `${formatSize(upload.offset)} of ${formatSize(upload.size)} arrived: choose this file again`;
  }

  drop(upload) {
    upload.cancel();
    this.rows.get(upload)?.element.remove();
    this.rows.delete(upload);
    if (this.uploads.get(upload.path) === upload) this.uploads.delete(upload.path);
  }

  leaveOut(upload) {
    if (this.finishing) return;
    this.drop(upload);
    this.say(`${upload.path} was left out.`);
    this.keep();
    this.count();
    this.compare();
    form.querySelector("[type=submit]").focus();
  }

  leaveAllOut() {
    for (const upload of [...this.uploads.values()]) this.drop(upload);
    this.wire.gate.set(false);
    this.rest();
    this.keep();
    this.count();
    this.say("Nothing is sent any more, and nothing was changed.");
  }

  /** Say beside each file what it does to the present ones. */
  async compare() {
    if (Number(form.dataset.base) > 0) this.present ??= this.fetchPresent();
    const present = (await this.present) ?? new Map();
    for (const [upload, row] of this.rows) {
      const marks = row.element.querySelector(".send-marks");
      const there = present.get(upload.path);
      const isLonely = ARCHIVE.test(upload.path) && ![...this.uploads.keys(), ...present.keys()].includes(`${upload.path}.asc`);
      const what = there === undefined ? "new" : there === upload.digest ? "the same as now" : "replaces the present one";
      marks.textContent = [what, isLonely ? "no signature beside it yet" : ""].filter(Boolean).join(", ");
      marks.classList.toggle("tone-warn", isLonely);
    }
  }

  async fetchPresent() {
    const answer = await fetch(`${this.wire.api}/revisions/${form.dataset.base}`, { headers: { accept: "application/json" } });
    return answer.ok ? new Map((await answer.json()).files.map((file) => [file.path, file.sha512])) : null;
  }

  // What is told

  say(text) {
    this.spoken.textContent = text;
  }

  complain(text) {
    this.problem.hidden = !text;
    this.problem.querySelector("div").textContent = text;
  }

  get sums() {
    const all = [...this.uploads.values()];
    const size = all.reduce((sum, each) => sum + each.size, 0);
    const done = all.reduce((sum, each) => sum + (each.arrived ? each.size : each.offset + (each.ahead ?? 0)), 0);
    return { count: all.length, size, done };
  }

  count() {
    const { count, size, done } = this.sums;
    this.total.hidden = !this.sending || !count;
    this.stop.hidden = !count;
    this.bar.value = size ? (100 * done) / size : 0;
    const files = `${count} file${count === 1 ? "" : "s"}`;
    if (!count) this.state.textContent = "";
    else if (!this.sending) this.state.textContent = `${files}, ${formatSize(size)}`;
    else if (this.finishing) this.state.textContent = "Everything has arrived. Making the revision.";
    else if (this.wire.gate.closed) this.state.textContent = `Paused at ${formatSize(done)} of ${formatSize(size)}`;
    else if (!this.connected) this.state.textContent = "Connection lost, trying again. What has arrived is kept.";
    else this.state.textContent = `${formatSize(done)} of ${formatSize(size)}${this.pace.tell(size - done)}`;
  }

  tellSending(upload, ahead) {
    upload.ahead = ahead;
    const at = upload.offset + ahead;
    if (ahead) this.tellConnected(true);
    upload.pace.note(at);
    this.pace.note(this.sums.done);
    const note = upload.arrived ? this.describe(upload) : `${formatSize(at)} of ${formatSize(upload.size)}${upload.pace.tell(upload.size - at)}`;
    this.rows.get(upload)?.show(upload.size ? at / upload.size : 1, note);
    this.count();
  }

  tellConnected(is) {
    if (is === this.connected) return;
    this.connected = is;
    this.pace.forget();
    this.say(is ? "Connected again." : "The connection was lost. It goes on by itself when it is back.");
    this.count();
  }

  // What is done

  fail(upload, error) {
    if (error instanceof Cancelled || !this.rows.has(upload)) return;
    this.rows.get(upload).complain(error.message);
    this.rows.get(upload).show(0, "not sent");
    this.say(`${upload.path} was not sent: ${error.message}`);
  }

  retry(upload) {
    this.rows.get(upload).complain("");
    this.sendAll();
  }

  async sendOne(upload) {
    try {
      await this.lanes.run(() => upload.send());
      this.settle(upload);
    } catch (error) {
      this.fail(upload, error);
    }
  }

  async sendAll() {
    const missing = [...this.uploads.values()].filter((each) => !each.file && !each.arrived);
    if (missing.length) return this.complain(`Choose ${missing.map((each) => each.path).join(", ")} again to go on, or leave it out.`);
    this.complain("");
    this.begin();
    const mine = (this.round = Symbol("round"));
    await Promise.all([...this.uploads.values()].map((each) => (each.going ??= this.sendOne(each).finally(() => (each.going = null)))));
    if (mine !== this.round || !this.uploads.size) return;
    const failed = [...this.uploads.values()].filter((each) => !each.arrived);
    if (failed.length) {
      this.rest();
      this.complain(`${failed.length === 1 ? "One file was" : `${failed.length} files were`} not sent: see beside ${failed.length === 1 ? "it" : "them"}. What has arrived need not be sent again.`);
    } else await this.finish();
  }

  begin() {
    if (this.sending) return;
    this.sending = true;
    form.setAttribute("aria-busy", "true");
    this.pause.hidden = false;
    this.say(`Sending ${this.uploads.size} file${this.uploads.size === 1 ? "" : "s"}.`);
    this.count();
  }

  rest() {
    this.sending = this.finishing = false;
    this.pause.hidden = true;
    form.removeAttribute("aria-busy");
    this.count();
  }

  setPaused(paused) {
    this.wire.gate.set(paused);
    this.pause.textContent = paused ? "Go on" : "Pause";
    this.say(paused ? "Paused." : "Going on.");
    if (paused) for (const upload of this.uploads.values()) upload.interrupt();
    this.pace.forget();
    this.count();
  }

  async finish() {
    this.finishing = true;
    this.count();
    try {
      await this.makeRevision();
      localStorage.removeItem(this.place);
      location.assign(form.dataset.next);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.complain(error.message);
      this.rest();
      if (error.status === 409) this.complain(`${error.message}\nLoad this page again: what has arrived is kept, and goes on top of what is new.`);
    }
  }

  async makeRevision() {
    const add = Object.fromEntries([...this.uploads.values()].map((each) => [each.path, each.digest]));
    const body = JSON.stringify({ base: Number(form.dataset.base), add, remove: [], description: this.description.value });
    const headers = {
      accept: "application/json",
      "content-type": "application/json",
      "idempotency-key": crypto.randomUUID(),
      "x-csrftoken": this.wire.token,
    };
    await refuseFailure(await keepTrying(() => fetch(`${this.wire.api}/revisions`, { method: "POST", headers, body }), this.wire));
  }

  // Over a reload

  keep() {
    const files = [...this.uploads.values()].map((each) => each.remember());
    if (!files.length) return localStorage.removeItem(this.place);
    localStorage.setItem(this.place, JSON.stringify({ files, description: this.description.value }));
  }

  async remember() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.place));
    } catch {
      localStorage.removeItem(this.place);
    }
    if (!kept?.files?.length) return;
    this.description.value ||= kept.description ?? "";
    for (const known of kept.files) {
      const upload = new Upload(this.wire, known.path, known.size, known.modified);
      upload.recall(known);
      this.putOnList(upload);
      await upload.look();
      this.settle(upload);
    }
    const missing = [...this.uploads.values()].filter((each) => !each.arrived).length;
    this.again.hidden = false;
    this.again.querySelector("div").textContent = missing
      ? "You were sending these files when the page was left. Choose or drop those again that have not arrived: browsers forget files when a page is loaded anew. It goes on where it stood."
      : "These files have arrived already: add them, or leave them out.";
    this.count();
  }
}

function manage() {
  const desk = new Desk();
  const drop = form.querySelector(".drop");
  document.getElementById("f-folder").webkitdirectory = true;
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      const path = (file) => file.webkitRelativePath.split("/").slice(1).join("/") || file.name;
      desk.choose([...input.files].map((file) => [path(file), file]));
      input.value = "";
    });
  }
  // Wherever it is dropped on the page: otherwise the browser would leave the page and open the file.
  addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    drop.classList.add("over");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  addEventListener("drop", async (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    drop.classList.remove("over");
    desk.choose(await readDropped(event.dataTransfer));
  });
  desk.pause.addEventListener("click", () => desk.setPaused(!desk.wire.gate.closed));
  desk.stop.addEventListener("click", () => desk.leaveAllOut());
  desk.description.addEventListener("change", () => desk.keep());
  // Before the page's own handling of forms: this one is sent by the script, and stays usable if it fails.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (desk.sending) return;
    if (desk.uploads.size) desk.sendAll();
    else desk.complain("Choose at least one file.");
  });
  addEventListener("beforeunload", (event) => {
    if (desk.sending && !desk.finishing) event.preventDefault();
  });
  desk.remember();
}

if (form) manage();
