// How the server fared over a range of time, from the routes that know it.

import {get, getIfThere} from "./api.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const RANGES = [
  {name: "hour", label: "Hour", minutes: 60, step: MINUTE},
  {name: "day", label: "Day", minutes: 24 * 60, step: HOUR, group: "hour"},
  {name: "week", label: "Week", minutes: 7 * 24 * 60, step: HOUR, group: "hour"},
  {name: "month", label: "Month", minutes: 31 * 24 * 60, step: DAY, group: "day"}
];

const COUNTS = ["calls", "exact_hits", "semantic_hits", "coalesced", "misses", "bypasses"];

/** A point of a course with nothing in it. */
function blank(time) {
  return {time, calls: 0, exact_hits: 0, semantic_hits: 0, coalesced: 0, misses: 0, bypasses: 0, spent: 0, saved: 0};
}

/**
 * What happened in a range, oldest first: {points, samples, kept}. Points are of equal steps; samples say what held at
 * moments (latency, bound). kept is false where only the time since the start is known; step is between points, in milliseconds.
 */
export async function load(range) {
  const now = Date.now();
  const [course, spend] = await Promise.all([
    get("/v1/admin/course", {minutes: range.minutes}),
    range.group ? getIfThere("/v1/reports/spend", {
      from: new Date(floor(now, range.step) - range.minutes * MINUTE + range.step).toISOString(), group_by: range.group
    }) : null
  ]);
  const samples = course.items.map((item) => ({...item, time: Date.parse(item.time)}));
  if (spend) {
    return {points: filled(reported(spend.items, range), range, now), samples, kept: true, step: range.step};
  }
  if (range.minutes > 24 * 60) {
    const byDay = {...range, group: "day", step: DAY};
    const from = new Date(now - range.minutes * MINUTE).toISOString().slice(0, 10);
    const savings = await get("/v1/savings", {group_by: "day", from});
    return {points: filled(reported(savings.rows, byDay), byDay, now), samples, kept: true, step: DAY};
  }
  return {points: filled(differences(samples, range), range, now), samples, kept: false, step: range.step};
}

const floor = (time, step) => Math.floor(time / step) * step;

/** Sums by the hour or day as points. */
function reported(rows, range) {
  return rows.map((row) => {
    const at = row[range.group];
    return point(row, Date.parse(at.length === 10 ? `${at}T00:00:00Z` : at));
  });
}

function point(row, time) {
  const made = blank(time);
  COUNTS.forEach((name) => (made[name] = row[name] ?? 0));
  made.spent = Number(row.spent_usd ?? 0);
  made.saved = Number(row.saved_usd ?? 0);
  return made;
}

/** What totals at moments say of the steps between them. */
function differences(samples, range) {
  const byStep = new Map();
  for (let at = 1; at < samples.length; at++) {
    const [before, after] = [samples[at - 1], samples[at]];
    const time = floor(after.time - 1, range.step);
    const point = byStep.get(time) ?? blank(time);
    byStep.set(time, point);
    COUNTS.forEach((name) => (point[name] += Math.max(0, after[name] - before[name])));
    point.spent += Math.max(0, after.spent_usd - before.spent_usd);
    point.saved += Math.max(0, after.saved_usd - before.saved_usd);
  }
  return [...byStep.values()];
}

/** A point for every step of the range, also where nothing happened. */
function filled(points, range, now) {
  const byTime = new Map(points.map((point) => [floor(point.time, range.step), point]));
  const last = floor(now, range.step);
  const steps = Math.round(range.minutes * MINUTE / range.step);
  return Array.from({length: steps}, (_, at) => {
    const time = last - (steps - 1 - at) * range.step;
    return byTime.get(time) ?? blank(time);
  });
}

export function sum(points, name) {
  return points.reduce((whole, point) => whole + point[name], 0);
}

/** The share of looked-up calls that a kind of hit answered, 0 to 1; null where none was looked up. */
export function rate(point, ...kinds) {
  const looked = point.exact_hits + point.semantic_hits + point.coalesced + point.misses;
  return looked === 0 ? null : kinds.reduce((hits, kind) => hits + point[kind], 0) / looked;
}

/** All points as one. */
export function whole(points) {
  const all = blank(0);
  [...COUNTS, "spent", "saved"].forEach((name) => (all[name] = sum(points, name)));
  return all;
}
