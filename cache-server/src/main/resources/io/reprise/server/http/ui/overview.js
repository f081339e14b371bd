// What the cache does and saves, now and over time.

import {get} from "./api.js";
import {course, legend, shares, sparkline} from "./chart.js";
import {DAY, load, rate, RANGES, whole} from "./courses.js";
import {el, empty, replace, section, table} from "./dom.js";
import {count, millis, NONE, percent, reason, short, stage, usd} from "./words.js";

const SOON = 5_000;
const LATER = 30_000;

export async function overview(body) {
  let range = RANGES.find((one) => one.name === remembered()) ?? RANGES[1];
  let timer = 0;
  let left = false;
  const pulse = el("span.pulse", "live");
  const content = el("div.stack");
  const choice = el("div.choice", {role: "group", "aria-label": "Range of time"}, RANGES.map((one) =>
    el("button", {
      type: "button", data: {range: one.name}, onclick: () => {
        range = one;
        remember(one.name);
        mark();
        refresh();
      }
    }, one.label)));
  const mark = () => choice.querySelectorAll("button").forEach((button) =>
    button.setAttribute("aria-pressed", button.dataset.range === range.name));
  mark();
  body.append(el("div.row.between", choice, pulse), content);

  async function refresh() {
    clearTimeout(timer);
    const asked = range;
    try {
      if (!document.hidden) {
        const shown = await everything(asked);
        if (!left && asked === range) {
          draw(content, asked, shown);
          pulse.classList.remove("off");
          pulse.textContent = "live";
        }
      }
    } catch (refused) {
      pulse.classList.add("off");
      pulse.textContent = refused.message;
    }
    if (!left) {
      clearTimeout(timer);
      timer = setTimeout(refresh, asked.name === "hour" ? SOON : LATER);
    }
  }
  const seen = () => !document.hidden && refresh();
  document.addEventListener("visibilitychange", seen);
  draw(content, range, await everything(range));
  timer = setTimeout(refresh, SOON);
  return () => {
    left = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  };
}

function remembered() {
  try {
    return localStorage.getItem("reprise.range");
  } catch {
    return null;
  }
}

function remember(name) {
  try {
    localStorage.setItem("reprise.range", name);
  } catch {
    // Holds until the page is left.
  }
}

async function everything(range) {
  const from = new Date(Date.now() - range.minutes * 60_000).toISOString();
  const [stats, loaded, models] = await Promise.all([
    get("/v1/cache/stats"), load(range), get("/v1/savings", {group_by: "model", from})
  ]);
  return {stats, models, ...loaded};
}

function draw(content, range, shown) {
  const {stats, points, samples, models, kept} = shown;
  const all = whole(points);
  if (stats.entries === 0 && all.calls === 0 && models.total.calls === 0) {
    replace(content, welcome());
    return;
  }
  replace(content,
      cards(range, stats, points, samples, all),
      kept || range.name === "hour" ? null
        : el("p.note", "Hours are known since the server was started: the log of calls is off (requests.log)."),
      el("div.two", moneyPanel(points), callsPanel(points, shown.step)),
      el("div.two", hitPanel(points), wrongPanel(stats, samples)),
      el("div.two", modelPanel(models), missPanel(stats)),
      el("div.two", latencyPanel(samples), stagePanel(stats)));
}

function welcome() {
  return empty("Nothing has been asked yet",
      "Point a client at this server, and what it asks, spends and saves is shown here.",
      el("pre", `export OPENAI_BASE_URL=${location.origin}/v1\nexport ANTHROPIC_BASE_URL=${location.origin}`));
}

function card(title, value, note, values, options = {}) {
  return el(`section.card${options.main ? ".main" : ""}`, {title: options.title},
      el("h2", title), el("div.value", value), el("p", note), values ? sparkline(values) : null);
}

