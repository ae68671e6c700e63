// What the page shows, kept in the address, so that it can be shared and the back button works.
// @ts-check

/** @typedef {import('./api.js').Query} Query */

export const VIEWS = /** @type {const} */ (['overview', 'browse', 'shape', 'verify', 'replay', 'message']);

/**
 * @typedef {object} View
 * @property {typeof VIEWS[number]} name
 * @property {Query} query
 * @property {string} place the message that is shown
 */

/** @returns {Query} */
export function emptyQuery() {
  return { from: '', to: '', source: [], id: '', key: '', attr: '', text: '' };
}

/**
 * Reads the part of the address behind the #.
 *
 * @param {string} hash
 * @returns {View}
 */
export function read(hash) {
  const [path, search] = hash.replace(/^#\/?/, '').split('?', 2);
  const parameters = new URLSearchParams(search ?? '');
  const one = (/** @type {string} */ name) => parameters.get(name) ?? '';
  const name = VIEWS.find((view) => view === path) ?? 'overview';
  return {
    name,
    query: {
      from: one('from'),
      to: one('to'),
      source: parameters.getAll('source'),
      id: one('id'),
      key: one('key'),
      attr: one('attr'),
      text: one('text'),
    },
    place: one('place'),
  };
}

/**
 * Returns the part of the address behind the # for a view.
 *
 * @param {View['name']} name
 * @param {Query} query
 * @param {string} [place]
 */
export function write(name, query, place = '') {
  const parameters = new URLSearchParams();
  for (const [field, value] of Object.entries(query)) {
    for (const each of [value].flat()) {
      if (each !== '') {
        parameters.append(field, each);
      }
    }
  }
  if (place) {
    parameters.set('place', place);
  }
  const search = parameters.toString();
  return `#/${name}${search ? `?${search}` : ''}`;
}
