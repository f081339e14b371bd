// Budgets, and where the money goes.

import {get, getIfThere, put} from "./api.js";
import {course, legend} from "./chart.js";
import {el, empty, field, replace, say, section, table} from "./dom.js";
import {ago, count, moment, NONE, percent, usd} from "./words.js";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const WEEK_FROM_MONDAY = [1, 2, 3, 4, 5, 6, 0];

const monthAgo = () => new Date(Date.now() - 30 * 86_400_000).toISOString();

export async function money(body) {
  const [budgets, forecast, roi, top, hours, models] = await Promise.all([
    getIfThere("/v1/admin/budgets"), getIfThere("/v1/reports/forecast"), getIfThere("/v1/reports/roi", {from: monthAgo()}), getIfThere("/v1/reports/top", {by: "cost", limit: 10}),
    getIfThere("/v1/reports/hours", {zone: ZONE, from: monthAgo()}), get("/v1/savings", {group_by: "model"})
  ]);
  const daily = await get("/v1/savings", {group_by: "day", from: new Date(Date.now() - 31 * 86_400_000).toISOString().slice(0, 10)});
  const days = daily.rows.filter((row) => row.day);
  replace(body,
      el("div.two", spendPanel(days, forecast, roi), modelPanel(models)),
      budgets ? budgetPanel(budgets.items, () => money(body)) : null,
      top ? topPanel(top) : null,
      el("div.two", hours ? hoursPanel(hours) : null, comparePanel(models)),
      !top && !hours ? section("Prompts and hours", null, empty("Calls are not kept one by one",
          "The dearest prompts, the busiest hours and forecasts come from the log of calls (requests.log).")) : null);
}

function spendPanel(days, forecast, roi) {
  if (days.length === 0) {
    return section("Spent and saved", null, empty("Nothing is on record yet", "Each call's price and saving are counted as calls come."));
  }
  const times = days.map((row) => Date.parse(`${row.day}T00:00:00Z`) / 1000);
  let [spent, saved] = [0, 0];
  const series = [
    {label: "saved, summed", color: "--accent", values: days.map((row) => (saved += Number(row.saved_usd))), format: usd, fill: true},
    {label: "spent, summed", color: "--miss", values: days.map((row) => (spent += Number(row.spent_usd))), format: usd}
  ];
  return section("Spent and saved", "the last month, day by day", course("Money spent and saved, summed", times, series), legend(series),
      forecast ? outlook(forecast) : null, roi ? worth(roi) : null);
}

function outlook(forecast) {
  const band = forecast.low_usd === null ? null
    : el("span", `${percent(forecast.confidence, 0)} sure between `, el("b", `${usd(forecast.low_usd)} and ${usd(forecast.high_usd)}`));
  return el("div.facts", el("span", "spent this month ", el("b", usd(forecast.spent_usd))),
      el("span", "expected at its end ", el("b", usd(forecast.expected_usd))), band);
}

function worth(roi) {
  return el("div.facts", el("span", "saved in 30 days ", el("b", usd(roi.saved_usd))),
      el("span", "audits and overhead ", el("b", usd(String(Number(roi.audits_usd) + Number(roi.overhead_usd))))),
      roi.machine_usd === null ? null : el("span", "machine ", el("b", usd(roi.machine_usd))),
      el("span", "left ", el(Number(roi.net_usd) < 0 ? "b.bad" : "b.good", usd(roi.net_usd))));
}

function modelPanel(models) {
  const whole = models.rows.reduce((sum, row) => sum + Number(row.spent_usd), 0);
  return section("By model", "since the ledger began", models.rows.length === 0 ? empty("No calls", "None yet.") : table([
    {name: "model", label: "Model", cell: (row) => row.model ?? "none named", sort: (row) => row.model ?? ""},
    {name: "share", label: "Share of spend", cell: (row) => bar(whole === 0 ? 0 : Number(row.spent_usd) / whole)},
    {name: "spent", label: "Spent", num: true, cell: (row) => usd(row.spent_usd), sort: (row) => Number(row.spent_usd)},
    {name: "saved", label: "Saved", num: true, cell: (row) => usd(row.saved_usd), sort: (row) => Number(row.saved_usd)},
    {name: "unpriced", label: "No price", num: true, cell: (row) => count(row.unpriced_calls), sort: (row) => row.unpriced_calls}
  ], models.rows, {caption: "Money by model", sorted: {name: "spent", down: true}}));
}

function bar(share, kind = "") {
  return el("span.bar", {role: "img", "aria-label": percent(share)},
      el(`span${kind}`, {css: {width: `${Math.min(100, 100 * share)}%`}}));
}

function budgetPanel(rows, changed) {
  return section("Budgets", "what may be spent in each window, and what it will come to", rows.length === 0
    ? empty("No budgets", "Set one for all calls, or for a key, a team, a user, a tag or a model.")
    : table([
      {name: "scope", label: "Scope", cell: (row) => row.scope, sort: (row) => row.scope},
      {name: "limit", label: "Limit", num: true, cell: (row) => `${usd(row.usd)} a ${row.window}`, sort: (row) => Number(row.usd)},
      {name: "burn", label: "Used", cell: burn, sort: (row) => used(row)},
      {name: "spent", label: "Spent", num: true, cell: (row) => usd(row.spent_usd), sort: (row) => Number(row.spent_usd)},
      {name: "left", label: "Remaining", num: true, cell: (row) => usd(row.remaining_usd), sort: (row) => Number(row.remaining_usd)},
      {name: "forecast", label: "Forecast", num: true, title: "What the window will come to at this pace",
        cell: (row) => el(Number(row.forecast_usd) > Number(row.usd) ? "b.bad" : "span", usd(row.forecast_usd)), sort: (row) => Number(row.forecast_usd ?? 0)},
      {name: "resets", label: "Begins anew", cell: (row) => (row.resets_at ? el("span", {title: moment(row.resets_at)}, ago(row.resets_at)) : NONE)},
      {name: "then", label: "When it is used up", cell: (row) => exceeded(row.on_exceed)}
    ], rows, {caption: "Budgets", sorted: {name: "burn", down: true}}), budgetForm(changed));
}

