// The accounts that enrolling gave, looked at as they come: each is texts, and no two patients are the same person on the target,
// for then everybody would see everybody's as their own, and nothing could be judged.
import { placed, shapeOf } from '../drivers/blame.ts';
import { type Account, AdapterError, type Target } from '../targets/target.ts';

/** Fields that tell one person from another. */
const identifier = /^(?:id|user_?id|patient_?id|uuid|sub|subject|login|e_?mail|user_?name)$/i;
const fieldLettersMax = 8_192;

export interface AccountBook {
  /** What is wrong with giving this account to `whom` (as in `patient 3`), by field and without a value; null: nothing. */
  problem(whom: string, account: Account): string | null;
}

export function accountBook(): AccountBook {
  const holders = new Map<string, string>();
  return {
    problem(whom, account) {
      for (const [field, value] of identityOf(account)) {
        const key = JSON.stringify([field, value]);
        const holder = holders.get(key) ?? whom;
        if (holder !== whom)
          return `it gave ${whom} the same ${field} as ${holder}: two patients would be one person on the target, and nothing could be judged. Each call must make another account; if it was the target that gave one account twice, that is a leak of its own`;
        holders.set(key, whom);
      }
      return null;
    },
  };
}

/** Only once the account is on record, so that it is removed again. */
export function refuseTwice({ source }: Pick<Target, 'source'>, fn: string, problem: string | null): void {
  if (problem !== null) throw new AdapterError(`${placed(source, fn)}: ${problem}`);
}

/** Throws an AdapterError that says what an account is, where this is none. */
export function accountIn(account: unknown): Account {
  const wanted = 'it must return what is needed to sign in, all of it texts, such as { id, email, password }';
  if (typeof account !== 'object' || account === null || Array.isArray(account))
    throw new AdapterError(`it returned ${shapeOf(account)}; ${wanted}`);
  const fields = Object.entries(account);
  if (fields.length === 0)
    throw new AdapterError(`it returned ${shapeOf(account)}, which is nobody's account; ${wanted}`);
  const wrong = fields.find(([, value]) => typeof value !== 'string' || value.length > fieldLettersMax);
  if (wrong === undefined) return Object.fromEntries(fields);
  const [field, value] = wrong;
  const what = typeof value === 'string' ? `a text of ${value.length} letters` : shapeOf(value);
  throw new AdapterError(`it returned ${field} as ${what}; ${wanted}`);
}

/** Where no field says by its name that it tells people apart, all of them together do. */
function identityOf(account: Account): [field: string, value: string][] {
  const told = Object.entries(account).filter(([field, value]) => identifier.test(field) && value !== '');
  return told.length > 0 ? told : [['account', JSON.stringify(account)]];
}
