// For tests: hostile text in every free string of a value, and what of it would show.

/** The same value with every free string replaced by the next hostile one; fields named in `closed` keep theirs. */
export function poisoned<T>(value: T, next: () => string, closed: ReadonlySet<string>, key = ''): T {
  if (typeof value === 'string') return (closed.has(key) ? value : next()) as T;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, next, closed, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, poisoned(item, next, closed, name)]);
  return Object.fromEntries(entries) as T;
}

/** Every tag of a page with the names of its attributes, without their values. Text can't show up here unless it broke out. */
export function htmlShape(page: string): Set<string> {
  const body = page.replace(/<style>[\s\S]*?<\/style>/g, '');
  return new Set([...body.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""')));
}

/** Rows and cells, as RFC 4180 has them. Throws where the text is not that. */
export function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const match = cell.exec(text);
    if (match === null) throw new Error(`no cell at ${at}: ${text.slice(at, at + 60)}`);
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
