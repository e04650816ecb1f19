// Where the adapter stands in the repository that the command was given in, so that code-scanning pages can pin findings to it.
import path from 'node:path';
import type { Report } from '../report.ts';
import type { Target } from '../targets/target.ts';

/** Nothing for an adapter that no repository of the user's holds: a ready one, or one outside of it. */
export function adapterPlace({ source }: Target): Pick<Report, 'adapter'> {
  if (source === undefined) return {};
  const root = process.env.GITHUB_WORKSPACE ?? process.env.CI_PROJECT_DIR ?? '.';
  const file = path.relative(root, source.path).replaceAll('\\', '/');
  if (file.startsWith('../') || path.isAbsolute(file) || file.includes('node_modules/')) return {};
  const lines = Object.entries(source.places).flatMap(([name, place]): [string, number][] => {
    const [, base, line] = /^(.*):(\d+)$/.exec(place) ?? [];
    // A function that another file of the adapter's lends has its line there.
    return base === path.posix.basename(file) ? [[name, Number(line)]] : [];
  });
  return { adapter: { file, lines: Object.fromEntries(lines) } };
}
