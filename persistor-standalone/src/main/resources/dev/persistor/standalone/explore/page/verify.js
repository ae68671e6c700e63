// Reads everything of a window, and shows what is damaged or missing.
// @ts-check
import { html, nothing } from './lib/lit-html/lit-html.js';
import { parameters } from './api.js';
import { emptyQuery } from './state.js';
import { Work, findings } from './work.js';
import { count, counted, time, visible } from './text.js';

export class VerifyView {
  /** @param {import('./app.js').App} app */
  constructor(app) {
    this.app = app;
    this.work = new Work(app);
    /** @type {any} */
    this.found = undefined;
  }

  start() {}

  isBusy() {
    return this.work.running !== undefined;
  }

  stop() {
    this.work.stop();
  }

  run = () => {
    this.found = undefined;
    const { from, to, source } = this.app.view.query;
    this.work.run('verify', parameters({ ...emptyQuery(), from, to, source }, { seconds: '600' }), (line) => {
      if (line.verification) {
        this.found = line.verification;
        this.mark(line.verification);
      }
    });
  };

  /** Marks damage and gaps on the timelines. @param {any} found */
  mark(found) {
    const seconds = (/** @type {string} */ text) => new Date(text).getTime() / 1000;
    this.app.marks = new Map();
    const add = (/** @type {string} */ source, /** @type {import('./timeline.js').Mark} */ mark) =>
      this.app.marks.set(source, [...(this.app.marks.get(source) ?? []), mark]);
    for (const gap of found.gaps) {
      if (gap.after && gap.before) {
        add(gap.source, { from: seconds(gap.after), to: seconds(gap.before), kind: 'gap', text: `${gap.firstOffset} to ${gap.lastOffset}` });
      }
    }
    for (const finding of found.findings) {
      if (finding.source && finding.first) {
        add(finding.source, { from: seconds(finding.first), to: seconds(finding.last), kind: finding.kind, text: finding.blob });
      }
    }
  }

  template() {
    return html`
      <p class="actions">
        <button type="button" ?disabled=${this.work.running !== undefined} @click=${this.run}>Verify this window</button>
        <span class="note">Reads every blob of the time range and the sources. The other filters are ignored.</span>
      </p>
      ${this.work.template('Verifying')} ${this.found ? this.result(this.found) : nothing}
    `;
  }

  /** @param {any} found */
  result(found) {
    return html`
      <p class=${found.good ? 'good' : 'error'} role="status">
        ${found.good
          ? found.messages === 0
            ? 'Nothing was verified: this window has no message.'
            : found.sourcesCompared === found.sources
              ? 'Nothing is damaged, and no offset is missing.'
              : `Nothing is damaged. Only ${count(found.sourcesCompared)} of ${counted(found.sources, 'source')} have offsets to compare: elsewhere a deleted blob is not noticed.`
          : 'The archive is damaged or incomplete in this window.'}
      </p>
      <dl class="facts">
        ${[
          ['blobs', found.blobs],
          ['messages', found.messages],
          ['copies', found.duplicates],
          ['same id, other content', found.sameId],
          ['foreign blobs', found.foreign],
          ['in quarantine', found.quarantined],
          ['gaps in offsets', found.gapsTotal],
        ].map(([name, value]) => html`<div><dt>${name}</dt><dd>${count(Number(value))}</dd></div>`)}
      </dl>
      ${found.findings.length > 0 ? findings(found.findings) : nothing}
      ${found.gaps.length > 0
        ? html`<section aria-label="Gaps in offsets">
            <h2>Gaps in offsets</h2>
            <ul>
              ${found.gaps.map(
                (/** @type {any} */ gap) => html`<li>
                  <bdi>${visible(gap.source)}</bdi>, partition <bdi>${visible(gap.partition)}</bdi>: ${gap.firstOffset} to ${gap.lastOffset}${gap.after && gap.before
                    ? html`, between ${time(gap.after, this.app.utc)} and ${time(gap.before, this.app.utc)}`
                    : nothing}
                </li>`,
              )}
            </ul>
          </section>`
        : nothing}
    `;
  }
}
