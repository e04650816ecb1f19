import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachedPath, findK6, pinnedK6Version } from './k6-binary.ts';
import type { K6Host } from './k6-host.ts';

const archive = Buffer.from('an archive');
const archiveName = `k6-v${pinnedK6Version}-linux-amd64.tar.gz`;
const sumsName = `k6-v${pinnedK6Version}-checksums.txt`;
const sum = createHash('sha256').update(archive).digest('hex');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'k6-binary-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A machine without network and Go, whose `tar` unpacks what a release holds. */
function machine(
  override: Partial<K6Host> & { readonly files?: Readonly<Record<string, Buffer | string>> } = {},
): K6Host {
  const { files = {}, ...rest } = override;
  return {
    platform: 'linux',
    arch: 'x64',
    pathFolders: [path.join(folder, 'bin')],
    cacheFolder: path.join(folder, 'cache'),
    fetch: async (url) => {
      const content = files[path.basename(String(url))];
      return content === undefined
        ? new Response('', { status: 404 })
        : new Response(new Uint8Array(Buffer.from(content)));
    },
    async run(command, commandArguments) {
      if (command.endsWith('k6')) return { code: 0, output: await readFile(command, 'utf8') };
      if (command !== 'tar') throw new Error(`${command} could not be started`);
      await putK6(path.join(commandArguments.at(-1) ?? '', archiveName.replace('.tar.gz', ''), 'k6'));
      return { code: 0, output: '' };
    },
    ...rest,
  };
}

async function putK6(file: string, version = pinnedK6Version): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `k6 v${version} (go1.26.8, linux/amd64)`);
  await chmod(file, 0o755);
}

describe('finding k6', () => {
  it('prefers the PATH, then the cache', async () => {
    const host = machine();
    await putK6(cachedPath(host));
    expect(await findK6(host)).toEqual({ path: cachedPath(host), version: pinnedK6Version, origin: 'cache' });
    await putK6(path.join(folder, 'bin', 'k6'), '1.9.0');
    expect(await findK6(host)).toEqual({ path: path.join(folder, 'bin', 'k6'), version: '1.9.0', origin: 'path' });
  });

  it.each(['0.58.0', '1.7.9', '2.0.0'])('passes over version %s and says so', async (version) => {
    await putK6(path.join(folder, 'bin', 'k6'), version);
    await expect(findK6(machine())).rejects.toThrow(`is version ${version}; the driver needs 1.8`);
  });

  it('downloads the release, and finds it in the cache from then on', async () => {
    const files = { [sumsName]: `${'0'.repeat(64)}  other.zip\n${sum}  ${archiveName}\n`, [archiveName]: archive };
    const host = machine({ files });
    expect((await findK6(host)).origin).toBe('download');
    expect((await findK6(machine())).origin).toBe('cache');
    expect(await readdir(path.dirname(cachedPath(host)))).toEqual(['k6']);
  });

  it('throws a download away whose sum is wrong', async () => {
    const files = { [sumsName]: `${sum}  ${archiveName}\n`, [archiveName]: 'another archive' };
    await expect(findK6(machine({ files }))).rejects.toThrow(/download: .* has the SHA-256 .*thrown away/);
    expect(await readdir(path.dirname(cachedPath(machine())))).toEqual([]);
  });

  it('builds it with Go where nothing else is', async () => {
    const host = machine({
      run: async (command, _arguments, { environment }) => {
        if (command === 'go') await putK6(path.join(environment?.GOBIN ?? '', 'k6'));
        return { code: 0, output: command === 'go' ? '' : await readFile(command, 'utf8') };
      },
    });
    expect(await findK6(host)).toMatchObject({ origin: 'go install', path: cachedPath(host) });
  });

  it('says all that was tried when there is none', async () => {
    const error = await findK6(machine({ platform: 'freebsd' })).catch(String);
    expect(error).toMatch(
      /path: there is none.*cache: .*download: k6 has no release for freebsd.*go install: go could not/,
    );
    expect(error).toContain('--driver node');
  });
});
