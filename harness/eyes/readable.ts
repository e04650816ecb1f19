// Names for people of where something was seen. A name is the page's own text, so it is shortened, and neither a canary, an
// address of e-mail nor a query gets through: places are printed in reports.
import { canaryLetterCount, canaryPrefix } from '../../fixtures/canary.ts';

const lettersMax = 80;
const canary = new RegExp(`${canaryPrefix}[a-z]{${canaryLetterCount - canaryPrefix.length}}`, 'gi');
const email = /[^\s"'/<>]+@[^\s"'/<>]+/g;
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

export function readable(text: string): string {
  const plain = text.replace(control, ' ').replace(canary, '…').replace(email, '…');
  return plain.length > lettersMax ? `${plain.slice(0, lettersMax)}…` : plain;
}

/** Origin and path; what follows may be a secret. `data:` and the like are named by their scheme. */
export function readableUrl(url: string): string {
  if (!URL.canParse(url)) return readable(url.split(/[?#]/, 1)[0] ?? '');
  const { protocol, host, pathname } = new URL(url);
  return host === '' ? readable(`${protocol}…`) : readable(`${protocol}//${host}${decoded(pathname)}`);
}

/** As the canary would otherwise hide behind its percent signs. */
function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
