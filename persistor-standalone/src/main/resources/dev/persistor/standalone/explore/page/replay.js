// What a replay would publish, and the command for it. This page publishes nothing.
// @ts-check
import { html, nothing } from './lib/lit-html/lit-html.js';
import { parameters } from './api.js';
import { Work } from './work.js';
import { bytes, count, time, visible } from './text.js';

export class ReplayView {
  /** @param {import('./app.js').App} app */
  constructor(app) {
    this.app = app;
    this.work = new Work(app);
    /** @type {any} */
    this.plan = undefined;
    this.note = '';
  }

  /** @param {import('./state.js').View} view */
  start(view) {
    this.plan = undefined;
    this.note = '';
    this.work.stop();
    if (view.query.text === '') {
      this.work.run('plan', parameters(view.query), (line) => {
        this.plan = line.plan ?? this.plan;
      });
    }
  }

  isBusy() {
    return this.work.running !== undefined;
  }

  stop() {
    this.work.stop();
  }

  template() {
    const plan = this.plan;
    if (this.app.view.query.text !== '') {
      return html`<p class="error" role="alert">
        A replay cannot select messages by payload text. Remove that filter, or find the messages and filter by their ids.
      </p>`;
    }
    return html`
      ${this.work.template('Counting')}
      ${plan
        ? html`
            <p class="found"><strong>${count(plan.messages)}</strong> messages of ${bytes(plan.payloadBytes)} in ${count(plan.blobs)} blobs, copies included. A replay publishes one of each.</p>
            <div class="wide">
              <table>
                <thead>
                  <tr><th scope="col">source</th><th scope="col">messages</th><th scope="col">first</th><th scope="col">last</th></tr>
                </thead>
                <tbody>
                  ${plan.sources.map(
                    (/** @type {any} */ source) => html`<tr>
                      <td><bdi>${visible(source.source)}</bdi></td>
                      <td class="number">${count(source.messages)}</td>
                      <td>${time(source.first, this.app.utc)}</td>
                      <td>${time(source.last, this.app.utc)}</td>
                    </tr>`,
                  )}
                </tbody>
              </table>
            </div>
            <h2>The command</h2>
            <pre class="command" tabindex="0" aria-label="The command"><code>${plan.command}</code></pre>
            <p class="actions"><button type="button" @click=${this.copy}>Copy the command</button> <span role="status">${this.note}</span></p>
            <p class="note">
              Put the address of the topic, queue or hub in place of TARGET. With --dry-run the command shows its plan and publishes nothing; leave that out to publish. This page never publishes.
            </p>
          `
        : nothing}
    `;
  }

  copy = async () => {
    try {
      await navigator.clipboard.writeText(this.plan.command);
      this.note = 'The command is copied.';
    } catch {
      this.note = 'The browser does not allow copying. Select the command above.';
    }
    this.app.draw();
  };
}
