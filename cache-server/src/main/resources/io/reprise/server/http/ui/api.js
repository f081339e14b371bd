// The server, asked through the same routes that programs use.

/** What the server refused: its status, and its words. */
export class Refused extends Error {
  constructor(status, problem) {
    const errors = (problem?.errors ?? []).map((error) => `${error.field} ${error.problem}`.trim());
    super(errors.length > 0 ? errors.join("; ") : problem?.detail ?? `The server answered ${status}.`);
    this.status = status;
  }
}

let expired = () => {};

/** Says what happens when a session has ended. */
export function whenLoggedOut(then) {
  expired = then;
}

async function send(method, path, body) {
  const headers = {accept: "application/json"};
  if (method !== "GET") {
    headers["x-reprise-csrf"] = "1";
  }
  if (body !== undefined) {
    headers["content-type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(path, {
      method, headers, credentials: "same-origin", cache: "no-store",
      body: body === undefined ? undefined : JSON.stringify(body)
    });
  } catch {
    throw new Refused(0, {detail: "The server does not answer. It may have been stopped."});
  }
  const text = await response.text();
  const json = response.headers.get("content-type")?.includes("json") && text !== "" ? JSON.parse(text) : null;
  if (!response.ok) {
    if (response.status === 403) {
      expired();
    }
    throw new Refused(response.status, json);
  }
  return json;
}

/** The path with those parameters that have a value. */
export function query(path, parameters = {}) {
  const set = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set)}`;
}

export const get = (path, parameters) => send("GET", query(path, parameters));
export const post = (path, body) => send("POST", path, body);
export const put = (path, body) => send("PUT", path, body);
export const remove = (path) => send("DELETE", path);

/** As get, but null where this server has no such route, or it is switched off. */
export async function getIfThere(path, parameters) {
  try {
    return await get(path, parameters);
  } catch (refused) {
    if (refused instanceof Refused && refused.status === 404) {
      return null;
    }
    throw refused;
  }
}
