// Signs out of a provider: revokes what the session holds (RFC 7009). The session keeps it, to show once more what must be worth
// nothing now. Safe inside k6.
import type { ActionResult, SessionContext } from '../targets/target.ts';
import { heldBy } from './held.ts';
import { LoginProblem, resultOf } from './problem.ts';
import { endpointsOf, type OAuthClient, type Provider } from './provider.ts';
import { askProvider } from './tokens.ts';

export interface Revocation {
  readonly provider: Provider;
  readonly client: OAuthClient;
}

export const revokeTokens = (session: SessionContext, { provider, client }: Revocation): Promise<ActionResult> =>
  resultOf(async () => {
    const token = heldBy(session)?.revocable;
    if (token === undefined) throw new LoginProblem('the session holds no token that could be revoked');
    const { revocationUrl } = await endpointsOf(session, provider);
    if (revocationUrl === undefined)
      throw new LoginProblem('the provider names no address at which tokens are revoked (revocation_endpoint)');
    await askProvider(session, {
      url: revocationUrl,
      client,
      fields: { token },
      expected: 'a revocation was expected',
    });
  });
