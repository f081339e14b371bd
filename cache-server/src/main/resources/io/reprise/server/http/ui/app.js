// The frame: who is logged in, the pages, the theme.

import {get, post, Refused, whenLoggedOut} from "./api.js";
import {redraw} from "./chart.js";
import {el, empty, field, replace, say} from "./dom.js";
import {answers} from "./answers.js";
import {audits} from "./audits.js";
import {explore} from "./explore.js";
import {keys} from "./keys.js";
import {money} from "./money.js";
import {overview} from "./overview.js";
import {settings} from "./settings.js";

const PAGES = [
  {path: "overview", label: "Overview", show: overview},
  {path: "explore", label: "Explore", show: explore},
  {path: "answers", label: "Answers", show: answers},
  {path: "audits", label: "Audits", show: audits},
  {path: "money", label: "Money", show: money},
  {path: "keys", label: "Keys", show: keys},
  {path: "settings", label: "Settings", show: settings}
];

const root = document.getElementById("app");
let main = null;
let leave = () => {};
let drawing = 0;

const LINK_OVER = "This link has been used, or is older than five minutes.";

async function start() {
  whenLoggedOut(() => login("Your session has ended."));
  window.addEventListener("hashchange", () => main && show());
  const byLink = location.pathname === "/login";
  if (byLink) {
    history.replaceState(null, "", `/${location.hash}`);
  }
  try {
    const session = await get("/v1/admin/session");
    if (!session.administrator) {
      login(byLink ? LINK_OVER : null);
      return;
    }
    frame();
    await show();
  } catch (refused) {
    login(refused.message);
  }
}

function login(message) {
  leave();
  leave = () => {};
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  main = null;
  document.title = "Log in · Reprise";
  const token = el("input", {
    type: "password", name: "token", required: true, autocomplete: "current-password", spellcheck: "false",
    "aria-describedby": "login-error"
  });
  const error = el("p.error", {id: "login-error", role: "alert"}, message);
  const button = el("button.primary", {type: "submit"}, "Log in");
  const form = el("form", {method: "post", action: "/login"}, field("Administrator’s token", token), error, button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    error.textContent = "";
    try {
      await post("/login", {token: token.value});
      frame();
      await show();
    } catch (refused) {
      error.textContent = refused.message;
      token.select();
    } finally {
      button.disabled = false;
    }
  });
  replace(root, el("main.login", {id: "main"},
      el("div.brand", el("img", {src: "/assets/icon.svg", alt: "", width: "40", height: "40"}), el("h1", "Reprise")),
      el("p.note", "The dashboard of this server is for its administrator."),
      form,
      el("p.hint", "The token is in ", el("code", "admin.token"), " of the data folder. Or let ",
          el("code", "./reprise dashboard"), " print a link that logs you in.")));
  token.focus();
}

function frame() {
  main = el("main", {id: "main", tabindex: "-1"});
  const links = PAGES.map((page) => el("a", {href: `#/${page.path}`, data: {page: page.path}}, page.label));
  replace(root,
      el("header.top",
          el("a.brand", {href: "#/overview", "aria-label": "Reprise, overview"},
              el("img", {src: "/assets/icon.svg", alt: "", width: "26", height: "26"}), el("span", "Reprise")),
          el("nav", {"aria-label": "Pages"}, links),
          el("div.tools", themeButton(), el("button.quiet", {type: "button", onclick: logout}, "Log out"))),
      main);
}

function themeButton() {
  const dark = () => (document.documentElement.dataset.theme
    ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const button = el("button.quiet.theme", {type: "button", id: "theme"});
  const label = () => {
    button.textContent = dark() ? "☀" : "☾";
    button.setAttribute("aria-label", dark() ? "Light theme" : "Dark theme");
    button.title = button.getAttribute("aria-label");
  };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    try {
      localStorage.setItem("reprise.theme", document.documentElement.dataset.theme);
    } catch {
      // Holds for this page alone then.
    }
    label();
    redraw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    label();
    redraw();
  });
  label();
  return button;
}

async function logout() {
  try {
    await post("/logout");
  } finally {
    login(null);
  }
}

/** Shows the page that the address names. What a page returns is called when it is left. */
async function show() {
  const [path, parameters] = location.hash.replace(/^#\/?/, "").split("?");
  const page = PAGES.find((one) => one.path === path) ?? PAGES[0];
  leave();
  leave = () => {};
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  const mine = ++drawing;
  document.title = `${page.label} · Reprise`;
  document.querySelectorAll(".top nav a").forEach((link) => {
    const current = link.dataset.page === page.path;
    if (current) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({block: "nearest", inline: "nearest"});
    } else {
      link.removeAttribute("aria-current");
    }
  });
  const body = el("div.page", {data: {page: page.path}});
  replace(main, el("h1.unseen", page.label), body);
  try {
    const left = await page.show(body, new URLSearchParams(parameters ?? ""));
    if (mine === drawing) {
      leave = left ?? (() => {});
      body.dataset.ready = "true";
      say(`${page.label} is shown`);
    } else {
      left?.();
    }
  } catch (refused) {
    if (!(refused instanceof Refused)) {
      console.error(refused);
    }
    if (mine === drawing && main) {
      replace(body, empty("This page cannot be shown", refused.message,
          el("button", {type: "button", onclick: show}, "Try again")));
    }
  }
}

start();
