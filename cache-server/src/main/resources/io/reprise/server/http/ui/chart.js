// Courses over time, drawn by uPlot, and small drawings of our own.

import {el, svg} from "./dom.js";
import {NONE} from "./words.js";

const drawn = new Set();
const themed = () => getComputedStyle(document.documentElement);
const color = (name) => themed().getPropertyValue(name).trim();

/** Draws all again, in the colours of the theme that holds now. */
export function redraw() {
  for (const chart of drawn) {
    if (chart.host.isConnected) {
      chart.draw();
    } else {
      chart.end();
    }
  }
}

const watcher = new ResizeObserver((entries) => {
  for (const entry of entries) {
    for (const chart of drawn) {
      if (chart.host === entry.target) {
        chart.fit();
      }
    }
  }
});

/**
 * A course. Series: {label, color: "--accent", values, format(value), fill, bars}. Times are seconds since 1970.
 * Options: {height, stacked, percent, step}.
 */
export function course(label, times, series, options = {}) {
  const host = el("div.chart", {role: "img", "aria-label": `${label}: ${summary(series)}`});
  const values = options.stacked ? stacked(series) : series.map((one) => one.values);
  // What is stacked highest is drawn first, so that those below stay seen.
  const order = series.map((_, at) => (options.stacked ? series.length - 1 - at : at));
  const chart = {
    host,
    plot: null,
    draw() {
      this.plot?.destroy();
      host.replaceChildren();
      this.plot = new uPlot(settings(times, series, order, options, host), [times, ...order.map((at) => values[at])], host);
    },
    fit() {
      const width = host.clientWidth;
      if (this.plot && width > 0 && Math.abs(this.plot.width - width) > 1) {
        this.plot.setSize({width, height: options.height ?? 180});
      }
    },
    end() {
      this.plot?.destroy();
      drawn.delete(this);
      watcher.unobserve(host);
    }
  };
  drawn.add(chart);
  requestAnimationFrame(() => {
    if (host.isConnected) {
      chart.draw();
      watcher.observe(host);
    }
  });
  return host;
}

function summary(series) {
  return series.map((one) => {
    const known = one.values.filter((value) => value !== null && value !== undefined);
    return `${one.label} ${known.length === 0 ? NONE : one.format(known.at(-1))} last`;
  }).join(", ");
}

function stacked(series) {
  const sums = series[0] ? series[0].values.map(() => 0) : [];
  return series.map((one) => one.values.map((value, at) => {
    sums[at] += value ?? 0;
    return value ? sums[at] : null;
  }));
}

function settings(times, series, order, options, host) {
  const grid = {stroke: color("--line"), width: 1};
  const axis = {stroke: color("--soft"), grid, ticks: {...grid, size: 4}, font: "11px system-ui, sans-serif"};
  const format = series[0]?.format ?? String;
  const drawing = series.map((one) => ({
    label: one.label,
    stroke: color(one.color),
    width: options.stacked ? 1 : 1.5,
    fill: options.stacked ? color(one.color) : one.fill ? `${color(one.color)}22` : undefined,
    dash: one.dash,
    paths: options.bars ? uPlot.paths.bars({size: [0.8, 40]}) : options.step ? uPlot.paths.stepped({align: 1}) : undefined,
    points: {show: times.length < 3},
    spanGaps: false
  }));
  return {
    width: Math.max(host.clientWidth, 120),
    height: options.height ?? 180,
    padding: [10, 8, 0, 0],
    legend: {show: false},
    cursor: {points: {size: 6}, drag: {x: false, y: false}},
    scales: {x: {time: true, range: (plot, low, high) => sides(low, high, times, options)}, y: {range: (plot, low, high) => range(low, high, options)}},
    axes: [
      {...axis, space: 64, size: 30, values: (plot, ticks, at, space, step) => ticks.map((tick) => moment(tick, step))},
      {...axis, size: 58, values: (plot, ticks) => ticks.map((tick) => (tick === 0 ? "0" : format(tick)))}
    ],
    series: [{}, ...order.map((at) => drawing[at])],
    plugins: [tooltip(times, series)]
  };
}

/** Bars stand on their times, so the first and the last need half their width more. */
function sides(low, high, times, options) {
  const half = times.length > 1 ? (times.at(-1) - times[0]) / (times.length - 1) / 2 : 1800;
  return options.bars || low === high ? [low - half, high + half] : [low, high];
}

function moment(seconds, step) {
  const date = new Date(seconds * 1000);
  return step >= 86_400 || (date.getHours() === 0 && date.getMinutes() === 0)
    ? date.toLocaleDateString(undefined, {month: "short", day: "numeric"})
    : date.toLocaleTimeString(undefined, {
      hour: "2-digit", minute: "2-digit", second: step < 60 ? "2-digit" : undefined, hourCycle: "h23"
    });
}

function range(low, high, options) {
  if (options.percent) {
    return [0, Math.min(1, Math.max(0.01, (high ?? 1) * 1.15))];
  }
  return [0, high > 0 ? high * 1.12 : 1];
}

function tooltip(times, series) {
  const box = el("div.tip", {hidden: true});
  return {
    hooks: {
      init: (plot) => plot.over.append(box),
      setCursor: (plot) => {
        const at = plot.cursor.idx;
        if (at === null || at === undefined || plot.cursor.left < 0) {
          box.hidden = true;
          return;
        }
        box.hidden = false;
        box.replaceChildren(
            el("b", new Date(times[at] * 1000).toLocaleString(undefined, {
              month: "short", day: "numeric", hour: "2-digit", minute: "2-digit"
            })),
            ...series.map((one) => el("div",
                el("i", {css: {background: color(one.color)}}), el("span", one.label),
                el("em", one.values[at] === null || one.values[at] === undefined ? NONE : one.format(one.values[at])))));
        const left = plot.cursor.left;
        const width = plot.over.clientWidth;
        const right = left > width / 2;
        box.style.left = right ? "" : `${left + 12}px`;
        box.style.right = right ? `${width - left + 12}px` : "";
      }
    }
  };
}

export function legend(series) {
  return el("ul.legend", series.map((one) =>
    el("li", el("i", {css: {background: `var(${one.color})`}}), one.label)));
}

/** A line without axes, for beside a number. */
export function sparkline(values) {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (known.length < 2) {
    return el("span.spark");
  }
  const [low, high] = [Math.min(...known, 0), Math.max(...known)];
  const spread = high - low || 1;
  const points = values.map((value, at) =>
    value === null || value === undefined ? null
      : `${(at / (values.length - 1) * 120).toFixed(1)},${(30 - (value - low) / spread * 28).toFixed(1)}`)
      .filter((point) => point !== null);
  const drawing = svg("svg", {viewBox: "0 0 120 32", preserveAspectRatio: "none", "aria-hidden": "true"},
      svg("polygon", {points: `${points[0].split(",")[0]},32 ${points.join(" ")} ${points.at(-1).split(",")[0]},32`, class: "area"}),
      svg("polyline", {points: points.join(" "), class: "line"}));
  return el("span.spark", drawing);
}

/** A share as a bar, with its parts: [{label, value, color}]. */
export function shares(label, parts) {
  const whole = parts.reduce((sum, part) => sum + part.value, 0);
  return el("div.shares", {role: "img", "aria-label": `${label}: ${parts.map((part) => `${part.label} ${part.value}`).join(", ")}`},
      parts.filter((part) => part.value > 0).map((part) => el("span", {
        title: `${part.label}: ${part.value.toLocaleString("en")}`,
        css: {width: `${100 * part.value / whole}%`, background: `var(${part.color})`}
      })));
}
