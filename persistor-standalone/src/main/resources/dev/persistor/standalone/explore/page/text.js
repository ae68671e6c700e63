// Text for people: numbers, times, and what senders wrote, made harmless.
// @ts-check

const number = new Intl.NumberFormat('en-US');
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** @param {number} value */
export function count(value) {
  return number.format(value);
}

/** @param {number} value @param {string} thing */
export function counted(value, thing) {
  return `${count(value)} ${thing}${value === 1 ? '' : 's'}`;
}

/** @param {number} value */
export function bytes(value) {
  let unit = 0;
  let amount = value;
  while (amount >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${unit === 0 ? amount : amount.toFixed(amount < 10 ? 2 : 1)} ${UNITS[unit]}`;
}

/**
 * Returns an instant as the person reads it.
 *
 * @param {string} instant in UTC, as the API gives it
 * @param {boolean} utc
 */
export function time(instant, utc) {
  if (utc) {
    return instant;
  }
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) {
    return instant;
  }
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  // The fraction is not changed by a zone, and a Date would cut it to milliseconds.
  const fraction = /\.\d+/.exec(instant)?.[0] ?? '';
  return (
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}` +
    `T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${fraction}${zone}`
  );
}

/**
 * Returns the instant in UTC that a person typed, or undefined if it is none.
 *
 * @param {string} text
 * @param {boolean} utc how a time without a zone is meant
 */
export function instant(text, utc) {
  const trimmed = text.trim();
  if (/T.*(Z|[+-]\d\d:\d\d)$/.test(trimmed)) {
    return toInstant(trimmed);
  }
  if (/^\d{4}-\d\d-\d\d$/.test(trimmed)) {
    return toInstant(`${trimmed}T00:00:00${utc ? 'Z' : ''}`);
  }
  return toInstant(`${trimmed.replace(' ', 'T')}${utc ? 'Z' : ''}`);
}

/** @param {string} text */
function toInstant(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) {
    return undefined;
  }
  // Nanoseconds that were typed in UTC stay.
  return /Z$/.test(text) ? text : date.toISOString();
}

/** Characters that change what is around them, or show nothing: controls, and those that turn the direction of text. */
// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]/gu;

/**
 * Returns a text of one line with what cannot be seen written out, so that no sender can move, hide or turn what is shown.
 *
 * @param {string} text
 */
export function visible(text) {
  return text.replace(INVISIBLE, written);
}

/**
 * Returns a text of many lines with what cannot be seen written out; line breaks and tabs stay.
 *
 * @param {string} text
 */
export function visibleLines(text) {
  return text.replace(INVISIBLE, (character) =>
    character === '\n' || character === '\t' ? character : written(character),
  );
}

/** @param {string} character */
function written(character) {
  const code = character.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
