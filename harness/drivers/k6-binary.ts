// Which k6 is used: the one on the PATH, else the one in our cache, else the pinned release, else one built by Go. Each step
// is bounded in time, and when none gives a k6 the error says what was tried.
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { type K6Host, thisHost } from './k6-host.ts';
import { downloadK6, goInstallK6 } from './k6-install.ts';

export interface K6Binary {
  readonly path: string;
  readonly version: string;
  readonly origin: 'path' | 'cache' | 'download' | 'go install';
}

/** What is installed when there is none. */
export const pinnedK6Version = '1.8.1';
/** The flags that the driver uses are those of k6 1 from here on; k6 2 has not been tried with them. */
const major = 1;
const minorMin = 8;
const versionMaxMs = 20_000;

interface Source {
  readonly origin: K6Binary['origin'];
  /** Absolute path of a k6 that may work, or an Error that says why there is none. */
  find(): Promise<string>;
}

export async function findK6(host: K6Host = thisHost()): Promise<K6Binary> {
  const tried: string[] = [];
  for (const { origin, find } of sources(host)) {
    try {
      const found = await find();
      return { path: found, version: await usableVersion(host, found), origin };
    } catch (error) {
      tried.push(`${origin}: ${error instanceof Error ? error.message : error}`);
    }
  }
  throw new Error(
    `no usable k6 was found (${tried.join('; ')}). Install k6 ${pinnedK6Version} (https://grafana.com/docs/k6/latest/set-up/install-k6/) ` +
      `and put it on the PATH or at ${cachedPath(host)}, or drive with --driver node`,
  );
}

function sources(host: K6Host): readonly Source[] {
  const cached = cachedPath(host);
  return [
    { origin: 'path', find: () => onPath(host) },
    { origin: 'cache', find: () => requireExecutable(cached) },
    { origin: 'download', find: () => downloadK6(host, pinnedK6Version, cached) },
    { origin: 'go install', find: () => goInstallK6(host, pinnedK6Version, cached) },
  ];
}

export function cachedPath(host: K6Host): string {
  return path.join(host.cacheFolder, `k6-v${pinnedK6Version}`, host.platform === 'win32' ? 'k6.exe' : 'k6');
}

async function onPath(host: K6Host): Promise<string> {
  const name = host.platform === 'win32' ? 'k6.exe' : 'k6';
  for (const folder of host.pathFolders) {
    const candidate = path.join(folder, name);
    const usable = await requireExecutable(candidate).then(
      () => true,
      () => false,
    );
    if (usable) return candidate;
  }
  throw new Error('there is none');
}

async function requireExecutable(file: string): Promise<string> {
  try {
    await access(file, constants.X_OK);
    return file;
  } catch {
    throw new Error(`${file} is not there or can't be run`);
  }
}

/** `k6 version` answers with a line such as `k6 v1.8.1 (go1.26.8, linux/amd64)`. */
async function usableVersion(host: K6Host, k6: string): Promise<string> {
  const { code, output } = await host.run(k6, ['version'], { limitMs: versionMaxMs });
  const [, version, foundMajor, foundMinor] = /\bv((\d+)\.(\d+)\.\d+\S*)/.exec(output) ?? [];
  if (code !== 0 || version === undefined) throw new Error(`${k6} does not say its version: ${output.slice(0, 200)}`);
  if (Number(foundMajor) !== major || Number(foundMinor) < minorMin) {
    throw new Error(`${k6} is version ${version}; the driver needs ${major}.${minorMin} or a later ${major}`);
  }
  return version;
}
