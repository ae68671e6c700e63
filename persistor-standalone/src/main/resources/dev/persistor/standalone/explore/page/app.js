// The page: reads the address, shows the view that it names, and starts the work of that view.
// @ts-check
import { html, render, nothing } from './lib/lit-html/lit-html.js';
import * as api from './api.js';
import * as state from './state.js';
import { visible, instant } from './text.js';
import { messageOf } from './work.js';
import { OverviewView } from './overview.js';
import { BrowseView } from './browse.js';
import { MessageView } from './message.js';
import { ShapeView } from './shape.js';
import { VerifyView } from './verify.js';
import { ReplayView } from './replay.js';

/** @type {Record<string, string>} */
const TITLES = { overview: 'Overview', browse: 'Browse', shape: 'Shape', verify: 'Verify', replay: 'Replay' };
const FOLLOW_MILLIS = 5_000;

/** The page: what all views share. */
export class App {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.view = state.read(location.hash);
    /** @type {{store: string, templates: string[], secondsPerScan: number, now: string} | undefined} */
    this.archive = undefined;
    this.error = '';
    this.utc = localStorage.getItem('persistor.utc') !== 'false';
    this.follow = false;
    /** The sources that were seen, for the form. @type {string[]} */
    this.sources = [];
    /** What the last verification found, by source. @type {Map<string, import('./timeline.js').Mark[]>} */
    this.marks = new Map();
    /** @type {Record<string, any>} */
    this.views = {
      overview: new OverviewView(this),
      browse: new BrowseView(this),
      message: new MessageView(this),
      shape: new ShapeView(this),
      verify: new VerifyView(this),
      replay: new ReplayView(this),
    };
    this.isDrawing = false;
  }

  async start() {
    window.addEventListener('hashchange', () => this.show());
    window.addEventListener('resize', () => this.draw());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
    setInterval(() => this.refresh(), FOLLOW_MILLIS);
    try {
      this.archive = await api.get('archive');
    } catch (failure) {
      this.error = messageOf(failure);
    }
    this.show();
  }

  show() {
    const before = this.view;
    this.root.setAttribute('aria-busy', 'true');
    this.view = state.read(location.hash);
    if (before.name !== this.view.name) {
      this.views[before.name].stop();
    }
    if (this.archive) {
      this.views[this.view.name].start(this.view);
    }
    document.title = `${TITLES[this.view.name] ?? 'Message'} · Persistor explorer`;
    this.draw();
  }

  refresh() {
    const { overview } = this.views;
    if (this.follow && this.view.name === 'overview' && !document.hidden && !overview.isBusy()) {
      overview.start(this.view, true);
    }
  }

  /**
   * Goes to a view.
   *
   * @param {import('./state.js').View['name']} name
   * @param {Partial<import('./api.js').Query>} [changes] what of the query becomes another
   * @param {string} [place]
   */
  go(name, changes = {}, place = '') {
    const hash = state.write(name, { ...this.view.query, ...changes }, place);
    if (hash === location.hash) {
      this.show();
    } else {
      this.root.setAttribute('aria-busy', 'true');
      location.hash = hash;
    }
  }

  /** Draws once soon, however often it is called. */
  draw() {
    if (!this.isDrawing) {
      this.isDrawing = true;
      requestAnimationFrame(() => {
        this.isDrawing = false;
        render(this.template(), this.root);
        this.views[this.view.name].drawn?.();
        this.root.setAttribute('aria-busy', String(this.views[this.view.name].isBusy()));
      });
    }
  }

  template() {
    const view = this.view;
    return html`
      <a class="skip" href="#main" @click=${this.skip}>Skip to the content</a>
      <header>
        <h1>Persistor explorer</h1>
        <p class="store" title="The archive"><bdi>${visible(this.archive?.store ?? '')}</bdi></p>
        <nav aria-label="Views">
          ${Object.entries(TITLES).map(
            ([name, title]) => html`<a
              href=${state.write(/** @type {any} */ (name), view.query)}
              aria-current=${view.name === name ? 'page' : nothing}
              >${title}</a
            >`,
          )}
        </nav>
        <div class="switches">
          <label><input type="checkbox" .checked=${this.utc} @change=${this.switchZone} /> UTC</label>
          <label><input type="checkbox" .checked=${this.follow} @change=${this.switchFollow} /> Follow</label>
        </div>
      </header>
      <main id="main" tabindex="-1">
        ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
        ${this.archive ? html`${view.name === 'message' ? nothing : this.form()} ${this.views[view.name].template()}` : nothing}
      </main>
    `;
  }

  skip = (/** @type {Event} */ event) => {
    event.preventDefault();
    document.getElementById('main')?.focus();
  };

  switchZone = () => {
    this.utc = !this.utc;
    localStorage.setItem('persistor.utc', String(this.utc));
    this.draw();
  };

  switchFollow = () => {
    this.follow = !this.follow;
    this.refresh();
    this.draw();
  };

  form() {
    const query = this.view.query;
    const field = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ value, /** @type {string} */ hint) => html`
      <label class="field"
        ><span>${label}</span>
        <input name=${name} .value=${value} placeholder=${hint} autocomplete="off" spellcheck="false"
      /></label>
    `;
    return html`
      <form class="query" aria-label="Which messages" @submit=${this.submit}>
        ${field('from', 'From', query.from, '2026-01-31T07:00:00Z')} ${field('to', 'To (before)', query.to, '2026-01-31T08:00:00Z')}
        <label class="field"
          ><span>Sources</span>
          <input name="source" list="sources" .value=${query.source.join(' ')} placeholder="all" autocomplete="off" spellcheck="false" />
          <datalist id="sources">${this.sources.map((source) => html`<option value=${source}></option>`)}</datalist>
        </label>
        ${field('id', 'Id', query.id, 'any')} ${field('key', 'Ordering key', query.key, 'any')}
        ${field('attr', 'Attribute', query.attr, 'NAME=VALUE')} ${field('text', 'Payload contains', query.text, 'any text')}
        <div class="buttons">
          <button type="submit">Apply</button>
          <button type="button" @click=${() => this.go(this.view.name, state.emptyQuery())}>Clear</button>
        </div>
      </form>
    `;
  }

  submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const value = (/** @type {string} */ name) => String(data.get(name) ?? '');
    this.error = '';
    const times = { from: value('from'), to: value('to') };
    for (const name of /** @type {const} */ (['from', 'to'])) {
      const meant = times[name] === '' ? '' : instant(times[name], this.utc);
      if (meant === undefined) {
        this.error = `“${times[name]}” is not a time. Write it as 2026-01-31T07:15:00Z, 2026-01-31 07:15 or 2026-01-31.`;
        this.draw();
        return;
      }
      times[name] = meant;
    }
    this.go(this.view.name, {
      ...times,
      source: value('source').split(/\s+/).filter((source) => source !== ''),
      id: value('id').trim(),
      key: value('key'),
      attr: value('attr'),
      text: value('text'),
    });
  };
}
