// The client of the explorer's API.
// @ts-check

/**
 * What of the archive is asked for. Empty fields ask for everything.
 *
 * @typedef {object} Query
 * @property {string} from
 * @property {string} to
 * @property {string[]} source
 * @property {string} id
 * @property {string} key
 * @property {string} attr
 * @property {string} text
 *
 * @typedef {{blobs: number, bytes: number, messages: number}} Progress
 * @typedef {{complete: boolean, reason: string, next?: string}} End
 * @typedef {{kind: string, blob: string, reason: string, first?: string, last?: string, source?: string}} Finding
 * @typedef {{time: string, source: string, id: string, key?: string, bytes: number, preview: string, place: string}} Row
 */

/** An answer that is not what was asked for. Its message is for people. */
export class ApiError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Returns the parameters of a query.
 *
 * @param {Query} query
 * @param {Record<string, string>} [others]
 */
export function parameters(query, others = {}) {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== '') {
        all.append(name, one);
      }
    }
  }
  for (const [name, value] of Object.entries(others)) {
    all.set(name, value);
  }
  return all;
}

/** @param {string} resource @param {URLSearchParams} [query] @param {AbortSignal} [signal] */
async function request(resource, query, signal) {
  const search = query && [...query].length > 0 ? `?${query}` : '';
  const response = await fetch(`api/${resource}${search}`, { signal });
  if (!response.ok) {
    throw new ApiError(response.status, (await response.text()).trim());
  }
  return response;
}

/**
 * Asks for one object.
 *
 * @param {string} resource
 * @param {URLSearchParams} [query]
 * @returns {Promise<any>}
 */
export async function get(resource, query) {
  return (await request(resource, query)).json();
}

/**
 * Asks for a payload as it was received.
 *
 * @param {string} place
 * @returns {Promise<Blob>}
 */
export async function payload(place) {
  return (await request('payload', new URLSearchParams({ place }))).blob();
}

/**
 * Asks for lines that come while the archive is read.
 *
 * @param {string} resource
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal ends the work on the server too
 * @param {(line: any, text: string) => void} take takes each object, and the text that it was made of
 */
export async function stream(resource, query, signal, take) {
  const response = await request(resource, query, signal);
  if (!response.body) {
    throw new ApiError(response.status, 'the answer has no body');
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let isEnded = false;
  for (;;) {
    const { value, done } = await reader.read();
    const lines = (rest + (value ?? '')).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const line = JSON.parse(text);
      isEnded ||= line.end !== undefined;
      take(line, text);
    }
    if (done) {
      break;
    }
  }
  if (!isEnded) {
    throw new ApiError(0, 'The answer broke off before it was complete. The explorer may have been stopped.');
  }
}
