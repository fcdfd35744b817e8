// Takes files, asks the server what they are, and shows its answers. Nothing is kept here.

import { bytes, busy, converted, failure, inspection, make, verdict } from "./view.js";

const $ = (id) => document.getElementById(id);
const limit = Number(document.body.dataset.maxSize);
const cards = new Set();
const waiting = [];
let uploading = 0;

const models = () => [...cards].filter((card) => card.id && !card.isObjects);
const say = (text) => { $("status").textContent = text; };

function complain(text) {
  $("problem").textContent = text;
  $("problem").hidden = !text;
}

// What the fields say, for one file.
function wanted(card) {
  const said = {
    to: $("to").value, from: $("from").value, approximate: $("approximate").checked,
    stock_only: $("stock_only").checked, drop_optimizer: $("drop_optimizer").checked, translate_lambdas: Boolean($("translate_lambdas")?.checked),
    objects: [...cards].filter((other) => other.id && other.isObjects).map((other) => other.id),
  };
  if (card.weights?.value) said.weights = card.weights.value;
  return said;
}

async function ask(path, said, signal) {
  try {
    const answer = await fetch(path, { method: "POST", body: JSON.stringify(said), signal });
    return await answer.json();
  } catch (error) {
    if (error.name === "AbortError") return null;
    return { error: { message: "keraport serve does not answer", hint: "see whether it still runs, and load this page again" } };
  }
}

class Card {
  constructor(file) {
    this.file = file;
    this.isObjects = file.name.toLowerCase().endsWith(".py");
    this.bar = make("progress", { max: 100, value: 0, "aria-label": `Upload of ${file.name}` });
    this.about = make("p", { class: "soft small" }, `${bytes(file.size)}, waiting`);
    this.found = make("div");
    this.judged = make("div");
    this.actions = make("div", { class: "actions" });
    this.root = make("section", { class: "card", "aria-label": file.name },
      make("div", { class: "card-head" }, make("h2", {}, file.name),
        make("button", { class: "quiet", type: "button", "aria-label": `Remove ${file.name}`, click: () => this.remove() }, "Remove")),
      this.about, this.bar, this.found, this.judged, this.actions);
    this.controller = new AbortController();
  }

  upload() {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.open("POST", `files?name=${encodeURIComponent(this.file.name.slice(-200))}`);
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        this.bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 0;
        this.about.textContent = `${bytes(event.loaded)} of ${bytes(this.file.size)}`;
      });
      request.addEventListener("loadend", () => {
        const answer = request.response ?? { error: { message: "the upload broke off", hint: "add the file again" } };
        this.bar.remove();
        if (answer.error) this.show(this.found, failure(answer.error));
        else this.arrived(answer);
        done();
      });
      request.send(this.file);
    });
  }

  show(place, ...children) {
    place.classList.remove("stale");
    place.replaceChildren(...children);
  }

  async arrived(answer) {
    this.id = answer.id;
    if (!cards.has(this)) { this.forget(); return; }
    this.about.textContent = bytes(answer.size);
    if (this.isObjects) {
      this.show(this.found, make("p", {}, "Classes in this file stand for those that the models call so. It is parsed, not run, and goes into each download."));
      checkAll();
      return;
    }
    await this.inspect();
    await this.check();
  }

  async inspect() {
    this.show(this.found, busy("Looking into the file"));
    const answer = await ask(`files/${this.id}/inspect`, { from: $("from").value }, this.controller.signal);
    if (answer === null) return;
    this.about.hidden = !answer.error;
    this.readable = !answer.error || answer.error.kind === "ambiguous_release";
    this.show(this.found, ...(answer.error ? [failure(answer.error)] : inspection(answer)));
    this.needsWeights = answer.format === "json";
    if (this.needsWeights) this.offerWeights();
    say(`${this.file.name}: ${answer.error ? answer.error.message : answer.title}`);
  }

  offerWeights() {
    if (!this.needsWeights) return;
    const before = this.weights?.value;
    this.weights = make("select", { id: `weights-${this.id}`, change: () => this.check() }, make("option", { value: "" }, "none"),
      ...models().filter((other) => other !== this).map((other) => make("option", { value: other.id, selected: other.id === before }, other.file.name)));
    this.weightsField?.remove();
    this.weightsField = make("div", { class: "field" }, make("label", { for: `weights-${this.id}` }, "Weights"), this.weights);
    this.found.append(this.weightsField);
  }

  async check() {
    this.checking?.abort();
    this.show(this.actions);
    if (!this.readable || !$("to").value) { this.show(this.judged); return; }
    const checking = new AbortController();
    this.checking = checking;
    if (this.judged.childElementCount) this.judged.classList.add("stale");
    else this.show(this.judged, busy("Checking every layer"));
    const answer = await ask(`files/${this.id}/check`, wanted(this), checking.signal);
    if (answer === null || checking.signal.aborted) return;
    this.judge(answer);
    const converts = answer.converts ?? answer.report?.converts ?? false;
    const text = converts ? "Convert" : "Make the report";
    if (answer.report || answer.converts !== undefined) {
      this.show(this.actions, make("button", { class: converts ? "primary" : "", type: "button", click: () => this.convert() }, text));
    }
  }

  judge(answer) {
    const report = answer.error ? answer.report : answer;
    this.show(this.judged, ...(answer.error ? [failure(answer.error)] : []), ...(report ? verdict(report) : []));
    say(`${this.file.name}: ${report ? report.verdict : answer.error.message}`);
  }

  async convert() {
    this.show(this.actions, busy("Converting"));
    const said = { ...wanted(this), format: $("format").value };
    this.checking?.abort();
    const checking = new AbortController();
    this.checking = checking;
    const answer = await ask(`files/${this.id}/convert`, said, checking.signal);
    if (answer === null || checking.signal.aborted) return;
    this.judge(answer);
    if (!answer.error) this.judged.append(...converted(answer));
    const link = (what, name, kind, text) => make("a", { class: `button ${kind}`, href: `files/${this.id}/${what}`, download: name }, text);
    this.show(this.actions,
      ...(answer.download ? [link("download", answer.download, "primary", `Download ${answer.download}`)] : []),
      ...(answer.download_report ? [link("report", answer.download_report, "", "Download the report")] : []),
      ...(answer.download || answer.download_report ? [] : [make("button", { type: "button", click: () => this.convert() }, "Try again")]));
    if (answer.download) say(`${this.file.name}: converted, ${answer.download} can be downloaded`);
    this.actions.querySelector("a")?.focus({ preventScroll: true });
  }

  forget() {
    if (this.id) fetch(`files/${this.id}`, { method: "DELETE" }).catch(() => {});
  }

  remove() {
    cards.delete(this);
    this.controller.abort();
    this.checking?.abort();
    this.request?.abort();
    this.forget();
    this.root.remove();
    if (this.isObjects) checkAll();
    else models().forEach((card) => card.offerWeights());
    $("files").focus({ preventScroll: true });
  }
}

