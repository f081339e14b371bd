// Elements made in code. Text goes in as text alone: nothing stored can become markup.

/** el("td.num", {title: "x"}, "text", other): a tag with classes, properties, and children. */
export function el(spec, ...parts) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag);
  if (classes.length > 0) {
    node.className = classes.join(" ");
  }
  for (const part of parts) {
    add(node, part);
  }
  return node;
}

function add(node, part) {
  if (part === null || part === undefined || part === false) {
    return;
  }
  if (Array.isArray(part)) {
    part.forEach((each) => add(node, each));
  } else if (part instanceof Node) {
    node.append(part);
  } else if (typeof part === "object") {
    attributes(node, part);
  } else {
    node.append(document.createTextNode(String(part)));
  }
}

function attributes(node, map) {
  for (const [name, value] of Object.entries(map)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith("on")) {
      node.addEventListener(name.slice(2), value);
    } else if (name === "css") {
      Object.entries(value).forEach(([property, to]) => node.style.setProperty(property, to));
    } else if (name === "data") {
      Object.assign(node.dataset, value);
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
}

const SVG = "http://www.w3.org/2000/svg";

/** As el, for drawings. */
export function svg(tag, map, ...children) {
  const node = document.createElementNS(SVG, tag);
  Object.entries(map ?? {}).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...children);
  return node;
}

export function replace(node, ...children) {
  node.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Tells those who listen instead of looking. */
export function say(text) {
  const live = document.getElementById("live");
  live.textContent = "";
  requestAnimationFrame(() => (live.textContent = text));
}

/**
 * A table. Columns: {name, label, num, cell(row) -> node or text, sort(row) -> comparable, title}.
 * Options: {caption, open(row), sorted: {name, down}}.
 */
export function table(columns, rows, options = {}) {
  const order = options.sorted ?? {name: null, down: true};
  const body = el("tbody");
  const heads = columns.map((column) => head(column, order, draw));
  const node = el("div.scroll", {tabindex: "0", role: "region", "aria-label": options.caption ?? "Table"},
      el("table",
          el("caption.unseen", options.caption ?? ""),
          el("thead", el("tr", heads)),
          body));

  function draw() {
    const by = columns.find((column) => column.name === order.name);
    const sorted = by?.sort ? [...rows].sort(comparing(by.sort, order.down)) : rows;
    replace(body, sorted.map((row) => line(columns, row, options)));
    heads.forEach((th, at) => {
      const mine = columns[at].name === order.name && columns[at].sort;
      th.setAttribute("aria-sort", mine ? (order.down ? "descending" : "ascending") : "none");
    });
  }
  draw();
  return node;
}

function comparing(key, down) {
  return (a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === y) {
      return 0;
    }
    if (x === null || x === undefined) {
      return 1;
    }
    if (y === null || y === undefined) {
      return -1;
    }
    const less = typeof x === "string" ? x.localeCompare(y) : x - y;
    return down ? -less : less;
  };
}

function head(column, order, draw) {
  const kind = column.num ? "th.num" : "th";
  if (!column.sort) {
    return el(kind, {scope: "col", title: column.title}, column.label);
  }
  return el(kind, {scope: "col", title: column.title}, el("button.sort", {
    type: "button",
    onclick: () => {
      order.down = order.name === column.name ? !order.down : true;
      order.name = column.name;
      draw();
    }
  }, column.label));
}

function line(columns, row, options) {
  const cells = columns.map((column, at) => {
    let content = column.cell(row);
    if (at === 0 && options.open) {
      content = el("button.link", {type: "button", onclick: () => options.open(row)}, content);
    }
    return el(column.num ? "td.num" : "td", column.wide ? {class: "wide"} : null, content ?? "–");
  });
  const tr = el("tr", cells);
  if (options.open) {
    tr.classList.add("opens");
    tr.addEventListener("click", (event) => {
      if (!event.target.closest("button, a, input")) {
        options.open(row);
      }
    });
  }
  return tr;
}

/** A dialog at the side, with a heading and a way out. */
export function drawer(title, ...content) {
  const close = el("button.quiet", {type: "button", "aria-label": "Close"}, "✕");
  const dialog = el("dialog.drawer", {"aria-label": title},
      el("header", el("h2", title), close),
      el("div.body", content));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks before what cannot be taken back; resolves to true or false. */
export function confirmed(title, text, verb) {
  return new Promise((resolve) => {
    const yes = el("button.danger", {type: "button"}, verb);
    const no = el("button", {type: "button"}, "Cancel");
    const dialog = el("dialog.ask", {"aria-label": title}, el("h2", title), el("p", text), el("div.row.end", no, yes));
    let answer = false;
    yes.addEventListener("click", () => {
      answer = true;
      dialog.close();
    });
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  });
}

export function empty(title, text, ...more) {
  return el("div.empty", el("p", el("b", title)), el("p", text), more);
}

export function section(title, note, ...content) {
  return el("section.panel", el("header", el("h2", title), note ? el("p.note", note) : null), content);
}

/** A labelled field of a form. */
export function field(label, input, hint) {
  return el("label.field", el("span", label), input, hint ? el("small", hint) : null);
}
