// Starts the page.
// @ts-check
import { App } from './app.js';

const root = document.getElementById('app');
if (root) {
  root.replaceChildren();
  new App(root).start();
}
