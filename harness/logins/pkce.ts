// Values that nobody can guess, and PKCE's challenge for one (RFC 7636). Both come from Web Crypto, which Node and k6 have as a
// global. They are not drawn from the plan's seed: whoever knows the seed could else finish another's login. Safe inside k6.
import { asciiBytes, base64url } from './base64.ts';

const randomBytes = 32;

/** 256 bits in 43 letters. */
export const unguessable = (): string => base64url(crypto.getRandomValues(new Uint8Array(randomBytes)));

export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}

export async function pkce(verifier = unguessable()): Promise<Pkce> {
  const hash = await crypto.subtle.digest('SHA-256', asciiBytes(verifier));
  return { verifier, challenge: base64url(new Uint8Array(hash)) };
}
