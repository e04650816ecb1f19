// Where in a repository a finding is pinned. A leak has no line of its own: the harness sees the product from outside. What the
// repository does hold is the adapter's function that sent the request, so that is where code-scanning pages are pointed to.
import type { AdapterPlace } from '../harness/report.ts';
import type { Finding } from '../harness/verdict.ts';

export interface Place {
  /** From the root of the repository, with slashes. */
  readonly file: string;
  readonly line: number;
}

export const noAdapter: AdapterPlace = { file: 'crosstalk.config.ts', lines: {} };

export function placeOf({ first }: Finding, { file, lines }: AdapterPlace = noAdapter): Place {
  return { file, line: (Object.hasOwn(lines, first.action) ? lines[first.action] : undefined) ?? 1 };
}
