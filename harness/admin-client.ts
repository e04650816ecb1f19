// The administrator's hand: the portable Http with the admin secret on each request. Its answers never reach the history.
import type { Drill } from './drill.ts';
import { nodeClient } from './drivers/node-client.ts';
import type { Http, Target } from './targets/target.ts';

export interface Admin {
  readonly http: Http;
  close(): Promise<void>;
}

const asBearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });

export function openAdmin(drill: Drill, target: Target, secret: string | undefined): Admin {
  const client = nodeClient({
    session: 'admin',
    run: 0,
    origin: drill.target.adminUrl ?? drill.target.url,
    allowedHosts: drill.allowHosts,
    declares: target.declares,
  });
  const shown = secret ? (target.enrolment.adminHeaders ?? asBearer)(secret) : {};
  return {
    http: {
      async request(request) {
        try {
          return await client.http.request({ ...request, headers: { ...shown, ...request.headers } });
        } finally {
          client.take();
        }
      },
    },
    close: () => client.close(),
  };
}
