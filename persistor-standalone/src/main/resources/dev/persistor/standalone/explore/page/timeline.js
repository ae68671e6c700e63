// A source's messages over time, as a chart.
// @ts-check
import uPlot from './lib/uplot/uPlot.esm.js';

const MOST_COLUMNS = 240;

/**
 * @typedef {object} Source
 * @property {string} source
 * @property {number} blobs
 * @property {number} messages
 * @property {number} bytes
 * @property {string} first
 * @property {string} last
 * @property {number} stepSeconds
 * @property {[number, number, number][]} steps start in seconds since 1970, messages, bytes
 *
 * @typedef {{from: number, to: number, kind: string, text: string}} Mark what verification found, in seconds since 1970
 */

/**
 * Adds steps up to columns of one width, with empty ones where nothing was published.
 *
 * @param {Source} source
 * @param {number} from seconds since 1970
 * @param {number} to
 * @returns {{width: number, times: number[], messages: number[], bytes: number[]}}
 */
export function columns(source, from, to) {
  const span = Math.max(to - from, source.stepSeconds);
  const width = Math.max(1, Math.ceil(span / MOST_COLUMNS / source.stepSeconds)) * source.stepSeconds;
  const begin = Math.floor(from / width);
  const length = Math.max(1, Math.min(MOST_COLUMNS * 2, Math.floor(to / width) - begin + 1));
  const times = Array.from({ length }, (_, index) => (begin + index) * width);
  const messages = new Array(length).fill(0);
  const bytes = new Array(length).fill(0);
  for (const [start, count, size] of source.steps) {
    const index = Math.floor(start / width) - begin;
    if (index >= 0 && index < length) {
      messages[index] += count;
      bytes[index] += size;
    }
  }
  return { width, times, messages, bytes };
}

/**
 * Returns the stretches without messages between the first and the last one.
 *
 * @param {{width: number, times: number[], messages: number[]}} data
 */
export function emptyStretches(data) {
  const stretches = [];
  const first = data.messages.findIndex((count) => count > 0);
  const last = data.messages.findLastIndex((count) => count > 0);
  for (let index = first; index >= 0 && index <= last; index++) {
    if (data.messages[index] === 0) {
      const begin = index;
      while (data.messages[index + 1] === 0 && index + 1 <= last) {
        index++;
      }
      stretches.push({ from: data.times[begin], to: data.times[index] + data.width });
    }
  }
  return stretches;
}

/**
 * Returns the chart's template of a time with 24 hours and with the date of ISO 8601.
 *
 * @param {string} template
 */
function withoutHalfDays(template) {
  return template
    .replace('{h}:{mm}{aa}', '{HH}:{mm}')
    .replace('{h}{aa}', '{HH}:{mm}')
    .replace('{M}/{D}/{YY}', '{YYYY}-{MM}-{DD}')
    .replace('{M}/{D}', '{MM}-{DD}');
}

/** Returns what gives the colours of the theme that is in use now, by their names. */
function colors() {
  const style = getComputedStyle(document.documentElement);
  return (/** @type {string} */ name) => style.getPropertyValue(name).trim();
}

/** A chart in an element. Dragging over it chooses a range of time. */
export class Timeline {
  /**
   * @param {HTMLElement} element
   * @param {(from: number, to: number) => void} choose
   */
  constructor(element, choose) {
    this.element = element;
    this.choose = choose;
    /** @type {any} */
    this.chart = undefined;
    this.key = '';
    /** @type {{from: number, to: number}[]} */
    this.empty = [];
    /** @type {Mark[]} */
    this.marks = [];
  }

  /**
   * @param {Source} source
   * @param {{from: number, to: number, utc: boolean, measure: 'messages' | 'bytes', marks: Mark[]}} view
   */
  show(source, view) {
    const data = columns(source, view.from, view.to);
    this.empty = emptyStretches(data);
    this.marks = view.marks;
    const values = [data.times, view.measure === 'bytes' ? data.bytes : data.messages];
    const width = Math.max(200, this.element.clientWidth);
    const color = colors();
    const key = `${width} ${view.utc} ${view.measure} ${view.from} ${view.to} ${color('--accent')}`;
    if (this.chart && key === this.key) {
      this.chart.setData(values);
      return;
    }
    this.key = key;
    this.chart?.destroy();
    this.chart = new uPlot(this.options(width, view, color), values, this.element);
  }

  /**
   * @param {number} width
   * @param {{from: number, to: number, utc: boolean, measure: string}} view
   * @param {(name: string) => string} color
   */
  options(width, view, color) {
    const axis = { stroke: color('--muted'), grid: { stroke: color('--line'), width: 1 }, ticks: { stroke: color('--line') } };
    return {
      width,
      height: 120,
      legend: { show: false },
      tzDate: (/** @type {number} */ seconds) =>
        view.utc ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000),
      fmtDate: (/** @type {string} */ template) => uPlot.fmtDate(withoutHalfDays(template)),
      cursor: { y: false, drag: { x: true, y: false, setScale: false } },
      scales: { x: { time: true, range: () => [view.from, Math.max(view.to, view.from + 1)] } },
      axes: [axis, { ...axis, size: 56 }],
      series: [
        {},
        { label: view.measure, fill: color('--accent'), stroke: color('--accent'), width: 0, paths: uPlot.paths.bars({ size: [1, 60] }), points: { show: false } },
      ],
      hooks: {
        drawClear: [(/** @type {any} */ chart) => this.shade(chart, color)],
        setSelect: [(/** @type {any} */ chart) => this.select(chart)],
      },
    };
  }

  /** @param {any} chart @param {(name: string) => string} color */
  shade(chart, color) {
    const fill = (/** @type {number} */ from, /** @type {number} */ to, /** @type {string} */ style) => {
      const left = Math.max(chart.valToPos(from, 'x', true), chart.bbox.left);
      const right = Math.min(chart.valToPos(to, 'x', true), chart.bbox.left + chart.bbox.width);
      if (right > left) {
        chart.ctx.fillStyle = style;
        chart.ctx.fillRect(left, chart.bbox.top, Math.max(right - left, 2), chart.bbox.height);
      }
    };
    this.empty.forEach((stretch) => fill(stretch.from, stretch.to, color('--gap')));
    this.marks.forEach((mark) => fill(mark.from, Math.max(mark.to, mark.from + 1), color('--damage')));
  }

  /** @param {any} chart */
  select(chart) {
    if (chart.select.width > 2) {
      const from = chart.posToVal(chart.select.left, 'x');
      const to = chart.posToVal(chart.select.left + chart.select.width, 'x');
      chart.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
      this.choose(Math.floor(from), Math.ceil(to));
    }
  }
}
