// The one door through which text becomes Markdown: a template in which every interpolation is escaped unless this very file made
// it. What a target said can't become a link, a picture, markup, a mention of somebody or a reference to an issue; and since a
// line of ours never begins with it, no list, heading or quick action either.
import { plain } from './text.ts';

class Markdown {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

export type { Markdown };

const textCharsMax = 700;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

export function markdown(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Markdown | readonly Markdown[])[]
): Markdown {
  const parts = strings.map((text, index) => {
    const value = values[index];
    return value === undefined ? text : text + rendered(value);
  });
  return new Markdown(parts.join(''));
}

export const blank = markdown``;

/** In a fixed-width face, letter by letter: a backtick and a pipe, which could end it, become their likes. */
export function code(text: string, charsMax = 160): Markdown {
  const clean = plain(text, charsMax).replaceAll('`', 'ˋ').replaceAll('|', '¦');
  return new Markdown(clean === '' ? '–' : `\`${clean}\``);
}

function rendered(value: string | number | Markdown | readonly Markdown[]): string {
  if (value instanceof Markdown) return value.toString();
  if (typeof value === 'string' || typeof value === 'number') return prose(String(value));
  return value.map((item) => (item instanceof Markdown ? item.toString() : prose(String(item)))).join('');
}

/** `@` and `#` are parted from what follows by a space of no width: mentions and references are looked for in the finished page. */
function prose(text: string): string {
  return plain(text, textCharsMax)
    .replace(/[&<>]/g, (character) => entities[character] ?? '')
    .replace(/[\\`*_[\]|~$]/g, '\\$&')
    .replace(/:(?=\/\/)|(?<=www)\./gi, '\\$&')
    .replace(/[@#](?=\S)/g, '$&\u200b');
}
