// The adapter of the example's server: FHIR R4 as it comes, and what FHIR leaves open: how accounts are made, and which pages one signs in on.
import { fhirR4 } from '../../../harness/targets/fhir-r4.ts';
import { expectOk } from '../../../harness/targets/talk.ts';

export const target = fhirR4({
  name: 'fhir',
  client: () => ({ id: 'portal' }),
  redirectUri: () => 'org.example.portal:/callback',
  pages: ({ username = '', password = '' }) => [
    { fields: { login: username, password } },
    { fields: { prompt: 'consent' } },
  ],
  accounts: {
    async create(admin, { email, password }, patient) {
      const body = { username: email, password, patient };
      expectOk(
        await admin.request({ method: 'POST', url: '/accounts', route: '/accounts', body }),
        'making an account',
      );
      return { username: email, password };
    },
    async remove(admin, { username = '' }) {
      const url = `/accounts/${encodeURIComponent(username)}`;
      expectOk(await admin.request({ method: 'DELETE', url, route: '/accounts/{name}' }), 'removing an account');
    },
  },
});
