// How the doctor shows an operation: what was sent, what came back, and which canaries survived where.
import pc from 'picocolors';
import type { Exchange, Operation } from '../history.ts';
import type { Sent } from './doctor-sent.ts';

const exchangesMax = 6;

export function say(what: string, outcome: string, detail: string): void {
  const colour = outcome === 'ok' ? pc.green : outcome === 'refused' ? pc.yellow : pc.red;
  process.stdout.write(`${what.padEnd(28)} ${colour(outcome.padEnd(14))} ${detail}\n`);
}

export function show(operation: Operation, sent: Sent): void {
  const [first = 'nothing was sent', ...rest] = exchangeLines(operation, sent);
  const detail =
    operation.detail && operation.detail !== String(operation.exchanges.at(-1)?.status) ? ` · ${operation.detail}` : '';
  say(nameOf(operation), operation.outcome, `${first}${rest.length === 0 ? detail : ''}`);
  for (const [place, line] of rest.entries()) say('', '', `${line}${place === rest.length - 1 ? detail : ''}`);
}

export const nameOf = ({ action, page, clinician, signedIn }: Operation): string =>
  [action, page, clinician !== undefined && '(clinician)', signedIn === 'ended' && '(signed out)']
    .filter(Boolean)
    .join(' ');

/** A line for each exchange; equal ones that follow each other, as polls do, are one. */
function exchangeLines(operation: Operation, sent: Sent): readonly string[] {
  const answers = operation.exchanges.filter(({ channel }) => channel === undefined);
  const looks = operation.exchanges.filter(({ channel }) => channel !== undefined);
  const lines: { text: string; count: number; key: string }[] = [];
  for (const exchange of answers) {
    const key = `${exchange.method} ${exchange.route} ${exchange.status}`;
    const last = lines.at(-1);
    if (last?.key === key) lines[lines.length - 1] = { key, count: last.count + 1, text: textOf(exchange, sent) };
    else lines.push({ key, count: 1, text: textOf(exchange, sent) });
  }
  const shown = lines.slice(-exchangesMax).map(({ text, count }) => (count === 1 ? text : `${text} · ${count} times`));
  return looks.length === 0 ? shown : [...shown, `${looks.length} looks · ${canariesOf(looks)}`];
}

function textOf(exchange: Exchange, sent: Sent): string {
  const { method, route, status, bodyBytes, node, version, credentials } = exchange;
  const by = credentials === 'none' ? '' : ` by ${credentials}`;
  const from = node === undefined ? '' : ` from ${[node, version].filter(Boolean).join(' ')}`;
  const came = status === 0 ? 'no answer' : `${status}, ${bodyBytes.toLocaleString('en')} bytes${from}`;
  return `${method} ${route}${sent.get(exchange) ?? ''}${by} → ${came} · ${canariesOf([exchange])}`;
}

/** `canaries: title, note (body); surname (header:x-name, base64)` */
function canariesOf(exchanges: readonly Exchange[]): string {
  const places = new Map<string, Set<string>>();
  for (const { channel, sightings } of exchanges)
    for (const { kind, where, encoding } of sightings) {
      const place = [channel, where, encoding === 'plain' ? undefined : encoding].filter(Boolean).join(', ');
      places.set(place, (places.get(place) ?? new Set()).add(kind));
    }
  if (places.size === 0) return 'no canary';
  return `canaries: ${[...places].map(([place, kinds]) => `${[...kinds].join(', ')} (${place})`).join('; ')}`;
}
