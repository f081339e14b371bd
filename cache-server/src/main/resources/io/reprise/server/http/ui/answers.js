// What is stored, and what was served by meaning, the least certain first.

import {get, post, remove} from "./api.js";
import {confirmed, drawer, el, empty, field, replace, say, section, table} from "./dom.js";
import {ago, compared, completionText, moment, NONE, percent} from "./words.js";

const LIMIT = 50;

export async function answers(body) {
  const hits = el("div");
  const entries = el("div");
  replace(body, el("div.stack", entries, hits));
  await Promise.all([showHits(hits, "risk"), showEntries(entries, {})]);
}

async function showEntries(host, filters) {
  const list = el("div");
  const form = el("form.filters", {role: "search", onsubmit: (event) => event.preventDefault()},
      input("q", "Words of the prompt", "search"), input("namespace", "Namespace"), input("tag", "Tag"), input("model", "Model"));
  replace(host, section("Entries", "newest first, of all callers", form, list));

  function input(name, label, type = "text") {
    const control = el("input", {type, name, placeholder: name === "q" ? "Search" : "any"});
    let timer = 0;
    control.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        filters[name] = control.value.trim();
        load();
      }, 250);
    });
    const node = field(label, control);
    if (name === "q") {
      node.classList.add("wide");
    }
    return node;
  }

  let asked = 0;
  async function load() {
    const mine = ++asked;
    const page = await ask();
    if (mine === asked) {
      draw(page.entries, page.next_cursor);
    }
  }
  const ask = (cursor) => get("/v1/cache/entries", {...filters, principal: "*", limit: LIMIT, cursor});

  function draw(rows, next) {
    const filtered = Object.values(filters).some((value) => value);
    if (rows.length === 0) {
      replace(list, filtered ? empty("Nothing fits", "No entry has these words, or this namespace, tag or model.")
        : empty("Nothing is stored yet", "Answers of upstream are stored as calls come, and stay a week unless said otherwise."));
      return;
    }
    const more = el("button", {type: "button", onclick: async () => {
      more.disabled = true;
      const page = await ask(next);
      draw([...rows, ...page.entries], page.next_cursor);
    }}, "Show more");
    replace(list, table(columns(), rows, {caption: "Entries", open: (row) => open(row, load)}),
        next ? el("div.row.end", more) : null);
    say(`${rows.length} entries`);
  }
  await load();
}

function columns() {
  return [
    {name: "prompt", label: "Prompt", wide: true, cell: (row) => el("span.clip", row.prompt), sort: (row) => row.prompt},
    {name: "answer", label: "Answer", wide: true, cell: (row) => el("span.clip.soft", completionText(row.completion))},
    {name: "model", label: "Model", cell: (row) => row.model ?? NONE, sort: (row) => row.model ?? ""},
    {name: "tags", label: "Tags", cell: (row) => el("span.tags", row.tags.map((tag) => el("span.badge", tag)))},
    {name: "age", label: "Stored", cell: (row) => el("span", {title: moment(row.created_at)}, ago(row.created_at)), sort: (row) => row.created_at},
    {name: "end", label: "Expires", cell: (row) => el("span", {title: moment(row.expires_at)}, ago(row.expires_at)), sort: (row) => row.expires_at}
  ];
}

function open(entry, changed) {
  const dialog = drawer("Entry",
      el("div", el("h3", "Prompt"), el("div.prose", entry.prompt)),
      el("div", el("h3", "Answer"), el("div.prose", completionText(entry.completion))),
      el("dl.facts-list",
          el("dt", "Model"), el("dd", entry.model ?? "none named"), el("dt", "Namespace"), el("dd", entry.namespace),
          el("dt", "Tags"), el("dd", entry.tags.join(", ") || "none"), el("dt", "Stored"), el("dd", moment(entry.created_at)),
          el("dt", "Expires"), el("dd", moment(entry.expires_at)), el("dt", "Id"), el("dd.mono", entry.id)),
      el("div.row.end", el("button.danger", {type: "button", onclick: async () => {
        if (await confirmed("Delete this entry?", "The next call that asks this goes upstream. This cannot be undone.", "Delete")) {
          await remove(`/v1/cache/entries/${entry.id}?principal=*`);
          dialog.close();
          say("The entry is deleted");
          changed();
        }
      }}, "Delete")));
}

async function showHits(host, sort) {
  const {items} = await get("/v1/admin/hits", {sort, limit: 30});
  const choice = el("div.choice", {role: "group", "aria-label": "Order"},
      [["risk", "Riskiest first"], ["time", "Newest first"]].map(([name, label]) =>
        el("button", {type: "button", "aria-pressed": String(name === sort), onclick: () => showHits(host, name)}, label)));
  replace(host, el("section.panel", el("header", el("div", el("h2", "Hits by meaning"),
      el("p.note", "The last ones served, with what they took for the same. A vote of wrong ends the pair at once.")), choice),
  items.length === 0 ? empty("None yet", "When a stored prompt is taken to mean the same as a new one, both are shown here side by side. "
      + "They are kept in memory alone (dashboard.recent_hits).")
    : el("div.pairs", items.map((hit) => pair(hit)))));
}

function pair(hit) {
  const [asked, stored] = compared(hit.asked, hit.stored);
  const verdict = el("span");
  const error = el("span.bad", {role: "alert"});
  const buttons = ["right", "wrong"].map((word) => el(`button${word === "wrong" ? ".danger" : ""}`, {
    type: "button", data: {verdict: word}, "aria-label": `The answer was ${word}`, onclick: () => vote(word)
  }, word === "right" ? "Right" : "Wrong"));
  const shown = el("article.pair", {data: {lookup: hit.lookup_id}},
      el("div.sides",
          el("div.side", el("h3", "Asked"), el("div.text", marked(asked))),
          el("div.side", el("h3", "Stored, and answered from"), el("div.text", marked(stored)))),
      el("footer", el("div.facts",
          el("span", "probability ", el("b", percent(hit.confidence))), el("span", "cosine ", el("b", hit.similarity.toFixed(3))),
          hit.model ? el("span", hit.model) : null, el("span", {title: moment(hit.time)}, ago(hit.time))),
      el("div.row", error, verdict, el("button.quiet", {type: "button", onclick: () => look(hit)}, "Answer"), buttons)));

  async function vote(word) {
    buttons.forEach((button) => (button.disabled = true));
    try {
      await post("/v1/cache/feedback?principal=*", {lookup_id: hit.lookup_id, verdict: word});
      judged(word);
      say(`The vote of ${word} is counted`);
    } catch (refused) {
      error.textContent = refused.message;
    }
  }
  function judged(word) {
    buttons.forEach((button) => (button.hidden = true));
    replace(verdict, el(`span.badge.${word}`, word));
  }
  if (hit.verdict) {
    judged(hit.verdict);
  }
  return shown;
}

const marked = (runs) => runs.map((run) => (run.differs ? el("mark", run.text) : run.text));

async function look(hit) {
  try {
    const entry = await get(`/v1/cache/entries/${hit.entry}`, {principal: "*"});
    open(entry, () => {});
  } catch (refused) {
    drawer("Entry", empty("This entry is gone", refused.message));
  }
}
