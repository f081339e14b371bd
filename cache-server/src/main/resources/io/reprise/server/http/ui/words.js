// Numbers and code words, as people say them.

const WHOLE = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", {notation: "compact", maximumFractionDigits: 1});
const CLOCK = new Intl.DateTimeFormat(undefined, {hour: "2-digit", minute: "2-digit", second: "2-digit"});
const DAY = new Intl.DateTimeFormat(undefined, {year: "numeric", month: "short", day: "numeric"});
const MOMENT = new Intl.DateTimeFormat(undefined, {dateStyle: "medium", timeStyle: "medium"});

export const NONE = "–";

export function count(number) {
  return number === null || number === undefined ? NONE : WHOLE.format(number);
}

export function short(number) {
  return number === null || number === undefined ? NONE : number < 10_000 ? WHOLE.format(number) : SHORT.format(number);
}

/** A decimal string in dollars; small sums keep two digits that say something. */
export function usd(text) {
  if (text === null || text === undefined) {
    return NONE;
  }
  const dollars = Number(text);
  const size = Math.abs(dollars);
  const digits = size === 0 || size >= 1 ? 2 : size >= 0.01 ? 4 : Math.min(10, 1 - Math.floor(Math.log10(size)) + 1);
  return (dollars < 0 ? "−$" : "$") + new Intl.NumberFormat("en", {
    minimumFractionDigits: Math.min(digits, 2), maximumFractionDigits: size >= 1000 ? 0 : digits
  }).format(size);
}

export function percent(share, digits = 1) {
  return share === null || share === undefined || Number.isNaN(share) ? NONE : `${(100 * share).toFixed(digits)} %`;
}

export function millis(value) {
  if (value === null || value === undefined || value === 0) {
    return NONE;
  }
  if (value >= 10_000) {
    return `${(value / 1000).toFixed(1)} s`;
  }
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ms`;
}

export function bytes(value) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let at = 0;
  let size = value;
  while (size >= 1000 && at < units.length - 1) {
    size /= 1000;
    at++;
  }
  return `${at === 0 ? size : size.toFixed(1)} ${units[at]}`;
}

export function ago(time, now = Date.now()) {
  const seconds = Math.round((now - Date.parse(time)) / 1000);
  const size = Math.abs(seconds);
  const [unit, of] = size < 60 ? [seconds, "s"] : size < 3600 ? [seconds / 60, "min"]
      : size < 86_400 ? [seconds / 3600, "h"] : [seconds / 86_400, "d"];
  const value = Math.round(Math.abs(unit));
  return seconds < 0 ? `in ${value} ${of}` : `${value} ${of} ago`;
}

export const moment = (time) => (time ? MOMENT.format(new Date(time)) : NONE);
export const clock = (time) => CLOCK.format(new Date(time));
export const day = (time) => DAY.format(new Date(time));

const OUTCOMES = {
  exact: "exact hit", semantic: "hit by meaning", miss: "miss", bypass: "bypass", coalesced: "shared answer",
  rule: "rule", refused: "refused"
};

export const outcome = (word) => OUTCOMES[word] ?? word;

const REASONS = {
  no_candidate: "nothing like it is stored",
  floor: "the nearest prompt is not near enough",
  verifier: "the model that reads both prompts was not sure enough",
  bound: "the bound on wrong hits allows none now",
  overload: "too many lookups waited",
  shadow: "shadow mode: decided, but answered from upstream",
  exact: "the same text in the same scope",
  semantic: "another text that means the same",
  coalesced: "an equal call was already under way",
  "no-cache": "the caller wanted a fresh answer",
  "no-store": "the caller wanted nothing stored",
  off: "the caller switched the cache off",
  "too-large": "the body is over the cacheable limit",
  unreadable: "the body could not be read",
  "any-route": "a route that is passed through"
};

const GUARDS = {
  number: "a number", unit: "a unit", quantity: "a quantity", negation: "a negation", code: "code", entity: "a name",
  antonym: "an opposite", accent: "an accent", language: "the language", length: "the length", "added-sentence": "a sentence more",
  "role-swap": "who does what to whom", "question-word": "the question asked", "letter-case": "the letter case"
};

/** Why a call was answered as it was. */
export function reason(word) {
  if (!word) {
    return NONE;
  }
  if (REASONS[word]) {
    return REASONS[word];
  }
  if (word.startsWith("guard:")) {
    const guard = word.slice("guard:".length);
    return `a guard: the prompts differ in ${GUARDS[guard] ?? guard}`;
  }
  if (word.startsWith("uncacheable:")) {
    return `not cacheable: ${word.slice("uncacheable:".length).replaceAll("-", " ")}`;
  }
  return word.replaceAll("_", " ").replaceAll("-", " ");
}

const STAGES = {
  parse: "read the call", exact: "same text", embed: "sentence model", search: "nearest prompts", decide: "read and decide",
  upstream: "upstream answers", end: "answer and the rest"
};

export const stage = (word) => STAGES[word] ?? word.replaceAll("_", " ");

/** The text of a completion in whatever form it was stored. */
export function completionText(completion) {
  if (completion === null || completion === undefined) {
    return "";
  }
  if (typeof completion === "string") {
    return completion;
  }
  const message = completion.choices?.[0]?.message ?? completion;
  const content = message.content ?? completion.choices?.[0]?.text ?? completion.output_text;
  if (typeof content === "string") {
    return content;
  }
  if (Array.isArray(content)) {
    const texts = content.map((part) => part.text ?? "").filter((text) => text !== "");
    if (texts.length > 0) {
      return texts.join("\n");
    }
  }
  return JSON.stringify(completion, null, 2);
}

/** Two texts as runs of words, each {text, differs}: by the longest common sequence of words. */
export function compared(left, right) {
  const a = words(left);
  const b = words(right);
  if (a.length * b.length > 400_000) {
    return [[{text: left, differs: false}], [{text: right, differs: false}]];
  }
  const same = commonLengths(a, b);
  const [of, to] = [[], []];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && folded(a[i]) === folded(b[j])) {
      of.push({text: a[i++], differs: false});
      to.push({text: b[j++], differs: false});
    } else if (j >= b.length || (i < a.length && same[i + 1][j] >= same[i][j + 1])) {
      of.push({text: a[i++], differs: true});
    } else {
      to.push({text: b[j++], differs: true});
    }
  }
  return [joined(of), joined(to)];
}

const words = (text) => text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
const folded = (word) => (/^\s+$/.test(word) ? " " : word.toLowerCase());

function commonLengths(a, b) {
  const table = Array.from({length: a.length + 1}, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i][j] = folded(a[i]) === folded(b[j]) ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  return table;
}

/** Blanks belong to the run around them, and to none that differs where the next one does not. */
function joined(runs) {
  const out = [];
  let blank = "";
  for (const run of runs) {
    const last = out.at(-1);
    if (/^\s+$/.test(run.text)) {
      blank += run.text;
    } else if (last && last.differs === run.differs) {
      last.text += blank + run.text;
      blank = "";
    } else {
      if (blank !== "") {
        out.push({text: blank, differs: false});
        blank = "";
      }
      out.push({...run});
    }
  }
  return blank === "" ? out : [...out, {text: blank, differs: false}];
}
