// The people whose data reached others, a row each, to be matched with a register or written to.
import type { Incident } from '../harness/incident/incident.ts';
import { csv } from './csv.ts';
import { isoTime } from './text.ts';

const head = [
  'drill',
  'patient',
  'name',
  'email',
  'practice',
  'things_listed',
  'people_who_could_see',
  'recordings_viewed',
  'people_who_viewed',
  'first_at',
  'last_at',
  'kinds_of_data',
  'by_which_way',
] as const;

export function affectedCsv({ exposure }: Incident): string {
  const rows = (exposure?.affected ?? []).map((person) => [
    'DRILL: synthetic person',
    person.patient,
    person.name ?? 'not known: a leased account',
    person.email ?? '',
    person.practice ?? '',
    person.things.listed,
    person.viewers.listed,
    person.things.viewed,
    person.viewers.viewed,
    isoTime(person.firstAt),
    isoTime(person.lastAt),
    person.kinds.join('; '),
    person.routes.join('; '),
  ]);
  return csv(head, rows);
}
