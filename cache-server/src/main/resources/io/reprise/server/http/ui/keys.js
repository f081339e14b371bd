// Virtual keys: who may call, with what limits, and who pays.

import {getIfThere, post, remove} from "./api.js";
import {confirmed, el, empty, field, replace, say, section, table} from "./dom.js";
import {count, day, moment, NONE, usd} from "./words.js";

export async function keys(body) {
  const page = await getIfThere("/v1/admin/keys");
  if (page === null) {
    replace(body, section("Keys", null, empty("This server makes no keys of its own", "Callers send their own credentials, which are passed on.")));
    return;
  }
  const made = el("div");
  const list = el("div");
  replace(body, el("div.three", el("div.stack", list), el("div", form(made, () => keys(body)), made)));
  draw(list, page.items, () => keys(body));
}

function draw(host, rows, changed) {
  replace(host, section("Keys", "a key is shown once, when it is made", rows.length === 0
    ? empty("No keys yet", "Make one for each team or program: it limits, budgets and names what they spend.")
    : table([
      {name: "name", label: "Name", cell: (row) => row.name ?? row.id, sort: (row) => row.name ?? ""},
      {name: "who", label: "Team / user", cell: (row) => [row.team, row.user].filter(Boolean).join(" / ") || NONE, sort: (row) => row.team ?? ""},
      {name: "models", label: "Models", cell: (row) => (row.models?.length > 0 ? row.models.join(", ") : "all")},
      {name: "budget", label: "Budget", cell: (row) => (row.budgets ?? []).map((one) => `${usd(one.usd)} a ${one.window}`).join(", ") || NONE},
      {name: "limits", label: "Limits", cell: limits},
      {name: "state", label: "State", cell: state},
      {name: "act", label: "", num: true, cell: (row) => act(row, changed)}
    ], rows, {caption: "Keys", sorted: {name: "name", down: false}})));
}

function limits(row) {
  const parts = [];
  if (row.rpm) {
    parts.push(`${count(row.rpm)} calls/min`);
  }
  if (row.tpm) {
    parts.push(`${count(row.tpm)} tokens/min`);
  }
  if (row.max_parallel) {
    parts.push(`${count(row.max_parallel)} at once`);
  }
  return parts.join(", ") || NONE;
}

function state(row) {
  if (row.disabled) {
    return el("span.badge.error", "disabled");
  }
  if (row.expires_at && Date.parse(row.expires_at) < Date.now()) {
    return el("span.badge.error", {title: moment(row.expires_at)}, "expired");
  }
  return el("span.badge.right", {title: row.expires_at ? `until ${moment(row.expires_at)}` : null},
      row.expires_at ? `until ${day(row.expires_at)}` : "in use");
}

function act(row, changed) {
  if (row.source === "configuration") {
    return el("span.soft", {title: "It comes from the configuration, which alone changes it"}, "configured");
  }
  return el("button.quiet", {type: "button", "aria-label": `Revoke ${row.name ?? row.id}`, onclick: async () => {
    if (await confirmed("Revoke this key?", `Calls with ${row.name ?? row.id} are refused from now on. This cannot be undone.`, "Revoke")) {
      await remove(`/v1/admin/keys/${encodeURIComponent(row.id)}`);
      say("The key is revoked");
      changed();
    }
  }}, "Revoke");
}

function form(made, changed) {
  const input = (name, type, more) => el("input", {name, type: type ?? "text", autocomplete: "off", ...more});
  const name = input("name", "text", {required: true, placeholder: "billing-bot"});
  const controls = {
    team: input("team"), user: input("user"), tags: input("tags", "text", {placeholder: "prod, eu"}),
    models: input("models", "text", {placeholder: "gpt-*, claude-*"}), usd: input("usd", "number", {min: "0", step: "0.01"}),
    rpm: input("rpm", "number", {min: "1"}), tpm: input("tpm", "number", {min: "1"}), expires: input("expires", "date")
  };
  const window = el("select", {name: "window"}, ["day", "week", "month", "total"].map((word) => el("option", {value: word}, word)));
  const error = el("p.error", {role: "alert"});
  const node = el("form.form",
      field("Name", name),
      el("div.grid", field("Team", controls.team), field("User", controls.user)),
      field("Tags", controls.tags), field("Models", controls.models, "patterns; empty for all"),
      el("div.grid", field("Budget, $", controls.usd), field("a", window)),
      el("div.grid", field("Calls a minute", controls.rpm), field("Tokens a minute", controls.tpm)),
      field("Expires", controls.expires), error,
      el("div.row.end", el("button.primary", {type: "submit"}, "Make key")));
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = "";
    try {
      const key = await post("/v1/admin/keys", asked(name.value, controls, window.value));
      const shown = shownOnce(key, changed);
      replace(made, shown);
      node.reset();
      shown.querySelector("button").focus();
      say("The key is made and shown once");
    } catch (refused) {
      error.textContent = refused.message;
    }
  });
  return section("New key", null, node);
}

function asked(name, controls, window) {
  const words = (text) => text.split(",").map((word) => word.trim()).filter((word) => word !== "");
  const body = {name: name.trim()};
  for (const field of ["team", "user"]) {
    if (controls[field].value.trim() !== "") {
      body[field] = controls[field].value.trim();
    }
  }
  for (const field of ["tags", "models"]) {
    const list = words(controls[field].value);
    if (list.length > 0) {
      body[field] = list;
    }
  }
  for (const field of ["rpm", "tpm"]) {
    if (controls[field].value !== "") {
      body[field] = Number(controls[field].value);
    }
  }
  if (controls.usd.value !== "") {
    body.budgets = [{usd: controls.usd.value, window}];
  }
  if (controls.expires.value !== "") {
    body.expires_at = `${controls.expires.value}T23:59:59Z`;
  }
  return body;
}

function shownOnce(key, changed) {
  return section("Copy it now", "it is not shown again", el("div.secret", el("code", {id: "new-key"}, key.key),
      el("button", {type: "button", onclick: async (event) => {
        await navigator.clipboard.writeText(key.key);
        event.target.textContent = "Copied";
      }}, "Copy")),
  el("div.row.end", el("button", {type: "button", onclick: changed}, "Done")));
}
