// Holds back every statement of the apps: a lock on a table that each request needs, kept by a transaction of ours. Their statements wait
// and their pools run dry, as behind a migration that forgot about locks.
import pg from 'pg';
import type { DatabasePlace } from '../messages.ts';

const lockText = 'begin; lock table session_tokens in access exclusive mode';
const connectMaxMs = 2_000;
const lockMaxMs = 3_000;

export interface Hold {
  release(): Promise<void>;
}

export async function holdStatements(place: DatabasePlace): Promise<Hold> {
  const client = new pg.Client({
    ...place,
    application_name: 'clinic-admin',
    connectionTimeoutMillis: connectMaxMs,
    query_timeout: lockMaxMs,
  });
  client.on('error', () => {});
  await client.connect();
  const release = (): Promise<void> => client.end().catch(() => {});
  try {
    await client.query(lockText);
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}
