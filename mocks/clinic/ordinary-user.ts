// As whom the clinic runs programs that aren't Node: as we ourselves, or as `nobody` when we are root, for PostgreSQL refuses root.
import { readFile } from 'node:fs/promises';

export interface OrdinaryUser {
  readonly uid?: number;
  readonly gid?: number;
}

export async function ordinaryUser(): Promise<OrdinaryUser> {
  if (process.getuid?.() !== 0) return {};
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((each) => each.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error('PostgreSQL does not run as root, and /etc/passwd has no user "nobody" to run it as');
  return { uid: Number(uid), gid: Number(gid) };
}
