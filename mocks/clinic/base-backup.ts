// A copy of a running PostgreSQL as it is at one moment: the data folder, a label that says from where the log must be replayed, and
// that part of the log (PostgreSQL, "Making a Base Backup Using the Low Level API"). Started, the copy is a replica that heard of
// nothing later.
import { constants } from 'node:fs';
import { chmod, chown, copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asAdmin } from './database-levers.ts';
import type { DatabasePlace } from './messages.ts';

/** Folders of which only the folder itself is needed. */
const emptied = new Set([
  'pg_wal',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const leftOut = new Set(['postmaster.pid', 'postmaster.opts', 'pg_internal.init']);
const copiesAtOnceMax = 16;

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** `to` must not exist. */
export async function backUp(place: DatabasePlace, from: string, to: string): Promise<void> {
  const owner = await stat(from);
  await asAdmin(place, async (client) => {
    await client.query("select pg_backup_start('replica', true)");
    const files = await copyFolders(from, to, owner);
    await inBatches(files, (file) => copyOwned(join(from, file), join(to, file), owner));
    const { rows } = await client.query<{ label: string; last: string }>(
      'select labelfile as label, pg_walfile_name(lsn) as last from pg_backup_stop(false)',
    );
    const { label = '', last = '' } = rows[0] ?? {};
    const first = /\(file ([0-9A-F]+)\)/.exec(label)?.[1];
    if (first === undefined) throw new Error(`PostgreSQL's backup label names no log file: ${label}`);
    const log = (await readdir(join(from, 'pg_wal'))).filter((name) => name >= first && name <= last);
    await inBatches(log, (name) => copyOwned(join(from, 'pg_wal', name), join(to, 'pg_wal', name), owner));
    const labelFile = join(to, 'backup_label');
    await writeFile(labelFile, label);
    await give(labelFile, owner);
  });
}

/** Makes the folders, and answers the files that belong into them. */
async function copyFolders(from: string, to: string, owner: Owner, under = ''): Promise<readonly string[]> {
  await mkdir(join(to, under), { mode: 0o700 });
  await chmod(join(to, under), 0o700);
  await give(join(to, under), owner);
  const files: string[] = [];
  for (const entry of await readdir(join(from, under), { withFileTypes: true })) {
    const path = join(under, entry.name);
    if (emptied.has(under) && !entry.isDirectory()) continue;
    if (leftOut.has(entry.name) || entry.name.startsWith('pgsql_tmp')) continue;
    if (entry.isDirectory()) files.push(...(await copyFolders(from, to, owner, path)));
    else files.push(path);
  }
  return files;
}

/** A file that PostgreSQL has removed meanwhile is one that the log removes too. */
async function copyOwned(from: string, to: string, owner: Owner): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await give(to, owner);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function give(path: string, { uid, gid }: Owner): Promise<void> {
  if (process.getuid?.() === 0) await chown(path, uid, gid);
}

async function inBatches<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let first = 0; first < items.length; first += copiesAtOnceMax) {
    await Promise.all(items.slice(first, first + copiesAtOnceMax).map(work));
  }
}
