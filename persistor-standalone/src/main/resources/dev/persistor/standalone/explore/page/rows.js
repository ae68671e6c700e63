// Rows by the million: kept as the text that came, parsed when they are shown.
// @ts-check

/** @typedef {import('./api.js').Row} Row */

const KEPT_CHUNKS = 64;

/** Rows in the order in which they came. */
export class RowStore {
  constructor() {
    /** @type {{start: number, text: string}[]} */
    this.chunks = [];
    /** @type {Map<number, Row[]>} */
    this.parsed = new Map();
    this.length = 0;
  }

  /** @param {number} rows how many rows the line has @param {string} text */
  add(rows, text) {
    this.chunks.push({ start: this.length, text });
    this.length += rows;
  }

  /** @param {number} index @returns {Row} */
  get(index) {
    const chunk = this.chunkOf(index);
    let rows = this.parsed.get(chunk);
    if (!rows) {
      /** @type {Row[]} */
      const parsed = JSON.parse(this.chunks[chunk].text).rows;
      rows = parsed;
      this.parsed.set(chunk, rows);
      if (this.parsed.size > KEPT_CHUNKS) {
        this.parsed.delete(/** @type {number} */ (this.parsed.keys().next().value));
      }
    }
    return rows[index - this.chunks[chunk].start];
  }

  /** @param {number} index */
  chunkOf(index) {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.chunks[middle].start <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
