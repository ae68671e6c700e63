// Work on the server for a view: its progress, its end, and what it could not read.
// @ts-check
import { html, nothing } from './lib/lit-html/lit-html.js';
import * as api from './api.js';
import { count, counted, visible } from './text.js';

/** @param {unknown} failure */
export function messageOf(failure) {
  if (failure instanceof api.ApiError) {
    return failure.message;
  }
  return 'The explorer does not answer. It may have been stopped: start persistor explore again, and open the address that it prints.';
}

/** Work of a view that can be stopped, and its progress. */
export class Work {
  /** @param {import('./app.js').App} app */
  constructor(app) {
    this.app = app;
    /** @type {AbortController | undefined} */
    this.running = undefined;
    /** @type {api.Progress | undefined} */
    this.progress = undefined;
    /** @type {api.End | undefined} */
    this.end = undefined;
    this.error = '';
    this.isStopped = false;
    /** @type {api.Finding[]} */
    this.findings = [];
  }

  /**
   * @param {string} resource
   * @param {URLSearchParams} query
   * @param {(line: any, text: string) => void} take
   */
  async run(resource, query, take) {
    this.stop();
    const mine = new AbortController();
    this.running = mine;
    this.progress = this.end = undefined;
    this.error = '';
    this.isStopped = false;
    this.findings = [];
    try {
      await api.stream(resource, query, mine.signal, (line, text) => {
        if (this.running === mine) {
          this.look(line);
          take(line, text);
          this.app.draw();
        }
      });
    } catch (failure) {
      if (this.running === mine && !mine.signal.aborted) {
        this.error = messageOf(failure);
      }
    }
    if (this.running === mine) {
      this.running = undefined;
    }
    this.app.draw();
  }

  /** @param {any} line */
  look(line) {
    this.progress = line.progress ?? this.progress;
    this.end = line.end ?? this.end;
    this.error = line.error ?? this.error;
    this.findings.push(...(line.findings ?? []));
  }

  stop = () => {
    this.isStopped = this.running !== undefined;
    this.running?.abort();
    this.running = undefined;
    this.app.draw();
  };

  /** @param {string} what */
  template(what) {
    const looked = this.progress
      ? `${counted(this.progress.blobs, 'blob')} listed, ${counted(this.progress.messages, 'message')} read`
      : '';
    return html`
      <p class="work" role="status">
        ${this.running
          ? html`<progress aria-label=${what}></progress> ${what} … ${looked}
              <button type="button" class="stop" @click=${this.stop}>Stop</button>`
          : html`${this.isStopped ? 'Stopped.' : this.end?.reason === 'time' ? 'The time for one search is over. The result is incomplete.' : this.end ? 'Done.' : ''}
            ${looked ? `${looked}.` : ''}`}
      </p>
      ${this.error ? html`<p class="error" role="alert">${visible(this.error)}</p>` : nothing}
      ${this.findings.length > 0 ? findings(this.findings) : nothing}
    `;
  }
}

/** @param {api.Finding[]} all */
export function findings(all) {
  return html`
    <section class="findings" aria-label="Blobs that could not be read">
      <h2>${count(all.length)} ${all.length === 1 ? 'blob' : 'blobs'} could not be read completely</h2>
      <ul>
        ${all.slice(0, 200).map(
          (finding) => html`<li><strong>${finding.kind}</strong> <bdi><code>${visible(finding.blob)}</code></bdi>: ${visible(finding.reason)}</li>`,
        )}
      </ul>
      ${all.length > 200 ? html`<p>And ${count(all.length - 200)} more.</p>` : nothing}
    </section>
  `;
}
