// Every call on record: filtered, summed, and one by one.

import {getIfThere} from "./api.js";
import {el, drawer, empty, field, replace, section, table} from "./dom.js";
import {clock, count, millis, moment, NONE, outcome, percent, reason, stage, usd} from "./words.js";

const LIMIT = 100;
const SPANS = [["1", "last hour"], ["24", "last day"], ["168", "last week"], ["744", "last month"], ["", "all"]];
const GROUPS = ["model", "endpoint", "key", "team", "user", "tag", "outcome"];
const OUTCOMES = ["", "exact", "semantic", "miss", "bypass", "coalesced", "rule", "refused"];

export async function explore(body, parameters) {
  const filters = {hours: parameters.get("hours") ?? "24", group: parameters.get("group") ?? "model"};
  for (const name of [...GROUPS, "status", "min_cost"]) {
    filters[name] = parameters.get(name) ?? "";
  }
  const first = await calls(filters);
  if (first === null) {
    replace(body, section("Calls", null, empty("Calls are not kept one by one",
        "Set requests.log to metadata, or to full to keep the texts too, and each call is listed here.",
        el("pre", "requests:\n  log: metadata"))));
    return;
  }
  const sums = el("div");
  const list = el("div");
  replace(body, section("Filter", null, form(filters, apply)), sums, list);

  function apply() {
    const set = Object.entries(filters).filter(([, value]) => value !== "");
    history.replaceState(null, "", `#/explore?${new URLSearchParams(set)}`);
    refresh();
  }

  async function refresh(loaded) {
    // Sums are kept by hour, without status and cost.
    const {hours, group, status, min_cost: cost, ...rest} = filters;
    const [page, spend] = await Promise.all([loaded ?? calls(filters),
      status === "" && cost === "" ? getIfThere("/v1/reports/spend", {...rest, from: since(hours), group_by: group}) : null]);
    replace(list, callList(page, filters));
    replace(sums, spend ? sumList(spend.items, filters, apply) : el("span"));
  }
  await refresh(first);
}

const since = (hours) => (hours === "" ? null : new Date(Date.now() - Number(hours) * 3_600_000).toISOString());

function calls(filters, cursor) {
  const {hours, group, ...rest} = filters;
  return getIfThere("/v1/requests", {...rest, from: since(hours), limit: LIMIT, cursor});
}

function form(filters, apply) {
  const text = (name, label, kind = "text") => {
    const input = el("input", {type: kind, name, value: filters[name], placeholder: "any", min: "0", step: "any"});
    input.addEventListener("change", () => {
      filters[name] = input.value.trim();
      apply();
    });
    return field(label, input);
  };
  const select = (name, label, choices) => {
    const input = el("select", {name}, choices.map(([value, words]) =>
      el("option", {value, selected: filters[name] === value}, words)));
    input.addEventListener("change", () => {
      filters[name] = input.value;
      apply();
    });
    return field(label, input);
  };
  return el("form.filters", {onsubmit: (event) => event.preventDefault()},
      select("hours", "Time", SPANS),
      select("outcome", "Outcome", OUTCOMES.map((word) => [word, word === "" ? "any" : outcome(word)])),
      text("model", "Model"), text("endpoint", "Endpoint"), text("key", "Key"), text("team", "Team"), text("user", "User"),
      text("tag", "Tag"), text("status", "Status, such as 5xx"), text("min_cost", "Cost at least, $", "number"),
      select("group", "Sums by", GROUPS.map((word) => [word, word])));
}

