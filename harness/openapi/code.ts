// TypeScript source as text, laid out as a formatter would: on one line where it fits, else an entry a line.

/** An entry of an object: a line of source, or a block with entries of its own. A line that begins with `//` is a comment. */
export type Entry = string | Block;

/** `head` is what stands before the brace, such as `body: ` or `return say(session, `. */
export interface Block {
  readonly head: string;
  readonly entries: readonly Entry[];
}

const lettersMax = 120;

export const text = (value: string): string =>
  value.includes("'") && !value.includes('"') && !value.includes('\\')
    ? JSON.stringify(value)
    : `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

/** Text as it stands within a template. */
const templated = (value: string): string => value.replaceAll(/[`\\]|\$\{/g, (special) => `\\${special}`);

/** An address as source, its ids filled in with expressions, and a parameter with its value behind it. */
export function address(
  path: string,
  ids: readonly string[],
  query?: { readonly name: string; readonly value: string },
): string {
  const parts = path.split(/\{[^}]*\}/);
  if (parts.length === 1 && query === undefined) return text(path);
  const filled = parts.map((part, place) =>
    place === 0 ? templated(part) : `\${${ids[place - 1] ?? ids.at(-1) ?? "''"}}${templated(part)}`,
  );
  const asked = query === undefined ? '' : `?${templated(encodeURIComponent(query.name))}=\${${query.value}}`;
  return `\`${filled.join('')}${asked}\``;
}

const isName = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name);
export const key = (name: string): string => (isName(name) ? name : text(name));
export const member = (value: string, name: string): string =>
  isName(name) ? `${value}.${name}` : `${value}[${text(name)}]`;

/** Lines as they stand, so many columns to the right. */
export const indented = (lines: readonly string[], by: number): readonly string[] =>
  lines.map((line) => (line === '' ? '' : `${' '.repeat(by)}${line}`));

/** A block as lines at column `at`; `tail` is what stands behind its closing brace. */
export function block({ head, entries }: Block, tail: string, at: number): readonly string[] {
  const flat = oneLine({ head, entries });
  if (flat !== null && at + flat.length + tail.length <= lettersMax) return [`${flat}${tail}`];
  const inner = entries.flatMap((entry) => {
    if (typeof entry !== 'string') return block(entry, ',', at + 2);
    return [entry.startsWith('//') ? entry : `${entry},`];
  });
  return [`${head}{`, ...indented(inner, 2), `}${tail}`];
}

function oneLine({ head, entries }: Block): string | null {
  if (entries.length === 0) return `${head}{}`;
  const parts = entries.map((entry) =>
    typeof entry === 'string' ? (entry.startsWith('//') ? null : entry) : oneLine(entry),
  );
  return parts.includes(null) ? null : `${head}{ ${parts.join(', ')} }`;
}

/** `head => body`, the body a call whose last argument is an object, behind which `close` stands. */
export function arrow(head: string, { head: call, entries }: Block, close: string, at: number): readonly string[] {
  const flat = block({ head: `${head} => ${call}`, entries }, `${close},`, at);
  if (flat.length === 1) return flat;
  return [`${head} =>`, ...indented(block({ head: call, entries }, `${close},`, at + 2), 2)];
}

/** A comment, broken into lines that fit. */
export function comment(words: string, at: number): readonly string[] {
  const lines: string[] = [];
  let line = '//';
  for (const word of words.split(/\s+/)) {
    if (at + line.length + 1 + word.length > lettersMax && line !== '//') {
      lines.push(line);
      line = '//';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
