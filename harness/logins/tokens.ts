// The token endpoint (RFC 6749): asks it, tells the oracle of every token that comes, and makes of them what a session holds.
// A refresh token that is rotated takes the place of the one before. Safe inside k6.
import { z } from 'zod';
import type { HttpResponse, SessionContext } from '../targets/target.ts';
import { encoded, type Fields, routeOf } from './address.ts';
import { base64 } from './base64.ts';
import { type Held, renewAt } from './held.ts';
import { LoginProblem, unexpected } from './problem.ts';
import type { OAuthClient } from './provider.ts';
import { formBody } from './walk.ts';

const tokensSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string().default('bearer'),
  expires_in: z.coerce.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
  id_token: z.string().min(1).optional(),
});
export type Tokens = z.infer<typeof tokensSchema>;

export interface Question {
  readonly url: string;
  readonly client: OAuthClient;
  readonly fields: Fields;
  /** For the message when it is refused, as in `tokens were expected`. */
  readonly expected: string;
}

/** Any answer of an endpoint that is a success. Rejects with a `LoginProblem`. */
export async function askProvider(session: SessionContext, question: Question): Promise<HttpResponse> {
  const { url, client, fields, expected } = question;
  const isBasic = client.secret !== undefined && client.secretIn !== 'body';
  const body = {
    ...fields,
    ...(!isBasic && { client_id: client.id, ...(client.secret !== undefined && { client_secret: client.secret }) }),
  };
  const response = await session.http.request({
    method: 'POST',
    url,
    route: routeOf(url),
    ...formBody(Object.entries(body), { accept: 'application/json', ...(isBasic && basic(client)) }),
  });
  if (response.status >= 200 && response.status < 300) return response;
  throw refused(url, response, expected);
}

export interface Grant {
  readonly tokenUrl: string;
  readonly client: OAuthClient;
}

/** The answer of the token endpoint to a grant, whatever it gives. */
export const askForTokens = (
  session: SessionContext,
  { tokenUrl, client }: Grant,
  fields: Fields,
): Promise<HttpResponse> =>
  askProvider(session, {
    url: tokenUrl,
    client,
    fields,
    expected: `tokens for the ${fields.grant_type} were expected`,
  });

/** Each half escaped as in a form (RFC 6749, section 2.3.1). */
function basic({ id, secret = '' }: OAuthClient): { readonly authorization: string } {
  const [user, password] = [id, secret].map((text) => encoded([['', text]]).slice(1));
  return { authorization: `Basic ${base64(`${user}:${password}`)}` };
}

/** The code of an error is a word of the standard; anything longer may be somebody's. */
export const errorWord = /^[a-z_]{1,40}$/;

function refused(url: string, response: HttpResponse, expected: string): LoginProblem {
  const { error } = z.object({ error: z.string() }).catch({ error: '' }).parse(jsonOf(response));
  const problem = unexpected('POST', url, response, expected);
  if (!errorWord.test(error)) return problem;
  return new LoginProblem(`${problem.message} (${error})`, error === 'invalid_grant' ? 'refused' : problem.outcome);
}

function jsonOf(response: HttpResponse): unknown {
  try {
    return response.json();
  } catch {
    return null;
  }
}

export function tokensOf(session: SessionContext, response: HttpResponse, tokenUrl: string): Tokens {
  const parsed = tokensSchema.safeParse(response.json());
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new LoginProblem(
      `POST ${routeOf(tokenUrl)} answered ${response.status} without a usable ${places || 'object'}`,
    );
  }
  const { access_token, refresh_token, id_token, token_type } = parsed.data;
  session.issued(...[access_token, refresh_token, id_token].filter((token) => token !== undefined));
  if (token_type.toLowerCase() !== 'bearer')
    throw new LoginProblem(
      `POST ${routeOf(tokenUrl)} gave tokens that are no bearer tokens, and only those can be shown`,
    );
  return parsed.data;
}

/** `refreshToken`: the one that these tokens were got with, kept where none came in its place. */
export function heldFrom(tokens: Tokens, grant: Grant, refreshToken?: string): Held {
  const next = tokens.refresh_token ?? refreshToken;
  return {
    headers: { authorization: `Bearer ${tokens.access_token}` },
    revocable: next ?? tokens.access_token,
    ...renewAt(tokens.expires_in),
    ...(next !== undefined && { renew: (session: SessionContext) => refresh(session, grant, next) }),
  };
}

/** RFC 6749, section 6. */
export async function refresh(session: SessionContext, grant: Grant, refreshToken: string): Promise<Held> {
  const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
  return heldFrom(tokensOf(session, await askForTokens(session, grant, fields), grant.tokenUrl), grant, refreshToken);
}