function checkAll() {
  models().forEach((card) => card.check());
}

function next() {
  while (uploading < 2 && waiting.length) {
    const card = waiting.shift();
    if (!cards.has(card)) continue;
    uploading += 1;
    card.upload().finally(() => {
      uploading -= 1;
      models().forEach((other) => other !== card && other.offerWeights());
      next();
    });
  }
}

function add(files) {
  complain("");
  for (const file of files) {
    if (file.size > limit) {
      complain(`${file.name} is larger than ${document.body.dataset.maxSizeText}, the limit of this page. Use the keraport command, or start keraport serve with --max-size.`);
      continue;
    }
    const card = new Card(file);
    cards.add(card);
    waiting.push(card);
    $("cards").append(card.root);
  }
  next();
}

// A folder among what was dropped; the browser gives it as a file that cannot be read.
function withoutFolders(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const folders = items.filter((item) => item.webkitGetAsEntry?.()?.isDirectory);
  const files = items.filter((item) => !folders.includes(item)).map((item) => item.getAsFile());
  return [files.filter(Boolean), folders.length];
}

let depth = 0;
const over = (change) => { depth += change; $("drop").classList.toggle("over", depth > 0); };
document.addEventListener("dragenter", (event) => { event.preventDefault(); over(1); });
document.addEventListener("dragleave", () => over(-1));
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  over(-depth);
  const [files, folders] = withoutFolders(event.dataTransfer);
  add(files);
  if (folders) complain("This page takes single files only. Convert a folder, such as a SavedModel, with keraport convert in a terminal.");
});
$("files").addEventListener("change", () => { add([...$("files").files]); $("files").value = ""; });

function offerFormats() {
  const known = ($("to").selectedOptions[0].dataset.formats ?? "").split(" ");
  for (const option of $("format").options) option.hidden = option.disabled = !known.includes(option.value);
  $("format").disabled = !$("to").value;
  if ($("to").value && $("format").selectedOptions[0]?.disabled !== false) $("format").value = known[0];
}

$("to").addEventListener("change", () => { offerFormats(); checkAll(); });
$("format").addEventListener("change", checkAll);
$("from").addEventListener("change", () => models().forEach(async (card) => { await card.inspect(); await card.check(); }));
for (const id of ["approximate", "stock_only", "drop_optimizer", "translate_lambdas"]) $(id)?.addEventListener("change", checkAll);
offerFormats();
