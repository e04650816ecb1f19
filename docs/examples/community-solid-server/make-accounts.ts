// Makes accounts that stay, for drills that lease theirs: prints them as CSV, with a pod and client credentials each. They belong to nobody.
// `npx tsx docs/examples/community-solid-server/make-accounts.ts http://localhost:3000 4`
import { randomBytes, randomUUID } from 'node:crypto';
import { patientIndex } from '../../../fixtures/domain.ts';
import { person } from '../../../fixtures/people.ts';
import { nodeClient } from '../../../harness/drivers/node-client.ts';
import type { Account } from '../../../harness/targets/target.ts';
import { target } from './solid.target.ts';
import { enrolment } from './solid-enrolment.ts';

const accountsMax = 100;

export async function makeAccounts(origin: string, count: number): Promise<string> {
  if (!Number.isInteger(count) || count < 1 || count > accountsMax)
    throw new Error(`${count} accounts can't be made; ask for 1 to ${accountsMax}`);
  const made: Account[] = [];
  for (let number = 0; number < count; number++) made.push(await makeAccount(origin, number));
  const [first = {}] = made;
  const columns = Object.keys(first);
  return [columns, ...made.map((account) => columns.map((column) => account[column]))]
    .map((row) => row.join(','))
    .join('\n');
}

async function makeAccount(origin: string, number: number): Promise<Account> {
  const { declares } = target;
  const client = nodeClient({ session: `account-${number}`, run: 0, origin, allowedHosts: ['localhost'], declares });
  try {
    const nobody = { surname: 'Nobody', givenName: `Drill ${number}`, email: `drill-${randomUUID()}@example.org` };
    const who = { ...person('nobody', 0, patientIndex(number)), ...nobody, password: randomBytes(12).toString('hex') };
    const account = await enrolment.signUp?.(client.http, who);
    return { ...account, stays: 'yes' };
  } finally {
    await client.close();
  }
}

const [, script, origin, count] = process.argv;
if (script === import.meta.filename && origin !== undefined)
  process.stdout.write(`${await makeAccounts(origin, Number(count))}\n`);
