// SMART App Launch by `oidc-provider`: code with PKCE, refresh tokens that rotate, revocation. Its pages are those that it has for development, to
// which any password is right; of which patient a token is, the account says.
import type { IncomingMessage, ServerResponse } from 'node:http';
import Provider from 'oidc-provider';

export type Accounts = Map<string, { readonly password: string; readonly patient: string }>;

export const redirectUri = 'org.example.portal:/callback';
const tokenSeconds = 300;

export interface Smart {
  /** The document at `.well-known/smart-configuration`. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Undefined for a token that is nobody's. */
  patientOf(token: string): Promise<string | undefined>;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export function startSmart(issuer: string, accounts: Accounts): Smart {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'portal',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [redirectUri],
      },
    ],
    cookies: { keys: ['keys-of-a-provider-that-holds-nothing'] },
    scopes: ['openid', 'fhirUser', 'offline_access', 'launch/patient', 'patient/*.read', 'patient/*.write'],
    claims: { openid: ['sub'], fhirUser: ['fhirUser'] },
    findAccount: (_, id) => {
      const patient = accounts.get(id)?.patient;
      if (patient === undefined) return undefined;
      return { accountId: id, claims: () => ({ sub: id, fhirUser: `${issuer}/fhir/Patient/${patient}` }) };
    },
    features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    ttl: {
      AccessToken: tokenSeconds,
      AuthorizationCode: 60,
      IdToken: 3_600,
      Interaction: 600,
      Grant: 3_600,
      RefreshToken: 3_600,
      Session: 3_600,
    },
  });
  const handle = provider.callback();
  return {
    configuration: {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      revocation_endpoint: `${issuer}/token/revocation`,
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: ['authorization_code'],
      scopes_supported: ['openid', 'fhirUser', 'launch/patient', 'patient/*.read', 'patient/*.write', 'offline_access'],
      capabilities: ['launch-standalone', 'client-public', 'context-standalone-patient', 'permission-patient'],
    },
    async patientOf(token) {
      const found = token === '' ? undefined : await provider.AccessToken.find(token);
      return found ? accounts.get(found.accountId)?.patient : undefined;
    },
    handle: async (request, response) => void (await handle(request, response)),
  };
}