function sumList(rows, filters, apply) {
  const by = filters.group;
  const spent = (row) => row.spent_usd;
  return section(`Sums by ${by}`, "choose one to filter by it", rows.length === 0 ? empty("No calls", "None in this time.") : table([
    {name: by, label: by[0].toUpperCase() + by.slice(1), cell: (row) => named(by, row[by]), sort: (row) => row[by] ?? ""},
    {name: "calls", label: "Calls", num: true, cell: (row) => count(row.calls), sort: (row) => row.calls},
    {name: "input", label: "Input tokens", num: true, cell: (row) => count(row.input_tokens), sort: (row) => row.input_tokens},
    {name: "output", label: "Output tokens", num: true, cell: (row) => count(row.output_tokens), sort: (row) => row.output_tokens},
    {name: "spent", label: "Spent", num: true, cell: (row) => usd(spent(row)), sort: (row) => Number(spent(row))},
    {name: "saved", label: "Saved", num: true, cell: (row) => usd(row.saved_usd), sort: (row) => Number(row.saved_usd)}
  ], rows.slice(0, 50), {
    caption: `Sums by ${by}`, sorted: {name: "spent", down: true},
    open: (row) => {
      filters[by] = row[by] ?? "";
      apply();
    }
  }));
}

const named = (by, value) => (value === null || value === undefined ? "none" : by === "outcome" ? outcome(value) : value);

function callList(page, filters) {
  const rows = [...page.items];
  const host = el("div");
  const more = el("button", {type: "button"}, "Show more");
  let next = page.next;
  more.addEventListener("click", async () => {
    more.disabled = true;
    const following = await calls(filters, next);
    rows.push(...following.items);
    next = following.next;
    draw();
  });
  function draw() {
    more.disabled = false;
    replace(host, rows.length === 0 ? empty("No calls", "None fits these filters.") : table(columns(), rows, {
      caption: "Calls, newest first", open: (row) => show(row.id)
    }), next ? el("div.row.end", more) : null);
  }
  draw();
  return section("Calls", rows.length === 0 ? null : "newest first; choose one to see how it was decided", host);
}

function columns() {
  return [
    {name: "time", label: "Time", cell: (row) => el("span", {title: moment(row.time)}, today(row.time) ? clock(row.time) : moment(row.time)),
      sort: (row) => row.time},
    {name: "outcome", label: "Outcome", cell: (row) => el(`span.badge.${row.outcome}`, outcome(row.outcome)), sort: (row) => row.outcome},
    {name: "model", label: "Model", cell: (row) => row.model ?? NONE, sort: (row) => row.model ?? ""},
    {name: "endpoint", label: "Endpoint", cell: (row) => row.endpoint, sort: (row) => row.endpoint},
    {name: "payer", label: "Team / user", cell: (row) => [row.team, row.user].filter(Boolean).join(" / ") || NONE,
      sort: (row) => row.team ?? ""},
    {name: "status", label: "Status", num: true, cell: (row) => el(row.status >= 400 ? "span.bad" : "span", row.status), sort: (row) => row.status},
    {name: "latency", label: "Time taken", num: true, cell: (row) => millis(row.latency_ms), sort: (row) => row.latency_ms},
    {name: "tokens", label: "Tokens", num: true, title: "input / output",
      cell: (row) => `${count(row.input_tokens)} / ${count(row.output_tokens)}`, sort: (row) => (row.input_tokens ?? 0) + (row.output_tokens ?? 0)},
    {name: "cost", label: "Cost", num: true, cell: (row) => usd(row.cost_usd), sort: (row) => (row.cost_usd === null ? null : Number(row.cost_usd))},
    {name: "saved", label: "Saved", num: true, cell: (row) => usd(row.saved_usd), sort: (row) => Number(row.saved_usd ?? 0)}
  ];
}

const today = (time) => new Date(time).toDateString() === new Date().toDateString();

async function show(id) {
  const call = await getIfThere(`/v1/requests/${encodeURIComponent(id)}`);
  if (!call) {
    drawer("Call", empty("This call is gone", "The log keeps calls for a while only."));
    return;
  }
  drawer("One call",
      el("div.row", el(`span.badge.${call.outcome}`, outcome(call.outcome)), el("span", moment(call.time)),
          el("span.soft", `status ${call.status}`)),
      el("p", sentence(call)),
      el("div", el("h3", "Where the time went"), waterfall(call)),
      decision(call),
      texts(call),
      el("div", el("h3", "Facts"), facts(call)));
}

