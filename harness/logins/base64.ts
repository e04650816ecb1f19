// Base64 both ways, for k6 has neither btoa nor atob. Safe inside k6.
import { sextetOf } from '../scan/base64.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function encoded(bytes: ArrayLike<number>): string {
  let written = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const bits = (a << 16) | (b << 8) | c;
    for (const shift of [18, 12, 6, 0]) written += letters[(bits >> shift) & 63];
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  return written.slice(0, written.length - padding) + '='.repeat(padding);
}

/** Of ASCII. */
export const base64 = (text: string): string => encoded(asciiBytes(text));

/** Without padding (RFC 4648, section 5). */
export const base64url = (bytes: ArrayLike<number>): string =>
  encoded(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** The UTF-8 text behind base64 or base64url; null where it is neither. */
export function textOfBase64(written: string): string | null {
  let escaped = '';
  let bits = 0;
  let bitCount = 0;
  for (const letter of written.replace(/=+$/, '')) {
    const sextet = sextetOf(letter);
    if (sextet < 0) return null;
    bits = ((bits << 6) | sextet) & 0x3fff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    escaped += `%${((bits >> bitCount) & 0xff).toString(16).padStart(2, '0')}`;
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return null;
  }
}

export const asciiBytes = (text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Array.from(text, (letter) => letter.charCodeAt(0)));
