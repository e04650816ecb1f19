// A switch that is pulled is on disk before it is: whoever finds the note after a run was killed releases it.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Drill } from '../drill.ts';
import { openAdmin } from '../people/admin-client.ts';
import { readKeptDrill, runFolder } from '../run-folder.ts';
import { openDeployment } from './deployment.ts';

export const switchNoteFile = 'switch-pulled.json';

const noteSchema = z.object({ switch: z.string() });

/** What was released; null where there was nothing to release. Throws where it can't be: then the deployment is still shut. */
export async function releasePulled(run: string, isGone: (drill: Drill) => Promise<boolean>): Promise<string | null> {
  const file = path.join(run, switchNoteFile);
  if (!existsSync(file)) return null;
  const note = noteSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { drill } = readKeptDrill(runFolder(run));
  if (await isGone(drill)) {
    rmSync(file, { force: true });
    return null;
  }
  const { target, adminSecret } = await openDeployment(drill, drill.allowHosts);
  const pulled = target.switches?.[note.switch];
  if (pulled === undefined)
    throw new Error(`the adapter has no switch ${note.switch} any more: release it by hand, then remove ${file}`);
  const admin = openAdmin(drill, target, adminSecret);
  try {
    await pulled.release(admin.http);
  } finally {
    await admin.close();
  }
  rmSync(file, { force: true });
  return note.switch;
}
