// An identity provider for tests: `oidc-provider` as it comes, with its own login and consent pages, short tokens, and refresh tokens
// that rotate. Beside it one resource that says whose a client's own token is.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type ClientMetadata, type Configuration } from 'oidc-provider';

export interface IdentityProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

export interface ProviderOptions {
  /** What the provider says is the e-mail address of who signs in by this name. */
  emailOf(login: string): string;
  readonly clients: readonly ClientMetadata[];
  readonly accessTokenSeconds?: number;
}

export async function startProvider(options: ProviderOptions): Promise<IdentityProvider> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, configurationOf(options));
  provider.use(async (context, next) => {
    if (context.path !== '/records') return next();
    const [, token = ''] = context.get('authorization').split(' ');
    const found = await provider.ClientCredentials.find(token);
    context.status = found?.clientId === undefined ? 401 : 200;
    if (found?.clientId !== undefined) context.body = { email: options.emailOf(found.clientId) };
  });
  server.on('request', provider.callback());
  return {
    issuer,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function configurationOf({ emailOf, clients, accessTokenSeconds = 3_600 }: ProviderOptions): Configuration {
  return {
    clients: [...clients],
    cookies: { keys: ['keys-of-a-provider-that-holds-nothing'] },
    claims: { openid: ['sub'], email: ['email'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: emailOf(id) }) }),
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
    },
    pkce: { required: () => true },
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      AuthorizationCode: 60,
      IdToken: 3_600,
      Interaction: 600,
      Grant: 3_600,
      RefreshToken: 3_600,
      Session: 3_600,
    },
  };
}
