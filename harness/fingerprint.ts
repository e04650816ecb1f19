// What makes a finding of one run the same as a finding of another: its rule, the template of its route, and the channel it was
// seen by. Never a person, a time, a node or a count, which differ from run to run while the hole in the product is the same.
import { createHash } from 'node:crypto';
import type { Finding } from './verdict.ts';

type Told = Pick<Finding, 'rule' | 'route'> & { readonly first: Pick<Finding['first'], 'channel'> };

/** 32 hexadecimal digits. Bound to version 1 of this rule: another rule needs another prefix, or every alert opens anew. */
export function fingerprintOf(finding: Told): string {
  const parts = ['crosstalk/1', finding.rule, routeTemplateOf(finding.route), channelOf(finding)];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}

/** `answer`, or what a browser's look went by. */
export const channelOf = ({ first }: Told): string => first.channel ?? 'answer';

const routeCharsMax = 500;
/** A number, a UUID, a long run of hexadecimal digits, a canary, an e-mail address: what a careless adapter leaves in a route. */
const personal =
  /^(?:\d+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-z]*\d)[0-9a-f]{16,}|[bcdfghjklmnpqrstvwxz]{24}|[^@]*(?:@|%40).*)$/i;

/** The route without its query, with `{}` where a person's or a thing's own id stood; placeholders stay as the adapter calls them. */
export function routeTemplateOf(route: string): string {
  const [path = ''] = route.slice(0, routeCharsMax).split(/[?#]/, 1);
  return path
    .split('/')
    .map((segment) => (personal.test(segment) ? '{}' : segment))
    .join('/');
}
