// Which Toxiproxy is used: the one on the PATH, else the one in our cache, else the pinned release built by Go (whose checksum
// database vouches for the source). A half-made one is never left under the final name.
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { isExecutable, type Machine, onPath, type Tool } from './tools.ts';

export const pinnedVersion = '2.12.0';
const module = `github.com/Shopify/toxiproxy/v2/cmd/server@v${pinnedVersion}`;
const buildMaxMs = 600_000;
const versionMaxMs = 10_000;
const saidLettersMax = 500;
const advice = `put toxiproxy-server ${pinnedVersion} on the PATH (https://github.com/Shopify/toxiproxy/releases), or Go 1.23 or later (https://go.dev/dl/)`;

export async function findToxiproxy(machine: Machine): Promise<Tool> {
  const installed = await onPath(machine, 'toxiproxy-server');
  if (installed !== undefined) {
    const said = await machine.run(installed, ['-version'], versionMaxMs);
    const [version] = /\d+\.\d+\.\d+/.exec(said) ?? ['of its own'];
    return { name: 'Toxiproxy', path: installed, version, origin: 'found on this machine' };
  }
  const cached = path.join(machine.cacheFolder, `toxiproxy-v${pinnedVersion}`, 'toxiproxy-server');
  const tool = { name: 'Toxiproxy', path: cached, version: pinnedVersion };
  if (await isExecutable(cached)) return { ...tool, origin: 'built by Go before' };
  await build(machine, cached);
  return { ...tool, origin: 'built by Go now' };
}

async function build(machine: Machine, target: string): Promise<void> {
  const go = await onPath(machine, 'go');
  if (go === undefined) {
    throw new Error(`Toxiproxy is not installed, and there is no Go to build it with: ${advice}`);
  }
  await mkdir(path.dirname(target), { recursive: true });
  const folder = await mkdtemp(path.join(path.dirname(target), 'making-'));
  try {
    await machine.run(go, ['install', module], buildMaxMs, { GOBIN: folder, CGO_ENABLED: '0' });
    await rename(path.join(folder, 'server'), target);
  } catch (error) {
    const said = (error instanceof Error ? error.message : String(error)).slice(0, saidLettersMax).trim();
    throw new Error(`Toxiproxy is not installed, and "go install ${module}" failed (${said}): ${advice}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
