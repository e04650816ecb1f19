// Getting the pinned k6 into the cache: its release archive, checked against the release's own list of SHA-256 sums, or a
// build by Go, which checks the module against its checksum database. A half-made k6 is never left under the final name.
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { K6Host } from './k6-host.ts';

const releases = 'https://github.com/grafana/k6/releases/download';
const fetchMaxMs = 180_000;
const archiveBytesMax = 200 * 1_048_576;
const sumsBytesMax = 65_536;
const unpackMaxMs = 60_000;
const goBuildMaxMs = 600_000;

/** Downloads, checks, unpacks to `target` and returns it. The sums come from the same place: they catch damage, not a forged release. */
export async function downloadK6(host: K6Host, version: string, target: string): Promise<string> {
  const archive = archiveName(host, version);
  const base = `${releases}/v${version}`;
  const sums = (await download(host, `${base}/k6-v${version}-checksums.txt`, sumsBytesMax)).toString('utf8');
  const wanted = sumOf(sums, archive);
  const bytes = await download(host, `${base}/${archive}`, archiveBytesMax);
  const got = createHash('sha256').update(bytes).digest('hex');
  if (got !== wanted)
    throw new Error(`${archive} has the SHA-256 ${got}, and should have ${wanted}: it was thrown away`);
  return intoCache(target, async (folder) => {
    const file = path.join(folder, archive);
    await writeFile(file, bytes);
    // The tar of Windows and macOS opens zip too.
    const { code, output } = await host.run('tar', ['-xf', file, '-C', folder], { limitMs: unpackMaxMs });
    if (code !== 0) throw new Error(`tar could not unpack ${archive}: ${output}`);
    return path.join(folder, archive.replace(/\.(?:tar\.gz|zip)$/, ''), path.basename(target));
  });
}

export async function goInstallK6(host: K6Host, version: string, target: string): Promise<string> {
  return intoCache(target, async (folder) => {
    const module = `go.k6.io/k6@v${version}`;
    const { code, output } = await host.run('go', ['install', module], {
      limitMs: goBuildMaxMs,
      environment: { GOBIN: folder, CGO_ENABLED: '0' },
    });
    if (code !== 0) throw new Error(`go install ${module} failed: ${output}`);
    return path.join(folder, path.basename(target));
  });
}

function archiveName({ platform, arch }: K6Host, version: string): string {
  const known: Readonly<Record<string, string>> = {
    'linux x64': 'linux-amd64.tar.gz',
    'linux arm64': 'linux-arm64.tar.gz',
    'darwin x64': 'macos-amd64.zip',
    'darwin arm64': 'macos-arm64.zip',
    'win32 x64': 'windows-amd64.zip',
  };
  const ending = known[`${platform} ${arch}`];
  if (ending === undefined) throw new Error(`k6 has no release for ${platform} on ${arch}`);
  return `k6-v${version}-${ending}`;
}

/** Lines of `sha256sum`: 64 hexadecimal digits, blanks, perhaps a star, the name. */
function sumOf(sums: string, name: string): string {
  for (const line of sums.split('\n')) {
    const [, sum, file] = /^([0-9a-f]{64})\s+\*?(\S+)\s*$/i.exec(line) ?? [];
    if (sum !== undefined && file === name) return sum.toLowerCase();
  }
  throw new Error(`the release's list of checksums has none for ${name}`);
}

async function download(host: K6Host, url: string, bytesMax: number): Promise<Buffer> {
  const response = await host.fetch(url, { signal: AbortSignal.timeout(fetchMaxMs) });
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error(`${url} is larger than ${bytesMax} bytes, which no k6 is`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `make` leaves a k6 in a folder of its own beside the target; it is moved there whole. */
async function intoCache(target: string, make: (folder: string) => Promise<string>): Promise<string> {
  await mkdir(path.dirname(target), { recursive: true });
  const folder = await mkdtemp(path.join(path.dirname(target), 'making-'));
  try {
    const made = await make(folder);
    await chmod(made, 0o755);
    await rename(made, target);
    return target;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
