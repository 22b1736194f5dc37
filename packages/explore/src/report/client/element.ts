// Elements of the page, made in one call.
// Invariant: text is set as text, never as markup; `svgOf` is for drawings that the report's writer made.

type Child = Node | string | null;

/** `class`, `text` and attributes; functions are listeners. */
export type Attributes = Readonly<
  Record<string, string | number | boolean | ((event: Event) => void) | null>
>;

export function element(
  tag: string,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElement {
  return filled(document.createElement(tag), attributes, children);
}

export function svgElement(
  tag: string,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElement {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function filled<E extends Element>(made: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (typeof value === 'function') made.addEventListener(name, value);
    else made.setAttribute(name, String(value));
  }
  for (const child of children) if (child !== null) made.append(child);
  return made;
}

export function svgOf(markup: string, kind: string): HTMLElement {
  const frame = element('div', { class: kind });
  frame.innerHTML = markup;
  return frame;
}

/** A figure with as many digits as it deserves. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  return size >= 0.001 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}
