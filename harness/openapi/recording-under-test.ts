// For tests: asks a real server, and writes down what went to and fro as a browser's HAR does, cookies and redirects included. Nothing
// outside tests imports this.
import { CookieJar } from 'tough-cookie';

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | object;
}

export interface Recorder {
  ask(url: string, asking?: Asking): Promise<{ readonly status: number; readonly text: string }>;
  /** The recording, as it would be in its file. */
  har(): string;
}

const redirectsMax = 5;

export function recorder(): Recorder {
  const entries: object[] = [];
  const cookies = new CookieJar(undefined, { looseMode: true, rejectPublicSuffixes: false });

  async function once(url: string, { method = 'GET', headers = {}, body }: Asking) {
    const isJson = body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array);
    const sent: Record<string, string> = {
      ...(isJson && { 'content-type': 'application/json' }),
      ...headers,
      cookie: cookies.getCookieStringSync(url),
    };
    const text = isJson ? JSON.stringify(body) : body;
    const response = await fetch(url, {
      method,
      headers: sent,
      redirect: 'manual',
      ...(text !== undefined && { body: text }),
    });
    for (const line of response.headers.getSetCookie()) cookies.setCookieSync(line, url, { ignoreError: true });
    const bytes = Buffer.from(await response.arrayBuffer());
    const mimeType = response.headers.get('content-type') ?? '';
    const isText = /json|text/.test(mimeType);
    const pairs = (all: Iterable<[string, string]>) => [...all].map(([name, value]) => ({ name, value }));
    entries.push({
      startedDateTime: new Date().toISOString(),
      request: {
        method,
        url,
        headers: pairs(Object.entries(sent)),
        ...(text !== undefined && {
          postData: { mimeType: sent['content-type'] ?? '', text: typeof text === 'string' ? text : '' },
        }),
      },
      response: {
        status: response.status,
        headers: pairs(response.headers),
        content: isText
          ? { mimeType, text: bytes.toString('utf8') }
          : { mimeType, text: bytes.toString('base64'), encoding: 'base64' },
      },
    });
    return {
      status: response.status,
      text: isText ? bytes.toString('utf8') : '',
      location: response.headers.get('location'),
    };
  }

  return {
    async ask(url, asking = {}) {
      let came = await once(url, asking);
      let at = url;
      for (let count = 0; came.location !== null && came.status < 400 && count < redirectsMax; count++) {
        at = new URL(came.location, at).href;
        came = await once(at, {});
      }
      return came;
    },
    har: () => JSON.stringify({ log: { version: '1.2', creator: { name: 'test', version: '1' }, entries } }),
  };
}