function cards(range, stats, points, samples, all) {
  const hits = rate(all, "exact_hits", "semantic_hits", "coalesced");
  const wrong = stats.wrong_rate ?? {};
  const now = samples.at(-1) ?? {};
  const cost = all.spent + all.saved;
  return el("div.cards",
      card("Saved", usd(all.saved), cost > 0 ? `${percent(all.saved / cost, 0)} of what all calls would cost` : `in the last ${range.name}`,
          points.map((point) => point.saved), {main: true, title: "What calls that the cache answered would have cost upstream"}),
      card("Spent upstream", usd(all.spent), "where the price is known", points.map((point) => point.spent)),
      card("Calls", short(all.calls), `${short(all.bypasses)} passed through uncached`, points.map((point) => point.calls)),
      card("Hit rate", percent(hits), `${percent(rate(all, "exact_hits"))} same text, ${percent(rate(all, "semantic_hits"))} by meaning`,
          points.map((point) => rate(point, "exact_hits", "semantic_hits", "coalesced")),
          {title: "Share of looked-up calls that the cache answered"}),
      wrongCard(wrong, samples),
      card("Added latency", millis(now.p50_ms), now.p99_ms ? `${millis(now.p99_ms)} for 1 in 100` : "no lookup in the last minutes",
          samples.map((sample) => sample.p50_ms), {title: "Median time of a lookup: the sum of its stages’ medians over the last minutes"}));
}

function wrongCard(wrong, samples) {
  const title = "Upper bound on the share of wrong answers among hits by meaning";
  if (wrong.shown) {
    return card("Wrong hits", `≤ ${percent(wrong.bound)}`, `shown by ${count(wrong.audits)} audits, with 95 % confidence`,
        samples.map((sample) => sample.bound), {title});
  }
  if (typeof wrong.expected_by_calibration === "number") {
    return card("Wrong hits", `~ ${percent(wrong.expected_by_calibration)}`, "expected by calibration, not measured here",
        samples.map((sample) => sample.expected), {title});
  }
  return card("Wrong hits", NONE, "not measured", null, {title});
}

const seconds = (items) => items.map((item) => item.time / 1000);

function panel(title, note, label, times, series, options) {
  return section(title, note, course(label, times, series, options), series.length > 1 ? legend(series) : null);
}

function moneyPanel(points) {
  const series = [
    {label: "saved", color: "--accent", values: points.map((point) => point.saved), format: usd, fill: true},
    {label: "spent", color: "--miss", values: points.map((point) => point.spent), format: usd}
  ];
  return panel("Money", "saved by the cache, spent upstream", "Money over time", seconds(points), series);
}

function callsPanel(points, step) {
  const of = (label, color, name) => ({label, color, values: points.map((point) => point[name]), format: short});
  const series = [
    of("exact hits", "--exact", "exact_hits"), of("hits by meaning", "--semantic", "semantic_hits"),
    of("shared answers", "--shared", "coalesced"), of("misses", "--miss", "misses"), of("passed through", "--bypass", "bypasses")
  ];
  return panel("Calls", `by how they were answered, each ${step === DAY ? "day" : step < 3_600_000 ? "minute" : "hour"}`,
      "Calls over time", seconds(points), series, {stacked: true, bars: true});
}

function hitPanel(points) {
  const of = (label, color, ...kinds) => ({
    label, color, values: points.map((point) => rate(point, ...kinds)), format: (value) => percent(value, 0)
  });
  return panel("Hit rate", "share of looked-up calls", "Hit rate over time", seconds(points),
      [of("all hits", "--accent", "exact_hits", "semantic_hits", "coalesced"), of("by meaning", "--semantic", "semantic_hits")],
      {percent: true});
}

const BASIS = {
  calibration: "The cut-off rests on the calibration of the model that reads both prompts.",
  audits: "The cut-off rests on audits of hits that were served.",
  evidence: "The cut-off rests on audits of hits that were served.",
  alarm: "Audits or votes found wrong hits, so the cut-off was raised."
};

function wrongPanel(stats, samples) {
  const wrong = stats.wrong_rate;
  if (!wrong) {
    return section("Wrong hits", null, empty("There is no bound",
        "Decisions go by one cut-off on the cosine (decision.policy), which has no evidence of its own."));
  }
  const format = (value) => percent(value, value < 0.1 ? 1 : 0);
  const known = samples.map((sample) => (sample.bound < 1 ? sample.bound : null));
  const series = [
    {label: "bound", color: "--bad", values: known, format, step: true},
    {label: "expected", color: "--accent", values: samples.map((sample) => sample.expected), format},
    {label: "what you accept", color: "--soft", values: samples.map(() => wrong.ceiling), format, dash: [4, 4]}
  ];
  const facts = el("div.facts",
      el("span", "cut-off ", el("b", wrong.cutoff === null ? "exact only" : percent(wrong.cutoff))),
      el("span", "accepted ", el("b", percent(wrong.ceiling))),
      el("span", "bound ", el("b", wrong.bound < 1 ? percent(wrong.bound) : "none yet")),
      el("span", "audits ", el("b", count(wrong.audits))), el("span", "alarms ", el("b", count(wrong.alarms))));
  return section("Wrong hits", BASIS[wrong.basis] ?? reason(wrong.basis),
      course("Wrong hits over time", seconds(samples), series, {percent: true, height: 150}), legend(series), facts);
}

