// One message with everything that is known about it.
// @ts-check
import { html, nothing } from './lib/lit-html/lit-html.js';
import { get, payload } from './api.js';
import { emptyQuery } from './state.js';
import { messageOf } from './work.js';
import { jsonTree } from './tree.js';
import { bytes, count, time, visible, visibleLines } from './text.js';

const HEX_BYTES = 4_096;
const TEXT_CHARACTERS = 200_000;

export class MessageView {
  /** @param {import('./app.js').App} app */
  constructor(app) {
    this.app = app;
    /** @type {any} */
    this.message = undefined;
    this.place = '';
    this.error = '';
    this.note = '';
    this.shown = 'tree';
    /** Whether the payload is shown as it was received although it is compressed. */
    this.isAsReceived = false;
    /** @type {any} */
    this.tree = undefined;
  }

  /** @param {import('./state.js').View} view */
  async start(view) {
    if (view.place === this.place && this.message) {
      return;
    }
    this.place = view.place;
    this.message = undefined;
    this.error = this.note = '';
    this.isAsReceived = false;
    try {
      const message = await get('message', new URLSearchParams({ place: view.place }));
      if (this.place === view.place) {
        this.message = message;
        this.choosePayload();
      }
    } catch (failure) {
      this.error = messageOf(failure);
    }
    this.app.draw();
  }

  isBusy() {
    return this.message === undefined && this.error === '';
  }

  stop() {
    this.message = this.tree = undefined;
    this.place = '';
  }

  payload() {
    return this.isAsReceived ? this.message.payload : (this.message.decompressed ?? this.message.payload);
  }

