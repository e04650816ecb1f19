// Serves the folder of runs to this machine's browsers: the page of many runs, and of each run the files that it lists. An address
// is never made into a path: it must name a run and a file that the page itself names, and what is sent must lie in the folder.
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runSite } from '../../reports/run-site.ts';
import type { RunSite } from '../../reports/run-site-entry.ts';
import { Problem } from './problem.ts';
import { calibrationName, runsOverview } from './runs-overview.ts';

export interface RunSiteServer {
  readonly url: string;
  close(): Promise<void>;
}

const connectionsMax = 64;
const urlCharsMax = 500;
const shared = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
};
const locked = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `port` 0: whichever is free. */
export async function serveRuns(folder: string, port: number): Promise<RunSiteServer> {
  const root = await realpath(folder);
  const overview = runsOverview(root);
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000, keepAliveTimeout: 5_000 });
  server.maxConnections = connectionsMax;
  server.on('request', (request, response) => {
    answer(request, response, server, root, overview).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy();
      say(response, 500, `This could not be read: ${error instanceof Error ? error.message : error}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Problem(`port ${port} of this machine is taken: name another with --port, or none to get a free one`)
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  server: Server,
  root: string,
  overview: () => Promise<RunSite>,
): Promise<void> {
  const { method, url = '/', headers } = request;
  if (method !== 'GET' && method !== 'HEAD')
    return say(response, 405, 'This site can only be read.', { allow: 'GET, HEAD' });
  // A name of somebody else's that leads here would let their pages read it.
  const port = portOf(server);
  if (![`127.0.0.1:${port}`, `localhost:${port}`].includes(headers.host ?? ''))
    return say(response, 421, `Say http://127.0.0.1:${port}/`);
  const site = await overview();
  if (url === '/') return sendPage(response, method, runSite(site));
  const asked = named(url);
  const file = asked === null ? null : listed(site, asked);
  if (file === null) return say(response, 404, 'There is no such page. A run may have been removed: see the list at /');
  return sendFile(response, method, root, file);
}

/** Exactly two names; whatever else an address may hold, there is no page by it. */
function named(url: string): readonly [run: string, file: string] | null {
  const [, run, file] = (url.length <= urlCharsMax && /^\/([^/?#]+)\/([^/?#]+)$/.exec(url)) || [];
  if (run === undefined || file === undefined) return null;
  try {
    return [decodeURIComponent(run), decodeURIComponent(file)];
  } catch {
    return null;
  }
}

function listed({ runs, scores }: RunSite, [run, file]: readonly [string, string]): string | null {
  const known =
    run === calibrationName
      ? scores.some(({ page }) => page === file)
      : runs.some(({ name, files }) => name === run && files.includes(file));
  return known ? path.join(run, file) : null;
}

async function sendFile(response: ServerResponse, method: string, root: string, file: string): Promise<void> {
  // Between the list and here a file may have become a link.
  const real = await realpath(path.join(root, file)).catch(() => null);
  if (real !== path.join(root, file)) return say(response, 404, 'This is no file of the folder.');
  const handle = await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) return say(response, 404, 'This is no file of the folder.');
    response.writeHead(200, {
      ...shared,
      'content-type': typeOf(file),
      'content-length': stat.size,
      // The report has its styles within it, and the pictures of its evidence; a report of an earlier release may be anybody's.
      'content-security-policy': `${locked}; sandbox; style-src 'unsafe-inline'; img-src data:`,
    });
    if (method === 'HEAD' || stat.size === 0) return void response.end();
    // A history that is being written grows meanwhile.
    await pipeline(createReadStream('', { fd: handle, autoClose: false, start: 0, end: stat.size - 1 }), response);
  } finally {
    await handle.close();
  }
}

/** Only pages are shown as pages: XML and Markdown of a run are there to be read. */
function typeOf(file: string): string {
  if (file.endsWith('.html')) return 'text/html; charset=utf-8';
  return file.endsWith('.json') || file.endsWith('.sarif')
    ? 'application/json; charset=utf-8'
    : 'text/plain; charset=utf-8';
}

function sendPage(response: ServerResponse, method: string, page: string): void {
  const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
  response.writeHead(200, {
    ...shared,
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(page),
    'content-security-policy': `${locked}; style-src ${styles.join(' ')}`,
  });
  response.end(method === 'HEAD' ? undefined : page);
}

function say(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...shared,
    ...headers,
    'content-type': 'text/plain; charset=utf-8',
    'content-security-policy': locked,
  });
  response.end(`${text}\n`);
}
