// Mechanism: the edge and the app disagree where an exchange ends. When a client goes away during its upload, the edge ends the
// message for it and takes the exchange for over: the kept-alive connection goes back to the others, though the app still owes an
// answer. The next request on that connection gets it, the one after gets the next one's, and so on, always one behind.
// Trigger: a request with a body (an upload above all) that is aborted before its answer, then any requests on that connection. Without: never.
// Must ring: foreign-listing, foreign-identity: an answer to another's question. Incident: Tomcat CVE-2021-43980, smuggling literature.
import type { OriginTransport } from '../edge-transport.ts';
import type { Bug } from './bug.ts';
import { createConnections } from './framing-desync-client.ts';

function leavesAnswersBehind(): OriginTransport {
  const take = createConnections();
  return (upstream, origin) => {
    const connection = take(upstream.port);
    let waiting = true;
    const settled = (): void => {
      waiting = false;
    };
    const answer = connection.ask(origin);
    answer.then(settled, settled);
    return {
      answer,
      destroy: (reason) => waiting && connection.destroy(reason),
      abandon() {
        if (!waiting) return;
        if (origin.body === undefined) connection.destroy(new Error('the client has gone'));
        else connection.endEarly();
      },
    };
  };
}

export const framingDesync: Bug = {
  id: 'framing-desync',
  incident: 'Apache Tomcat, CVE-2021-43980',
  link: 'https://nvd.nist.gov/vuln/detail/CVE-2021-43980',
  topologies: ['embedded'],
  seams: { originTransport: leavesAnswersBehind },
};
