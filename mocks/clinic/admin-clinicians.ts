// What an administrator does to clinicians: gives them an account at their practice, and takes it away. Their patients stay.
import type { IncomingMessage } from 'node:http';
import { type Database, errorCodeOf } from './database.ts';
import { type Answer, json, noContent, Refusal, readJson, textField } from './http.ts';
import { hashPassword } from './passwords.ts';

const enrol = {
  name: 'admin-enrol-clinician',
  text: `insert into clinicians (name, email, password_hash, practice_id, practice_name) values ($1, lower($2), $3, $4, $5)
    returning id`,
};

const remove = { name: 'admin-remove-clinician', text: 'delete from clinicians where id = $1' };

type Act = (request: IncomingMessage, ids: readonly string[]) => Promise<Answer>;

export function createClinicians(database: Database): Readonly<Record<string, Act>> {
  return {
    'POST /clinicians': async (request) => {
      const body = await readJson(request);
      const field = (name: string): string => textField(body, name);
      const email = field('email');
      const values = [field('name'), email, await hashPassword(field('password'))];
      try {
        const [made] = await database.query(enrol, [...values, field('practiceId'), field('practiceName')]);
        return json(201, made);
      } catch (error) {
        if (errorCodeOf(error) !== '23505') throw error;
        throw new Refusal(
          409,
          'already-enrolled',
          `a clinician with the e-mail ${email} is enrolled: remove them first`,
        );
      }
    },
    'DELETE /clinicians/{id}': async (_request, [clinicianId]) => {
      await database.query(remove, [clinicianId]);
      return noContent;
    },
  };
}
