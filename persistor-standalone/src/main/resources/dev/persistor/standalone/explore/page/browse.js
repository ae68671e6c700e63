// Messages as rows, which appear while the archive is read.
// @ts-check
import { html, nothing } from './lib/lit-html/lit-html.js';
import { parameters } from './api.js';
import { Work } from './work.js';
import { RowStore } from './rows.js';
import { write } from './state.js';
import { bytes, count, time, visible } from './text.js';

const ROW_PIXELS = 30;
/** Browsers make no element higher than some 33 million pixels. */
const MOST_PIXELS = 32_000_000;
const FIRST_ROWS = 1_000;
const MOST_ROWS = 1_000_000;

export class BrowseView {
  /** @param {import('./app.js').App} app */
  constructor(app) {
    this.app = app;
    this.work = new Work(app);
    this.rows = new RowStore();
    this.hash = '';
    this.selected = 0;
    this.top = 0;
    this.height = 600;
  }

  /** @param {import('./state.js').View} view */
  start(view) {
    const hash = write('browse', view.query);
    if (hash === this.hash && this.work.end) {
      return;
    }
    this.hash = hash;
    this.rows = new RowStore();
    this.selected = this.top = 0;
    this.read(view.query, { limit: String(FIRST_ROWS) });
  }

  /** @param {import('./api.js').Query} query @param {Record<string, string>} bounds */
  read(query, bounds) {
    this.work.run('messages', parameters(query, bounds), (line, text) => {
      if (line.rows) {
        this.rows.add(line.rows.length, text);
      }
    });
  }

  more(/** @type {number} */ limit) {
    const next = this.work.end?.next;
    if (next) {
      this.read(this.app.view.query, { limit: String(limit), after: next });
    }
  }

  isBusy() {
    return this.work.running !== undefined;
  }

  stop() {
    this.work.stop();
  }

  template() {
    const next = this.work.end?.next;
    const total = this.rows.length;
    return html`
      ${this.work.template('Reading')}
      <p class="found">
        <strong>${count(total)}</strong> ${total === 1 ? 'message' : 'messages'}${next && !this.work.running ? ' so far, and there may be more' : ''}
        ${next && !this.work.running
          ? html`<button type="button" @click=${() => this.more(FIRST_ROWS * 10)}>Read 10,000 more</button>
              <button type="button" @click=${() => this.more(MOST_ROWS)}>Read all, up to a million</button>`
          : nothing}
      </p>
      ${total > 0 ? this.list(total) : this.work.end && !this.work.running ? html`<p class="note">No message matches.</p>` : nothing}
    `;
  }

  /** @param {number} total */
  list(total) {
    const pixels = Math.min(total * ROW_PIXELS, MOST_PIXELS);
    const rowsInPixels = Math.floor(pixels / ROW_PIXELS);
    // Beyond the highest element, a pixel stands for more than one row.
    const scrollable = Math.max(1, pixels - this.height);
    const shown = Math.ceil(this.height / ROW_PIXELS) + 2;
    const fraction = Math.min(1, this.top / scrollable);
    const first =
      rowsInPixels >= total
        ? Math.floor(this.top / ROW_PIXELS)
        : Math.floor(fraction * Math.max(0, total - this.height / ROW_PIXELS));
    const begin = Math.max(0, Math.min(first, total - 1));
    const end = Math.min(total, begin + shown);
    const offset = rowsInPixels >= total ? begin * ROW_PIXELS : this.top;
    const rows = [];
    for (let index = begin; index < end; index++) {
      rows.push(this.row(index));
    }
    return html`
      <div class="table" role="table" aria-label="Messages" aria-rowcount=${total + 1}>
        <div class="row head" role="row" aria-rowindex="1">
          ${['time', 'source', 'id', 'key', 'size', 'payload'].map((name) => html`<span role="columnheader" class=${`cell ${name}`}>${name}</span>`)}
        </div>
        <div class="scroll" role="rowgroup" tabindex="0" aria-label="Rows; arrow keys move, Enter opens" @scroll=${this.scrolled} @keydown=${this.pressed}>
          <div class="space" role="presentation" .style=${`height: ${pixels}px`}>
            <div class="window" role="presentation" .style=${`transform: translateY(${offset}px)`}>${rows}</div>
          </div>
        </div>
      </div>
    `;
  }

  /** @param {number} index */
  row(index) {
    const row = this.rows.get(index);
    const cell = (/** @type {string} */ name, /** @type {unknown} */ value) => html`<span role="cell" class=${`cell ${name}`}><bdi>${value}</bdi></span>`;
    return html`
      <div class=${`row${index === this.selected ? ' selected' : ''}`} role="row" aria-rowindex=${index + 2} @click=${() => this.open(index)}>
        ${cell('time', time(row.time, this.app.utc))} ${cell('source', visible(row.source))}
        <span role="cell" class="cell id"
          ><bdi><a tabindex="-1" href=${this.link(index)}>${visible(row.id)}</a></bdi></span
        >
        ${cell('key', visible(row.key ?? ''))} ${cell('size', bytes(row.bytes))} ${cell('payload', visible(row.preview))}
      </div>
    `;
  }

  /** @param {number} index */
  link(index) {
    return write('message', this.app.view.query, this.rows.get(index).place);
  }

  /** @param {number} index */
  open(index) {
    this.selected = index;
    location.hash = this.link(index);
  }

  scrolled = (/** @type {Event} */ event) => {
    const element = /** @type {HTMLElement} */ (event.target);
    this.top = element.scrollTop;
    this.height = element.clientHeight;
    this.app.draw();
  };

  pressed = (/** @type {KeyboardEvent} */ event) => {
    const page = Math.max(1, Math.floor(this.height / ROW_PIXELS) - 1);
    /** @type {Record<string, number>} */
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const move = moves[event.key];
    if (event.key === 'Enter' && this.rows.length > 0) {
      this.open(this.selected);
    } else if (move !== undefined) {
      event.preventDefault();
      this.selected = Math.max(0, Math.min(this.rows.length - 1, this.selected + move));
      this.reveal(/** @type {HTMLElement} */ (event.currentTarget));
    }
  };

  /** @param {HTMLElement} element */
  reveal(element) {
    const pixels = Math.min(this.rows.length * ROW_PIXELS, MOST_PIXELS);
    const y = (this.selected / this.rows.length) * pixels;
    if (y < element.scrollTop) {
      element.scrollTop = y;
    } else if (y + ROW_PIXELS > element.scrollTop + element.clientHeight) {
      element.scrollTop = y + ROW_PIXELS - element.clientHeight;
    }
    this.app.draw();
  }

  drawn() {
    const element = document.querySelector('.scroll');
    if (element && element.clientHeight !== this.height) {
      this.height = element.clientHeight;
      this.app.draw();
    }
    if (element && element.scrollTop === 0 && this.top > 0) {
      // Back from a message: the list is where it was.
      element.scrollTop = this.top;
    }
  }
}