const used = (row) => (Number(row.usd) === 0 ? 1 : (Number(row.spent_usd) + Number(row.reserved_usd ?? 0)) / Number(row.usd));

function burn(row) {
  const share = used(row);
  return el("span.row.burn", bar(share, share >= 1 ? ".over" : share >= 0.8 ? ".warn" : ""), el("span", percent(share, 0)));
}

const exceeded = (word) => (word?.startsWith("model:") ? `calls go to ${word.slice(6)}` : "calls are refused");

function budgetForm(changed) {
  const scope = el("input", {name: "scope", required: true, placeholder: "global, team:NAME, key:ID", value: "global"});
  const dollars = el("input", {name: "usd", type: "number", min: "0", step: "0.01", required: true});
  const window = el("select", {name: "window"}, ["day", "week", "month", "total"].map((word) => el("option", {value: word}, word)));
  const error = el("p.error", {role: "alert"});
  const form = el("form.row.bottom", field("Scope", scope), field("Limit, $", dollars), field("a", window),
      el("button", {type: "submit"}, "Set budget"), error);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await put(`/v1/admin/budgets/${encodeURIComponent(scope.value.trim())}`, {usd: dollars.value, window: window.value});
      say("The budget is set");
      changed();
    } catch (refused) {
      error.textContent = refused.message;
    }
  });
  return form;
}

function topPanel(top) {
  return section("Dearest prompts", "by what they cost upstream", top.items.length === 0 ? empty("None", "No call upstream has a price yet.") : table([
    {name: "prompt", label: "Prompt", wide: true,
      cell: (row) => (row.prompt === null ? el("span.soft", {title: "Texts are kept where requests.log is full"}, `#${row.fingerprint.slice(0, 12)}`)
        : el("span.clip", row.prompt))},
    {name: "models", label: "Models", cell: (row) => row.models.map((model) => model || "none named").join(", ")},
    {name: "calls", label: "Calls", num: true, cell: (row) => count(row.calls), sort: (row) => row.calls},
    {name: "cost", label: "Spent", num: true, cell: (row) => usd(row.spent_usd), sort: (row) => Number(row.spent_usd)},
    {name: "saved", label: "Saved", num: true, cell: (row) => usd(row.saved_usd), sort: (row) => Number(row.saved_usd)}
  ], top.items, {caption: "Dearest prompts"}));
}

function hoursPanel(hours) {
  const rows = hours.items;
  // Monday is 1 and Sunday 7 there (ISO 8601), and Sunday 0 here.
  const calls = new Map(rows.map((row) => [`${row.weekday % 7}-${row.hour}`, row.calls]));
  const most = Math.max(1, ...rows.map((row) => row.calls));
  const grid = el("div.heat", {role: "img", "aria-label": `Calls by weekday and hour, at most ${most} in one`},
      el("span"), Array.from({length: 24}, (_, hour) => el("span.hour", hour % 3 === 0 ? hour : "")));
  for (const at of WEEK_FROM_MONDAY) {
    grid.append(el("span.day", DAYS[at]));
    for (let hour = 0; hour < 24; hour++) {
      const number = calls.get(`${at}-${hour}`) ?? 0;
      grid.append(el("span.cell", {title: `${DAYS[at]} ${hour}:00: ${number.toLocaleString("en")} calls`},
          el("span", {css: {opacity: (number / most).toFixed(2)}})));
    }
  }
  return section("Peak hours", `calls of the last 30 days, ${hours.zone}`, el("div.scroll", {tabindex: "0"}, grid));
}

function comparePanel(models) {
  const names = models.rows.map((row) => row.model).filter((name) => name);
  if (names.length < 1) {
    return null;
  }
  const choice = el("input", {name: "models", required: true, value: names.slice(0, 2).join(","), placeholder: "gpt-4o-mini,claude-haiku-4-5"});
  const result = el("div");
  const error = el("p.error", {role: "alert"});
  const form = el("form.row.bottom", field("Models, by comma", choice), el("button", {type: "submit"}, "Compare"), error);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = "";
    try {
      const answer = await getIfThere("/v1/reports/compare", {models: choice.value.replaceAll(" ", ""), days: 30});
      replace(result, answer ? compareTable(answer) : empty("This needs the log of calls", "Set requests.log to metadata."));
    } catch (refused) {
      error.textContent = refused.message;
    }
  });
  return section("Compare models", "what the calls of the last 30 days would have cost", form, result);
}

function compareTable(answer) {
  const rows = [{model: "as it was", usd: answer.actual.usd, unpriced_calls: answer.actual.unpriced_calls}, ...answer.items];
  return el("div.stack", table([
    {name: "model", label: "Model", cell: (row) => row.model},
    {name: "cost", label: "Cost", num: true, cell: (row) => usd(row.usd), sort: (row) => (row.usd === null ? null : Number(row.usd))},
    {name: "batch", label: "As batches", num: true, cell: (row) => usd(row.batch_usd)},
    {name: "uncached", label: "Without the provider’s cache", num: true, cell: (row) => usd(row.uncached_usd)},
    {name: "unpriced", label: "Calls without a price", num: true, cell: (row) => count(row.unpriced_calls)}
  ], rows, {caption: "Models compared"}),
  el("p.note", `The same tokens of ${count(answer.actual.calls)} calls at other prices. Another model counts and writes other numbers of tokens.`));
}
