// Makes the elements of the page. Texts of models are text nodes only: nothing is parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";
const ORDER = ["refused", "approximate", "equivalent", "exact", "unchanged"];
const FORMATS = {
  h5: "HDF5", "weights-h5": "weights in HDF5", json: "architecture", keras: "Keras archive",
  "weights.h5": "weights of Keras 3", savedmodel: "SavedModel",
};

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

function drawn(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export const counted = (number, one) => `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;

export function bytes(number) {
  if (number < 1000) return `${number} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = number / 1000;
  while (value >= 999.95 && units.length > 1) { value /= 1000; units.shift(); }
  return `${value.toFixed(1)} ${units[0]}`;
}

export const badge = (kind, text) => make("span", { class: `badge ${kind}` }, text);
const fact = (term, text) => (text ? [make("dt", {}, term), make("dd", {}, text)] : []);
const line = (term, text) => (text
  ? make("p", { class: "fact" }, make("span", { class: "what" }, term), make("span", {}, text)) : null);
const names = (list, more) => make("span", { class: "names mono" }, list.join(", ") + (more ? ` and ${more} more` : ""));

export const busy = (text) => make("p", { class: "busy" }, text);

export function failure(error) {
  return make("div", { class: "item error" }, make("p", { class: "bad" }, error.message),
    line("What to do", error.hint));
}

export function inspection(found) {
  const release = found.release
    ? `${found.title}${found.sure ? "" : " (not certain)"}: ${found.evidence}` : `an unknown release: ${found.evidence}`;
  const weights = found.weights;
  const facts = make("dl", {},
    ...fact("Written by", release),
    ...fact("File", `${FORMATS[found.format] ?? found.format}, ${bytes(found.bytes)}`),
    ...fact("Model", found.model && `${found.model}, ${counted(found.layers, "layer")}`),
    ...fact("Weights", `${counted(weights.count, "weight")} with ${counted(weights.elements, "element")} (${bytes(weights.bytes)})`),
    ...fact("Compiled with", found.training),
    ...fact("Weights only", found.weights_only.text && `${found.weights_only.text}. ${found.weights_only.hint}`));
  return [facts, ...hazards(found.hazards)];
}

function hazards(groups) {
  const count = groups.reduce((sum, group) => sum + group.items.length + group.more, 0);
  if (!count) return [make("p", { class: "soft small" }, "No hazards: no code, custom classes or paths found.")];
  return [make("h3", {}, counted(count, "hazard")), ...groups.map((group) => make("div", { class: `item ${group.level}` },
    make("p", {}, badge(group.level, group.kind.replaceAll("_", " ")), " ", names(group.items.slice(0, 12).map((item) => item.where), group.more + Math.max(0, group.items.length - 12))),
    ...[...new Set(group.items.map((item) => item.text))].slice(0, 6).map((text) => make("p", {}, text)),
    line("In Keras", group.loading), line("Here", group.here), line("Known as", group.cve.join(", "))))];
}

export function verdict(report) {
  const open = report.rows.filter((row) => ["refused", "approximate"].includes(row.verdict));
  const rest = report.rows.filter((row) => !open.includes(row));
  return [
    make("h3", {}, `${report.source} → ${report.target}`),
    make("p", { class: "headline" }, badge(report.verdict, report.verdict), make("span", { class: "soft" }, report.meaning)),
    ...bar(report.counts),
    ...open.map(note),
    rest.length || report.more ? make("details", {}, make("summary", {}, `What is rewritten, and why (${rest.length + report.more})`),
      ...rest.map(note), report.more ? make("p", { class: "soft" }, `and ${report.more} more, which the report has`) : null) : null,
    report.training.length || report.left_out.length ? make("details", {}, make("summary", {}, "Training"),
      ...report.training.map(note), ...report.left_out.map((text) => make("p", {}, `Left out: ${text}`))) : null,
  ].filter(Boolean);
}

function note(row) {
  const about = row.layers ? [" ", names(row.layers, row.more), " ", make("span", { class: "soft" }, `(${row.classes.join(", ")})`)] : [];
  return make("div", { class: `item ${row.verdict}` }, make("p", {}, badge(row.verdict, row.verdict), ...about),
    make("p", {}, row.text), line("Workaround", row.hint), line("Unconverted", row.drift));
}

function bar(counts) {
  const found = ORDER.filter((kind) => counts[kind]);
  const all = found.reduce((sum, kind) => sum + counts[kind], 0);
  if (!all) return [];
  // One refusal among thousands of layers has to be seen.
  const shares = found.map((kind) => Math.max(counts[kind] / all, 0.01));
  const total = shares.reduce((sum, share) => sum + share, 0);
  let x = 0;
  const parts = found.map((kind, index) => {
    const width = (100 * shares[index]) / total;
    x += width;
    return drawn("rect", { class: kind, x: x - width, width, height: 10 });
  });
  return [
    drawn("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, ...parts),
    make("ul", { class: "legend" }, ...found.map((kind) => make("li", {},
      drawn("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, drawn("circle", { class: `dot ${kind}`, cx: 5, cy: 5, r: 5 })),
      `${counted(counts[kind], "layer")} ${kind}`))),
  ];
}

export function converted(report) {
  return [make("h3", {}, `Load it in ${report.target}`), make("pre", {}, report.load)];
}
