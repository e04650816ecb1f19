// What an adapter does not yet declare of its target, by what the doctor's own patients were answered. Left undeclared, the first
// makes warnings blind, and the second makes findings of what is meant.
import type { Exchange, Operation } from '../history.ts';
import type { Declarations } from '../targets/target.ts';

export function* declarationsMissing(operations: readonly Operation[], declares: Declarations): Generator<string> {
  const bare = operations.find((op) => op.action === 'view-history' && op.signedIn === 'yes' && shows(op, isBare));
  if (bare !== undefined)
    yield 'view-history was answered with personal things, and with its request went neither a cookie nor Authorization: name the header in which a session shows itself, as in `declares: { credentialHeaders: ["x-session-token"] }`; without it nobody can say whether a shared cache may keep such an answer';
  const routes = new Set(
    operations.flatMap((op) => op.exchanges.filter((each) => answersAnybody(each, declares))).map(({ route }) => route),
  );
  for (const route of routes)
    yield `${route} gave a recording to a request without credentials. If whoever holds such an address may read, say so: \`declares: { capabilityUrls: [{ route: '${route}' }] }\`, with expiresAfterMs where it runs out; otherwise a drill will report it as a leak`;
}

const isBare = ({ credentials }: Exchange): boolean => credentials === 'none';

const shows = ({ exchanges }: Operation, those: (exchange: Exchange) => boolean): boolean =>
  exchanges.some((exchange) => those(exchange) && exchange.sightings.length > 0);

function answersAnybody(exchange: Exchange, { capabilityUrls = [] }: Declarations): boolean {
  if (!isBare(exchange) || capabilityUrls.some(({ route }) => route === exchange.route)) return false;
  return exchange.sightings.some(({ kind }) => kind === 'recording');
}