function modelPanel(models) {
  const rows = models.rows;
  if (rows.length === 0) {
    return section("Models", null, empty("No calls", "None was made in this range."));
  }
  return section("Models", "where the money goes", table([
    {name: "model", label: "Model", cell: (row) => row.model ?? "none named", sort: (row) => row.model ?? ""},
    {name: "calls", label: "Calls", num: true, cell: (row) => count(row.calls), sort: (row) => row.calls},
    {name: "hits", label: "Answered by the cache", num: true,
      cell: (row) => percent(row.calls === 0 ? null : (row.exact_hits + row.semantic_hits + row.coalesced) / row.calls, 0),
      sort: (row) => (row.exact_hits + row.semantic_hits + row.coalesced) / (row.calls || 1)},
    {name: "spent", label: "Spent", num: true,
      cell: (row) => el("span", {title: row.unpriced_calls > 0 ? `${row.unpriced_calls} calls without a price` : null},
          usd(row.spent_usd), row.unpriced_calls > 0 ? el("span.soft", " + ?") : null), sort: (row) => Number(row.spent_usd)},
    {name: "saved", label: "Saved", num: true, cell: (row) => usd(row.saved_usd), sort: (row) => Number(row.saved_usd)}
  ], rows, {caption: "Calls and money by model", sorted: {name: "spent", down: true}}));
}

function missPanel(stats) {
  const misses = Object.entries(stats.misses).map(([word, calls]) => ({word, calls, kind: "miss"}));
  const bypasses = Object.entries(stats.bypasses).map(([word, calls]) => ({word, calls, kind: "bypass"}));
  const rows = [...misses, ...bypasses].sort((a, b) => b.calls - a.calls).slice(0, 10);
  const total = rows.reduce((calls, row) => calls + row.calls, 0);
  if (total === 0) {
    return section("Why calls went upstream", "since the start", empty("None has", "Every call since the start was a hit, or there was none."));
  }
  return section("Why calls went upstream", "since the start",
      shares("Misses and bypasses", [
        {label: "misses", value: misses.reduce((n, row) => n + row.calls, 0), color: "--miss"},
        {label: "passed through", value: bypasses.reduce((n, row) => n + row.calls, 0), color: "--bypass"}
      ]),
      table([
        {name: "why", label: "Why", wide: true, cell: (row) => el("span", {title: row.word}, reason(row.word))},
        {name: "kind", label: "", cell: (row) => el(`span.badge.${row.kind}`, row.kind === "miss" ? "miss" : "passed through")},
        {name: "calls", label: "Calls", num: true, cell: (row) => count(row.calls), sort: (row) => row.calls}
      ], rows, {caption: "Why calls went upstream", sorted: {name: "calls", down: true}}));
}

function latencyPanel(samples) {
  const series = [
    {label: "median", color: "--accent", values: samples.map((sample) => sample.p50_ms), format: millis},
    {label: "1 in 100", color: "--miss", values: samples.map((sample) => sample.p99_ms), format: millis}
  ];
  return panel("Added latency", "what a lookup takes", "Added latency over time", seconds(samples), series, {height: 150});
}

function stagePanel(stats) {
  const rows = Object.entries(stats.latency_ms).map(([name, quantiles]) => ({name, ...quantiles}));
  const cell = (quantile) => (row) => millis(row[quantile]);
  return section("Stages of a lookup", "over the last minutes", table([
    {name: "stage", label: "Stage", cell: (row) => stage(row.name)},
    {name: "p50", label: "Median", num: true, cell: cell("p50")},
    {name: "p95", label: "1 in 20", num: true, cell: cell("p95")},
    {name: "p99", label: "1 in 100", num: true, cell: cell("p99")}
  ], rows, {caption: "Time of each stage of a lookup"}),
  el("div.facts", el("span", "entries ", el("b", count(stats.entries))), el("span", "since ", el("b", new Date(stats.since).toLocaleString()))));
}