  choosePayload() {
    const { text } = this.payload();
    this.tree = undefined;
    this.shown = text === undefined ? 'hex' : 'text';
    if (text !== undefined && this.payload().whole && /^\s*[[{]/.test(text)) {
      try {
        this.tree = { value: JSON.parse(text) };
        this.shown = 'tree';
      } catch {
        // Not JSON: it is shown as text.
      }
    }
  }

  template() {
    if (this.error) {
      return html`<p class="error" role="alert">${visible(this.error)}</p>`;
    }
    if (!this.message) {
      return html`<p class="work" role="status"><progress aria-label="Reading the message"></progress> Reading the message …</p>`;
    }
    const message = this.message;
    const term = (/** @type {string} */ name, /** @type {unknown} */ value) => html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`;
    const position = message.position;
    return html`
      <article class="message" aria-label="Message">
        <h2>Message <bdi>${visible(message.id)}</bdi></h2>
        <p class="actions">
          <button type="button" @click=${() => history.back()}>Back</button>
          <button type="button" @click=${this.download}>Download the payload</button>
          <button type="button" @click=${this.copyLink}>Copy the link</button>
          <button type="button" @click=${() => this.app.go('browse', { ...emptyQuery(), source: [message.source], id: message.id })}>Find copies</button>
          ${message.orderingKey
            ? html`<button type="button" @click=${() => this.neighbours(message)}>Neighbours with the same key</button>`
            : nothing}
          <span role="status">${this.note}</span>
        </p>
        <dl class="facts">
          ${term('publish time', time(message.publishTime, this.app.utc))} ${term('source', visible(message.source))}
          ${term('ordering key', message.orderingKey === undefined ? '—' : visible(message.orderingKey))}
          ${position
            ? html`${term('partition', visible(position.partition))} ${term('offset', position.offset)} ${position.log ? term('log', visible(position.log)) : nothing}`
            : nothing}
          ${message.deliveryAttempt === undefined ? nothing : term('delivery attempt', message.deliveryAttempt)}
          ${term('blob', visible(message.blob.name))} ${term('index in the blob', message.blob.index)}
          ${term('blob size', bytes(message.blob.bytes))} ${term('blob CRC32C', message.blob.crc32c ?? 'not kept by the store')}
          ${term('payload CRC32C', message.payload.crc32c)} ${term('content digest', message.digest)}
        </dl>
        ${this.attributes('Attributes', message.attributes, message.attributesTotal, true)}
        ${this.attributes('Broker properties', message.brokerProperties, message.brokerPropertiesTotal, false)} ${this.payloadTemplate()}
      </article>
    `;
  }

  /** @param {any} message */
  neighbours(message) {
    const moment = new Date(message.publishTime).getTime();
    const at = (/** @type {number} */ offset) => new Date(moment + offset).toISOString();
    this.app.go('browse', {
      ...emptyQuery(),
      source: [message.source],
      key: message.orderingKey,
      from: at(-300_000),
      to: at(300_000),
    });
  }

  /** @param {string} title @param {{name: string, type: string, value: string}[]} entries @param {number} total @param {boolean} canMore */
  attributes(title, entries, total, canMore) {
    if (total === 0) {
      return nothing;
    }
    return html`
      <section aria-label=${title}>
        <h3>${title} (${count(total)})</h3>
        <div class="wide">
          <table>
            <thead>
              <tr><th scope="col">name</th><th scope="col">type</th><th scope="col">value</th></tr>
            </thead>
            <tbody>
              ${entries.map(
                (entry) => html`<tr>
                  <td><bdi>${visible(entry.name)}</bdi></td>
                  <td>${entry.type}</td>
                  <td><bdi>${visible(entry.value)}</bdi></td>
                </tr>`,
              )}
            </tbody>
          </table>
        </div>
        ${total > entries.length
          ? html`<p class="note">
              ${count(total - entries.length)} more are not shown. ${canMore ? html`<button type="button" @click=${this.moreAttributes}>Show more</button>` : nothing}
            </p>`
          : nothing}
      </section>
    `;
  }

  moreAttributes = async () => {
    const shown = this.message.attributes.length;
    const more = await get('message', new URLSearchParams({ place: this.place, attributesFrom: String(shown) }));
    this.message.attributes = [...this.message.attributes, ...more.attributes];
    this.app.draw();
  };

  payloadTemplate() {
    const shown = this.payload();
    const message = this.message;
    const views = [...(this.tree ? ['tree'] : []), ...(shown.text === undefined ? [] : ['text']), 'hex'];
    return html`
      <section aria-label="Payload">
        <h3>Payload (${bytes(message.payload.bytes)})</h3>
        <p class="actions" role="group" aria-label="How the payload is shown">
          ${views.map(
            (view) => html`<button type="button" aria-pressed=${this.shown === view} @click=${() => this.show(view)}>${view === 'tree' ? 'JSON' : view}</button>`,
          )}
          ${message.decompressed
            ? html`<label><input type="checkbox" .checked=${!this.isAsReceived} @change=${this.switchDecompressed} /> decompressed (${visible(message.decompressed.encoding)})</label>`
            : nothing}
        </p>
        ${shown.whole ? nothing : html`<p class="note">Only the beginning is shown. The download is complete (${bytes(message.payload.bytes)}).</p>`}
        ${this.shown === 'tree' && this.tree ? html`<div class="tree">${jsonTree(this.tree.value, () => this.app.draw())}</div>` : nothing}
        ${this.shown === 'text' ? this.textTemplate(shown.text ?? '') : nothing}
        ${this.shown === 'hex' ? html`<pre class="hex" tabindex="0" aria-label="Payload in hexadecimal">${hex(shown.base64)}</pre>` : nothing}
      </section>
    `;
  }

  /** @param {string} text */
  textTemplate(text) {
    return html`
      <pre class="text" tabindex="0" aria-label="Payload as text"><bdi>${visibleLines(text.slice(0, TEXT_CHARACTERS))}</bdi></pre>
      ${text.length > TEXT_CHARACTERS ? html`<p class="note">${count(text.length - TEXT_CHARACTERS)} more characters are not shown.</p>` : nothing}
    `;
  }

  /** @param {string} view */
  show(view) {
    this.shown = view;
    this.app.draw();
  }

  switchDecompressed = () => {
    this.isAsReceived = !this.isAsReceived;
    this.choosePayload();
    this.app.draw();
  };

  download = async () => {
    try {
      const url = URL.createObjectURL(await payload(this.place));
      const link = document.createElement('a');
      link.href = url;
      link.download = 'payload.bin';
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (failure) {
      this.note = messageOf(failure);
      this.app.draw();
    }
  };

  copyLink = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      this.note = 'The link is copied. It works while this explorer runs, in a browser that has opened its address with the token.';
    } catch {
      this.note = location.href;
    }
    this.app.draw();
  };
}

/**
 * Returns bytes as a table: offset, sixteen bytes, their ASCII.
 *
 * @param {string} base64
 */
export function hex(base64) {
  const all = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const lines = [];
  for (let at = 0; at < Math.min(all.length, HEX_BYTES); at += 16) {
    const row = [...all.slice(at, Math.min(at + 16, HEX_BYTES))];
    const digits = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${digits.padEnd(47)}  ${ascii}`);
  }
  if (all.length > HEX_BYTES) {
    lines.push(`… ${count(all.length - HEX_BYTES)} more bytes are not shown`);
  }
  return lines.join('\n');
}
