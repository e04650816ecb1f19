// Whether an ID token is the answer to this very login (OpenID Connect Core 1.0, section 3.1.3.7). Its signature is not looked at:
// it came from the token endpoint itself. What it says stays in here. Safe inside k6.
import { z } from 'zod';
import { textOfBase64 } from './base64.ts';
import { LoginProblem } from './problem.ts';

const claimsSchema = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  nonce: z.string().optional(),
});

export interface Expected {
  readonly issuer: string | undefined;
  readonly clientId: string;
  readonly nonce: string;
}

/** Throws a `LoginProblem` that names the claim. */
export function requireOwn(idToken: string, expected: Expected): void {
  const claims = claimsSchema.safeParse(jsonOrNull(textOfBase64(idToken.split('.')[1] ?? '')));
  if (!claims.success) throw new LoginProblem('the ID token has no readable iss, aud and nonce');
  const { iss, aud, nonce } = claims.data;
  if (nonce !== expected.nonce)
    throw new LoginProblem(
      'the ID token carries a nonce that this session did not send: it is the answer to another login',
    );
  if (![aud].flat().includes(expected.clientId)) throw new LoginProblem('the ID token is for another client (aud)');
  if (expected.issuer !== undefined && iss !== expected.issuer)
    throw new LoginProblem('the ID token is of another issuer (iss)');
}

function jsonOrNull(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
