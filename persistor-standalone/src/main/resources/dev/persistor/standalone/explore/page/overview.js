// Each source with its counts, and a timeline of when its messages were published.
// @ts-check
import { html, nothing } from './lib/lit-html/lit-html.js';
import { parameters } from './api.js';
import { emptyQuery } from './state.js';
import { Work } from './work.js';
import { Timeline, columns, emptyStretches } from './timeline.js';
import { bytes, count, counted, time, visible } from './text.js';

/** @typedef {import('./timeline.js').Source} Source */

export class OverviewView {
  /** @param {import('./app.js').App} app */
  constructor(app) {
    this.app = app;
    this.work = new Work(app);
    /** @type {{sources: Source[], unreadBlobs: number, unreadBytes: number, damagedBlobs: number} | undefined} */
    this.found = undefined;
    /** @type {'messages' | 'bytes'} */
    this.measure = 'messages';
    /** @type {Map<string, Timeline>} */
    this.charts = new Map();
  }

  /**
   * @param {import('./state.js').View} view
   * @param {boolean} [isAgain] whether what is shown stays until the new overview is complete
   */
  start(view, isAgain = false) {
    const { from, to, source } = view.query;
    /** @type {typeof this.found} */
    let next;
    this.work.run('overview', parameters({ ...emptyQuery(), from, to, source }), (line) => {
      next = line.overview ?? next;
      if (next && (!isAgain || line.end)) {
        this.found = next;
        this.app.sources = next.sources.map((each) => each.source);
      }
    });
  }

  isBusy() {
    return this.work.running !== undefined;
  }

  stop() {
    this.work.stop();
    this.charts.clear();
  }

  /** The range that all charts show, in seconds since 1970. */
  range() {
    const sources = this.found?.sources ?? [];
    const seconds = (/** @type {string} */ text) => new Date(text).getTime() / 1000;
    const { from, to } = this.app.view.query;
    return {
      from: from ? seconds(from) : Math.min(...sources.map((source) => Math.floor(seconds(source.first)))),
      to: to ? seconds(to) : Math.max(...sources.map((source) => Math.ceil(seconds(source.last)))),
    };
  }

  template() {
    const sources = this.found?.sources ?? [];
    const ignored = ['id', 'key', 'attr', 'text'].filter((name) => /** @type {any} */ (this.app.view.query)[name] !== '');
    return html`
      ${this.work.template('Listing the archive')}
      ${ignored.length > 0
        ? html`<p class="note">The overview uses metadata only and ignores these filters: ${ignored.join(', ')}. It counts all messages of the time range and the sources.</p>`
        : nothing}
      <fieldset class="measure">
        <legend>Draw</legend>
        ${/** @type {const} */ (['messages', 'bytes']).map(
          (measure) => html`<label><input type="radio" name="measure" .checked=${this.measure === measure} @change=${() => this.draw(measure)} /> ${measure}</label>`,
        )}
      </fieldset>
      ${this.found && sources.length === 0 && !this.work.running ? html`<p class="note">No source has messages in this time range.</p>` : nothing}
      ${sources.map((source) => this.source(source))} ${this.unread()}
    `;
  }

  /** @param {'messages' | 'bytes'} measure */
  draw(measure) {
    this.measure = measure;
    this.app.draw();
  }

  /** @param {Source} source */
  source(source) {
    const range = this.range();
    const empty = emptyStretches(columns(source, range.from, range.to));
    const utc = this.app.utc;
    const at = (/** @type {number} */ seconds) => time(new Date(seconds * 1000).toISOString(), utc);
    return html`
      <section class="panel" aria-label=${`Source ${source.source}`}>
        <h2><bdi>${visible(source.source)}</bdi></h2>
        <dl>
          <div><dt>messages</dt><dd>${count(source.messages)}</dd></div>
          <div><dt>blobs</dt><dd>${count(source.blobs)}</dd></div>
          <div><dt>stored</dt><dd>${bytes(source.bytes)}</dd></div>
          <div><dt>first</dt><dd>${time(source.first, utc)}</dd></div>
          <div><dt>last</dt><dd>${time(source.last, utc)}</dd></div>
        </dl>
        <div class="chart" data-source=${source.source} role="img" aria-label=${`${count(source.messages)} messages over time, with ${counted(empty.length, 'period')} without messages`}></div>
        <p class="actions">
          <button type="button" @click=${() => this.app.go('browse', { source: [source.source] })}>Browse</button>
          <button type="button" @click=${() => this.app.go('shape', { source: [source.source] })}>Shape</button>
          <button type="button" @click=${() => this.app.go('verify', { source: [source.source] })}>Verify</button>
        </p>
        ${empty.length > 0
          ? html`<details>
              <summary>${counted(empty.length, 'period')} without messages</summary>
              <ul>
                ${empty.slice(0, 50).map((stretch) => html`<li>from ${at(stretch.from)} to ${at(stretch.to)}</li>`)}
              </ul>
              ${empty.length > 50 ? html`<p>And ${count(empty.length - 50)} more. Zoom in to see them.</p>` : nothing}
            </details>`
          : nothing}
      </section>
    `;
  }

  unread() {
    const found = this.found;
    if (!found || (found.unreadBlobs === 0 && found.damagedBlobs === 0)) {
      return nothing;
    }
    return html`
      ${found.damagedBlobs > 0 ? html`<p class="error">${count(found.damagedBlobs)} blobs have lost their metadata. Run Verify to list them.</p>` : nothing}
      ${found.unreadBlobs > 0
        ? html`<p class="note">
            ${count(found.unreadBlobs)} blobs of ${bytes(found.unreadBytes)} have no source or no time in their metadata and are not counted above. Browse and Shape read them.
          </p>`
        : nothing}
    `;
  }

  drawn() {
    const range = this.range();
    for (const source of this.found?.sources ?? []) {
      const element = /** @type {HTMLElement | null} */ (document.querySelector(`.chart[data-source="${CSS.escape(source.source)}"]`));
      if (!element) {
        continue;
      }
      let chart = this.charts.get(source.source);
      if (!chart || chart.element !== element) {
        element.replaceChildren();
        chart = new Timeline(element, (from, to) => this.zoom(from, to));
        this.charts.set(source.source, chart);
      }
      chart.show(source, {
        ...range,
        utc: this.app.utc,
        measure: this.measure,
        marks: this.app.marks.get(source.source) ?? [],
      });
    }
  }

  /** @param {number} from @param {number} to */
  zoom(from, to) {
    const text = (/** @type {number} */ seconds) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
    this.app.go('overview', { from: text(from), to: text(Math.max(to, from + 1)) });
  }
}
