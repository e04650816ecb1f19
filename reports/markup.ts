// The one door through which text becomes HTML or XML: a template in which every interpolation is escaped unless this very
// file made it. There is no way in for raw text, so nothing from a target can be markup. Attributes must be quoted.
import { plain } from './text.ts';

/** Longer than any text of ours; a target's is cut shorter where it is shown. */
const textCharsMax = 2_000;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Its content is private and its constructor is not exported: data read from a file can't pass itself off as one. */
class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

export type { Markup };

export type Interpolation = string | number | Markup | readonly Markup[];

export function markup(strings: TemplateStringsArray, ...values: readonly Interpolation[]): Markup {
  const parts = strings.map((text, index) => {
    const value = values[index];
    return value === undefined ? text : text + rendered(value);
  });
  return new Markup(parts.join(''));
}

export const nothing = markup``;

const pictureCharsMax = 65_536;

/** A PNG within the page, from its base64; nothing for what is too large, or no base64. */
export function picture(base64: string, alternative: string): Markup {
  if (base64.length > pictureCharsMax || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return nothing;
  return new Markup(`<img src="data:image/png;base64,${base64}" alt="${escaped(alternative)}">`);
}

/** The first few of a list, and a last entry that says how many were left out: no list is cut in silence. */
export function bounded<T>(
  items: readonly T[],
  itemsMax: number,
  render: (item: T) => Markup,
  rest: (count: number) => Markup,
): Markup[] {
  const shown = items.slice(0, itemsMax).map(render);
  return items.length > itemsMax ? [...shown, rest(items.length - itemsMax)] : shown;
}

function rendered(value: Interpolation): string {
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  // A list holds markup only; whatever else got in past the compiler is escaped.
  return value.map((item) => (item instanceof Markup ? item.toString() : escaped(String(item)))).join('');
}

/** Also drops what XML 1.0 forbids and what would turn the reading direction round. */
function escaped(text: string): string {
  return plain(text, textCharsMax).replace(/[&<>"'`]/g, (character) => entities[character] ?? '');
}
