import js from '@eslint/js';

const browser = Object.fromEntries(
  [
    'AbortController AbortSignal Blob CSS FormData TextDecoderStream URL URLSearchParams atob console document fetch',
    'getComputedStyle history localStorage location matchMedia navigator requestAnimationFrame setInterval setTimeout window',
  ]
    .join(' ')
    .split(' ')
    .map((name) => [name, 'readonly']),
);

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: 'module', globals: { ...browser, process: 'readonly', Buffer: 'readonly' } },
    rules: { eqeqeq: 'error', 'no-eval': 'error', 'no-implied-eval': 'error', 'no-var': 'error', 'prefer-const': 'error' },
  },
];
