// What the page uses of its libraries, which the build takes from WebJars and which are no files here.
declare module '*/lit-html.js' {
  export function html(strings: TemplateStringsArray, ...values: unknown[]): unknown;
  export function render(value: unknown, container: HTMLElement): unknown;
  export const nothing: unique symbol;
}
declare module '*/uPlot.esm.js' {
  const uPlot: any;
  export default uPlot;
}
