// What holds and where it came from, and how the parts of the server are.

import {get} from "./api.js";
import {el, empty, field, replace, section, table} from "./dom.js";
import {bytes, count, NONE} from "./words.js";

export async function settings(body) {
  const [{items}, health] = await Promise.all([get("/v1/admin/settings"), get("/v1/admin/health")]);
  replace(body, el("div.two", upstreamPanel(health.upstreams), partsPanel(health)), settingsPanel(items));
}

function upstreamPanel(rows) {
  return section("Upstreams", "where calls go that the cache does not answer", table([
    {name: "name", label: "Name", cell: (row) => row.name},
    {name: "origin", label: "Address", wide: true, cell: (row) => row.origin},
    {name: "key", label: "Key", cell: (row) => (row.own_key ? "the operator’s" : "the caller’s")},
    {name: "state", label: "State", cell: (row) => (row.state === "open"
      ? el("span.status", "calls go through") : el("span.status.bad", `left alone for ${row.left_alone_seconds} s after failures`))}
  ], rows, {caption: "Upstreams"}));
}

// Each: [gauge, what it counts, whether a number other than 0 is a fault].
const PARTS = [
  ["Index", [["reprise.entries", "entries", false], ["reprise.index.bytes", "on disk", false, bytes], ["reprise.index.write.failures", "writes refused", true],
    ["reprise.index.commit.failures", "failed commits", true], ["reprise.index.merge.failures", "failed merges", true],
    ["reprise.index.sync.failures", "failed syncs", true], ["reprise.faults", "faults", true]]],
  ["Sentence model", [["reprise.embeddings.waiting", "waiting", false], ["reprise.reembedding.remaining", "to embed anew", false],
    ["reprise.reembedding.failures", "failures", true]]],
  ["Model that reads both prompts", [["reprise.verifier.read.failures", "failed reads", true]]],
  ["Ledger", [["reprise.ledger.failed.flushes", "failed writes", true], ["reprise.ledger.dropped.calls", "calls in no total", true]]],
  ["Calls", [["reprise.calls.waiting", "waiting for an equal call", false]]]
];

function partsPanel(health) {
  const rows = PARTS.map(([name, gauges]) => ({name, gauges: gauges.filter(([gauge]) => health.gauges[gauge] !== undefined)}));
  return section("Parts", `sentence model ${health.sentence_model}`, table([
    {name: "name", label: "Part", cell: (row) => row.name},
    {name: "state", label: "State", cell: (row) => state(row, health.gauges)},
    {name: "numbers", label: "", wide: true, cell: (row) => row.gauges.map(([gauge, label, fault, format]) => {
      const value = health.gauges[gauge];
      return fault && value === 0 ? null : `${(format ?? count)(value)} ${label}`;
    }).filter(Boolean).join(", ") || NONE}
  ], rows, {caption: "Parts of the server"}));
}

function state(row, gauges) {
  if (row.name.startsWith("Model that reads") && gauges["reprise.verifier.reading"] === 0) {
    return el("span.status.off", "not used: exact hits alone, or one cut-off");
  }
  const faults = row.gauges.filter(([gauge, , fault]) => fault && gauges[gauge] > 0);
  return faults.length === 0 ? el("span.status", "good") : el("span.status.bad", "look at the log");
}

function settingsPanel(items) {
  const host = el("div");
  const search = el("input", {type: "search", placeholder: "Search", name: "setting"});
  const changed = el("input", {type: "checkbox", name: "changed"});
  const draw = () => {
    const words = search.value.trim().toLowerCase();
    const rows = items.filter((item) => (words === "" || `${item.key} ${item.value}`.toLowerCase().includes(words))
      && (!changed.checked || item.origin !== "default"));
    replace(host, rows.length === 0 ? empty("Nothing fits", "No setting has these words.") : table([
      {name: "key", label: "Setting", cell: (row) => el("code", row.key), sort: (row) => row.key},
      {name: "value", label: "Value", wide: true, cell: (row) => el("code", row.value)},
      {name: "origin", label: "From", cell: (row) => (row.origin === "default" ? el("span.soft", "default") : row.origin), sort: (row) => row.origin}
    ], rows, {caption: "Settings"}));
  };
  search.addEventListener("input", draw);
  changed.addEventListener("change", draw);
  draw();
  return section("Settings", "what holds, and where it came from; secrets are not shown",
      el("div.row.between", el("div", {css: {flex: "1", "max-width": "360px"}}, field("Search", search)),
          el("label.row", changed, "only those that are not the default")), host);
}
