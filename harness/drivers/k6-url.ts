// Where a request goes: k6 has no URL class, and whatever looks odd must not lead to a host that the drill does not list.
// So only two shapes are followed, a plain path on the target itself and a plain http address. Safe inside k6.
import type { AdapterError } from '../targets/target.ts';
import { foreignHost } from './exchange.ts';

/** Scheme, host and port, and nothing that different readers of addresses read differently: no user, no backslash. */
const plainAddress = /^(https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?(?=[/?#]|$)/i;
const scheme = /^\s*[a-z][a-z0-9+.-]*:/i;
const addressLettersShown = 80;

/** `origin` without a slash at the end. Throws an AdapterError for a link to any other host than it and the allowed ones. */
export function absoluteUrl(wanted: string, origin: string, allowedHosts: readonly string[]): string {
  if (isPath(wanted)) return origin + wanted;
  const address = plainAddress.exec(wanted);
  if (address === null) {
    if (scheme.test(wanted) || /^\s*[/\\]/.test(wanted)) throw refused(wanted, allowedHosts);
    return `${origin}/${wanted}`;
  }
  const host = (address[2] ?? '').toLowerCase();
  if (hostAndPort(wanted) === hostAndPort(origin) || allowedHosts.includes(host)) return wanted;
  throw refused(wanted, allowedHosts);
}

/** On the target itself: one slash, and no second that would begin a host. */
function isPath(wanted: string): boolean {
  return wanted.charAt(0) === '/' && wanted.charAt(1) !== '/' && wanted.charAt(1) !== '\\';
}

function hostAndPort(address: string): string {
  const [, name = '', host = '', port = name.toLowerCase() === 'https' ? '443' : '80'] =
    plainAddress.exec(address) ?? [];
  return `${host.toLowerCase()}:${Number(port)}`;
}

/** What stands behind the path may be a secret. */
function refused(wanted: string, allowedHosts: readonly string[]): AdapterError {
  const shown = wanted.replace(/[?#].*$/s, '');
  return foreignHost(JSON.stringify(shown.slice(0, addressLettersShown)), allowedHosts);
}