/** The decision in words. */
function sentence(call) {
  const near = call.similarity === null || call.similarity === undefined ? "" : ` The nearest stored prompt has a cosine of ${call.similarity.toFixed(3)}.`;
  const sure = call.confidence === null || call.confidence === undefined ? "" : ` Its answer serves with a probability of ${percent(call.confidence)}.`;
  switch (call.outcome) {
    case "exact": return "The same text was stored in the same scope, so its answer was served.";
    case "semantic": return `A stored prompt was taken to mean the same.${near}${sure}`;
    case "coalesced": return "An equal call was already on its way upstream; both got its answer.";
    case "miss": return `It went upstream: ${reason(call.reason)}.${near}${sure}`;
    case "bypass": return `It passed through uncached: ${reason(call.reason)}.`;
    case "refused": return `It was refused: ${reason(call.reason)}.`;
    default: return reason(call.reason);
  }
}

/** Stages follow one another; what is left of the time is that of the answer, and of what has no stage. */
function waterfall(call) {
  const spans = [];
  let at = 0;
  for (const [name, ms] of Object.entries(call.stages ?? {})) {
    spans.push({name, start: at, ms});
    at += ms;
  }
  if (spans.length === 0) {
    return el("p.soft", "This call has no stages on record.");
  }
  if (call.latency_ms > at) {
    spans.push({name: "end", start: at, ms: call.latency_ms - at});
  }
  const whole = Math.max(call.latency_ms ?? 0, at) || 1;
  return el("div.waterfall", spans.map((span) => [
    el("span", stage(span.name)),
    el("div.track", el(`span.${span.name}`, {css: {left: `${100 * span.start / whole}%`, width: `${100 * span.ms / whole}%`}})),
    el("span.num", millis(span.ms))
  ]), el("span", el("b", "in all")), el("span.soft", call.ttfb_ms ? `first byte after ${millis(call.ttfb_ms)}` : ""),
  el("span.num", el("b", millis(call.latency_ms))));
}

function decision(call) {
  const candidates = call.decision?.candidates ?? [];
  if (candidates.length === 0) {
    return null;
  }
  return el("div", el("h3", "What was considered"), table([
    {name: "id", label: "Entry", cell: (one) => el("span.mono", one.id.slice(0, 12))},
    {name: "cosine", label: "Cosine", num: true, cell: (one) => one.similarity?.toFixed(3)},
    {name: "probability", label: "Probability", num: true, cell: (one) => percent(one.probability)},
    {name: "vetoes", label: "Vetoes", wide: true,
      cell: (one) => [...(one.vetoes ?? []).map((veto) => reason(`guard:${veto}`)), ...(one.differs ?? [])].join("; ") || "none"}
  ], candidates, {caption: "Candidates"}));
}

function texts(call) {
  if (!call.prompt && !call.completion) {
    return null;
  }
  return el("div", el("h3", "Asked"), el("div.prose", call.prompt ?? NONE), el("h3", "Answered"), el("div.prose", call.completion ?? NONE));
}

const FACTS = [
  ["request_id", "Request id"], ["id", "Id"], ["endpoint", "Endpoint"], ["wire", "Wire"], ["model", "Model asked for"],
  ["served_model", "Model that answered"], ["route", "Route"], ["key", "Key"], ["team", "Team"], ["user", "User"],
  ["principal", "Principal"], ["entry", "Entry"], ["input_tokens", "Input tokens"], ["cached_input_tokens", "of them cached"],
  ["output_tokens", "Output tokens"], ["reasoning_tokens", "of them reasoning"], ["price_version", "Prices of"]
];

function facts(call) {
  const list = el("dl.facts-list");
  for (const [name, label] of FACTS) {
    if (call[name] !== null && call[name] !== undefined && call[name] !== "") {
      list.append(el("dt", label), el("dd", String(call[name])));
    }
  }
  list.append(el("dt", "Cost"), el("dd", call.cost_usd === null ? "unknown" : usd(call.cost_usd) + (call.estimated ? " (estimated)" : "")),
      el("dt", "Saved"), el("dd", usd(call.saved_usd)));
  if (call.tags?.length > 0) {
    list.append(el("dt", "Tags"), el("dd", call.tags.join(", ")));
  }
  return list;
}
