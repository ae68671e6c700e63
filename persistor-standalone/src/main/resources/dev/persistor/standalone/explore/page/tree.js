// A JSON value as a tree that opens level by level.
// @ts-check
import { html } from './lib/lit-html/lit-html.js';
import { count, visible } from './text.js';

const MOST_CHILDREN = 200;
const MOST_TEXT = 2_000;

/** Which values are open. Values of one document are told apart by themselves. @type {WeakMap<object, {isOpen: boolean, most: number}>} */
const states = new WeakMap();

/**
 * @param {unknown} value
 * @param {() => void} draw
 * @param {string} [name]
 * @param {number} [depth]
 * @returns {unknown}
 */
export function jsonTree(value, draw, name, depth = 0) {
  const label = name === undefined ? '' : html`<span class="name">${visible(name)}</span>: `;
  if (value === null || typeof value !== 'object') {
    const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return html`<div class="leaf">${label}<bdi class=${`value ${value === null ? 'null' : typeof value}`}>${visible(text.slice(0, MOST_TEXT))}${text.length > MOST_TEXT ? '…' : ''}</bdi></div>`;
  }
  const state = stateOf(value, depth);
  const entries = Object.entries(value);
  const size = Array.isArray(value) ? `[${count(entries.length)}]` : `{${count(entries.length)}}`;
  const toggle = (/** @type {Event} */ event) => {
    state.isOpen = /** @type {HTMLDetailsElement} */ (event.target).open;
    draw();
  };
  return html`
    <details .open=${state.isOpen} @toggle=${toggle}>
      <summary>${label}<span class="size">${size}</span></summary>
      ${state.isOpen ? entries.slice(0, state.most).map(([key, child]) => jsonTree(child, draw, key, depth + 1)) : ''}
      ${state.isOpen && entries.length > state.most
        ? html`<button
            type="button"
            @click=${() => {
              state.most *= 5;
              draw();
            }}
          >
            ${count(entries.length - state.most)} more
          </button>`
        : ''}
    </details>
  `;
}

/** @param {object} value @param {number} depth */
function stateOf(value, depth) {
  let state = states.get(value);
  if (!state) {
    state = { isOpen: depth < 2, most: MOST_CHILDREN };
    states.set(value, state);
  }
  return state;
}
