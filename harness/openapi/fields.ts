// Which of a synthetic person's facts belongs into which field of a request, by the field's name; and what to write where none does.
import type { Entry } from './code.ts';
import { key, text } from './code.ts';
import { choicesOf, type Field, fieldsOf, isList, type Schema, wordsOf } from './schema.ts';

/** Words of a field's name, and the expression that is its value. */
export type Facts = readonly (readonly [RegExp, string])[];

const credentials: Facts = [
  [/^(e ?mail( address)?|user ?name|login|user|identifier)$/, 'email'],
  [/^(password|passwd|pass|secret|pin|password confirmation|confirm password)$/, 'password'],
];

/** Of `session.account`, taken apart. */
export const signInFacts: Facts = credentials;

export const patientFacts: Facts = [
  ...credentials.map(([words, name]) => [words, `patient.${name}`] as const),
  [/^(surname|last ?name|family ?name|family)$/, 'patient.surname'],
  [/^(given ?names?|first ?name|forename|given)$/, 'patient.givenName'],
  [/^((full|display) ?)?name$/, "[patient.givenName, patient.surname].join(' ')"],
  [/^(birth ?date|date of birth|dob|birthday)$/, 'patient.birthDate'],
  [/^(tele ?)?phone( number)?$|^mobile( number)?$/, 'patient.telephone'],
  [/^(nhs|mrn|health|medical record) ?(number|no|id)?$/, 'patient.nhsNumber'],
  [/^(practice|clinic|surgery|tenant|organi[sz]ation) id$/, 'patient.practice.id'],
  [/^(practice|clinic|surgery|tenant|organi[sz]ation)( name)?$/, 'patient.practice.name'],
  [/^(clinician|doctor|gp|practitioner|provider)( name)?$/, 'patient.clinician.name'],
];

export const clinicianFacts: Facts = [
  ...credentials.map(([words, name]) => [words, `clinician.${name}`] as const),
  [/^((full|display) ?)?name$/, 'clinician.name'],
  [/^(practice|clinic|surgery|tenant|organi[sz]ation) id$/, 'clinician.practice.id'],
  [/^(practice|clinic|surgery|tenant|organi[sz]ation)( name)?$/, 'clinician.practice.name'],
];

/** Where clinicians have accounts, for the field that names the patient's. */
export const treatedBy: Facts = [
  [/^(clinician|doctor|gp|practitioner|provider) id$/, '...(clinician !== undefined && { NAME: clinician.id })'],
];

/** Of a consultation, taken apart. */
export const consultationFacts: Facts = [
  [/^(title|subject|reason|summary|topic|name)$/, 'title'],
  [/^(notes?|description|comments?|details|text|body)$/, 'note'],
  [/^(starts?( at| time| date)?|date|time|when|scheduled( at| for)|begins? at|date time)$/, 'startsAt'],
  [/^(modality|type|kind|channel|mode)$/, 'modality'],
  [/^file ?name$/, 'fileName'],
];

/** The entries of a request's body. What is required and nobody knows gets a value to replace, and a line that says so. */
export function bodyEntries(schema: Schema, facts: Facts, depth = 0): readonly Entry[] {
  return fieldsOf(schema).flatMap((field): readonly Entry[] => {
    const known = factFor(field, facts);
    if (known?.startsWith('...')) return [known.replace('NAME', key(field.name))];
    if (known !== undefined) return [field.name === known ? known : `${key(field.name)}: ${known}`];
    const { const: always } = field.schema;
    if (typeof always === 'boolean' || typeof always === 'string')
      return [`${key(field.name)}: ${typeof always === 'string' ? text(always) : always}`];
    const inner = depth < 2 && !isList(field.schema) ? bodyEntries(field.schema, facts, depth + 1) : [];
    const isWanted = field.required || inner.some((entry) => typeof entry !== 'string' || !entry.startsWith('//'));
    if (!isWanted) return [];
    if (inner.length > 0) return [{ head: `${key(field.name)}: `, entries: inner }];
    return [`// TODO what is "${field.name}"? It is required.`, `${key(field.name)}: ${placeholder(field.schema)}`];
  });
}

function factFor({ name, schema }: Field, facts: Facts): string | undefined {
  const found = facts.find(([words]) => words.test(wordsOf(name)))?.[1];
  if (found === undefined || isList(schema) || fieldsOf(schema).length > 0) return undefined;
  const choices = choicesOf(schema);
  const fits = choices.length === 0 || (/\bmodality$/.test(found) && choices.includes('video'));
  return fits ? found : undefined;
}

function placeholder(schema: Schema): string {
  const [value] = [schema.default, schema.example, ...choicesOf(schema)].filter((each) => each !== undefined);
  if (typeof value === 'string') return text(value);
  if (value !== undefined && typeof value !== 'object') return String(value);
  if (isList(schema)) return '[]';
  const byType: Readonly<Record<string, string>> = { integer: '0', number: '0', boolean: 'false', object: '{}' };
  return byType[[schema.type].flat().map(String)[0] ?? ''] ?? "''";
}
