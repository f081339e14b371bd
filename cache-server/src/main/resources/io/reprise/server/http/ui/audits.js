// Both answers of an audited hit, the judge's verdict, and a word against it.

import {getIfThere, post} from "./api.js";
import {el, empty, replace, say, section} from "./dom.js";
import {ago, completionText, moment, NONE, percent} from "./words.js";

const VERDICTS = [["", "All"], ["different", "Different"], ["same", "Same"]];

export async function audits(body, parameters) {
  await show(body, parameters.get("verdict") ?? "");
}

async function show(body, verdict) {
  const page = await getIfThere("/v1/audits", {verdict, limit: 50});
  if (page === null) {
    replace(body, section("Audits", null, empty("Audits are not kept on this server",
        "Hits are audited when a judge is configured (audits.judge.model), or when callers bring a fresh answer to "
        + "POST /v1/cache/audits. What they found is in the bound on wrong hits, on the overview.")));
    return;
  }
  const choice = el("div.choice", {role: "group", "aria-label": "Verdict"}, VERDICTS.map(([name, label]) =>
    el("button", {type: "button", "aria-pressed": String(name === verdict), onclick: () => show(body, name)}, label)));
  replace(body, el("section.panel",
      el("header", el("div", el("h2", "Audits"), el("p.note", "The answer that was served, and a fresh one to the same question.")), choice),
      page.items.length === 0 ? empty("No audit", verdict === "" ? "None has been made yet." : "None has this verdict.")
        : el("div.pairs", page.items.map(audit))));
}

function audit(one) {
  const verdict = el("span", badge(one.verdict));
  const error = el("span.bad", {role: "alert"});
  const overrule = ["same", "different"].filter((word) => word !== one.verdict).map((word) =>
    el("button", {type: "button", onclick: () => call(word)}, `Call it ${word}`));
  async function call(word) {
    try {
      await post(`/v1/audits/${encodeURIComponent(one.id)}`, {verdict: word});
      replace(verdict, badge(word));
      overrule.forEach((button) => (button.hidden = true));
      say(`The audit is now called ${word}`);
    } catch (refused) {
      error.textContent = refused.message;
    }
  }
  const text = (kept) => (kept === null || kept === undefined ? "not kept" : completionText(kept));
  return el("article.pair",
      one.prompt ? el("div.side", el("h3", "Asked"), el("div.text", one.prompt)) : null,
      el("div.sides",
          el("div.side", el("h3", "Served"), el("div.text", text(one.cached ?? one.served ?? one.cached_completion))),
          el("div.side", el("h3", "Fresh"), el("div.text", text(one.fresh ?? one.fresh_completion)))),
      el("footer", el("div.facts", verdict, el("span", "judge ", el("b", one.judge ?? NONE)),
          one.confidence === undefined || one.confidence === null ? null : el("span", "probability ", el("b", percent(one.confidence))),
          el("span", {title: moment(one.time)}, one.time ? ago(one.time) : "")),
      el("div.row", error, overrule)));
}

const badge = (word) => el(`span.badge.${word === "same" ? "right" : word === "different" ? "wrong" : "miss"}`, word ?? "no verdict");
