// The same server asked by GraphQL for its lists: FHIR's own `$graphql` (FHIR R4, 3.3). Everything else is as in `fhir.target.ts`.
import { graphql, textsAt } from '../../../harness/targets/graphql.ts';
import { defineTarget } from '../../../harness/targets/target.ts';
import { target as fhir } from './fhir.target.ts';

const history = `query History($patient: String) {
  EncounterList(patient: $patient, _count: 50) { id type { text } reasonCode { text } }
  DocumentReferenceList(patient: $patient, _count: 50) { id description content { attachment { url title } } }
}`;

export const target = defineTarget({
  ...fhir,
  name: 'fhir-graphql',
  actions: {
    ...fhir.actions,
    async 'view-history'(session, { of }) {
      const account = of === undefined ? session.account : session.accountOf(of);
      const variables = { patient: `Patient/${account.patient}` };
      const { data, result } = await graphql(session, {
        url: '/fhir/$graphql',
        name: 'History',
        query: history,
        variables,
      });
      if (result.outcome !== 'ok') return result;
      session.playable = textsAt(data, 'DocumentReferenceList.content.attachment.url').map((url) => `/fhir/${url}`);
      const ids = [...textsAt(data, 'EncounterList.id'), ...textsAt(data, 'DocumentReferenceList.id')];
      return { outcome: 'ok', listedIds: ids };
    },
  },
});
