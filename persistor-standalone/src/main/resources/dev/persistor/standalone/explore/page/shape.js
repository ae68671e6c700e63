// Which fields the JSON payloads have.
// @ts-check
import { html, nothing } from './lib/lit-html/lit-html.js';
import { parameters } from './api.js';
import { Work } from './work.js';
import { write } from './state.js';
import { count, time, visible } from './text.js';

/** @typedef {{path: string, messages: number, first: string, last: string, types: Record<string, number>, examples: string[]}} Field */

export class ShapeView {
  /** @param {import('./app.js').App} app */
  constructor(app) {
    this.app = app;
    this.work = new Work(app);
    /** @type {{messages: number, json: number, fieldsLeftOut: number, fields: Field[]} | undefined} */
    this.shape = undefined;
    this.hash = '';
    /** @type {'path' | 'first'} */
    this.order = 'path';
  }

  /** @param {import('./state.js').View} view */
  start(view) {
    const hash = write('shape', view.query);
    if (hash === this.hash && this.work.end) {
      return;
    }
    this.hash = hash;
    this.shape = undefined;
    this.work.run('shape', parameters(view.query), (line) => {
      this.shape = line.shape ?? this.shape;
    });
  }

  isBusy() {
    return this.work.running !== undefined;
  }

  stop() {
    this.work.stop();
  }

  template() {
    return html`${this.work.template('Reading payloads')} ${this.shape ? this.table(this.shape) : nothing}`;
  }

  /** @param {NonNullable<ShapeView['shape']>} shape */
  table(shape) {
    const fields = [...shape.fields].sort((a, b) =>
      this.order === 'first' ? b.first.localeCompare(a.first) : a.path.localeCompare(b.path),
    );
    return html`
      <p class="found">
        <strong>${count(shape.json)}</strong> of ${count(shape.messages)} payloads are JSON objects or arrays, with ${count(shape.fields.length)} fields.
        ${this.work.end && !this.work.end.complete ? html`The time for one search was over: this is a part of the messages.` : nothing}
        ${shape.fieldsLeftOut > 0 ? html`Only the first ${count(shape.fields.length)} fields are shown.` : nothing}
      </p>
      <fieldset class="measure">
        <legend>Order</legend>
        <label><input type="radio" name="order" .checked=${this.order === 'path'} @change=${() => this.sort('path')} /> by name</label>
        <label><input type="radio" name="order" .checked=${this.order === 'first'} @change=${() => this.sort('first')} /> newest first</label>
      </fieldset>
      <div class="wide">
        <table>
          <thead>
            <tr>
              <th scope="col">field</th><th scope="col">types</th><th scope="col">present in</th><th scope="col">first seen</th><th scope="col">last seen</th><th scope="col">examples</th>
            </tr>
          </thead>
          <tbody>
            ${fields.map(
              (field) => html`<tr>
                <td><bdi><code>${visible(field.path === '' ? '(the payload)' : field.path)}</code></bdi></td>
                <td>${Object.keys(field.types).join(', ')}</td>
                <td class="number">${share(field.messages, shape.json)}</td>
                <td>${time(field.first, this.app.utc)}</td>
                <td>${time(field.last, this.app.utc)}</td>
                <td>${field.examples.map((example) => html`<bdi><code>${visible(example)}</code></bdi> `)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  /** @param {'path' | 'first'} order */
  sort(order) {
    this.order = order;
    this.app.draw();
  }
}

/** @param {number} part @param {number} whole */
function share(part, whole) {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  // What is not everywhere is never shown as 100 %.
  return `${part === whole ? '100' : Math.min(percent, 99.9).toFixed(1)} %`;
}
