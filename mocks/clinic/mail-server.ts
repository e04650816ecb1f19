// The mail provider as a process of its own: the clinic's apps hand it their notices, and each patient reads their mailbox there.
// `down`: it takes no messages. Mailboxes are opened, closed and read all the same.
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { type AccessLog, openAccessLog } from './access-log.ts';
import { createWitness } from './access-witness.ts';
import { serveParent } from './child.ts';
import {
  type Answer,
  json,
  listen,
  noContent,
  Refusal,
  readJson,
  refusalAnswer,
  sendHead,
  splitTarget,
  textField,
} from './http.ts';
import { createMailboxes, type Message } from './mail-boxes.ts';
import type { MailStart } from './messages.ts';
import type { MailReport } from './parts.ts';

const textLengthMax = 8_000;
const boxes = createMailboxes();
let secret = '';
let log: AccessLog | undefined;
let mode: MailReport['mode'] = 'ok';
let deliveredCount = 0;
let refusedCount = 0;

function authorise(request: IncomingMessage): void {
  const [given, expected] = [request.headers.authorization ?? '', `Bearer ${secret}`].map((text) => Buffer.from(text));
  if (
    given === undefined ||
    expected === undefined ||
    given.length !== expected.length ||
    !timingSafeEqual(given, expected)
  )
    throw new Refusal(401, 'not-authorised', 'only the clinic may do this');
}

function note({ id, to, subject, text, sentAt }: Message): void {
  const witness = createWitness();
  witness.see(Buffer.from(`${subject}\n${text}`));
  log?.write({ kind: 'mail', messageId: id, at: sentAt, to, ...witness.account() });
}

async function accept(request: IncomingMessage): Promise<Answer> {
  authorise(request);
  const body = await readJson(request);
  if (mode === 'down') {
    refusedCount += 1;
    throw new Refusal(503, 'down', 'the mail provider takes no messages at the moment');
  }
  const message = {
    id: textField(body, 'id'),
    to: textField(body, 'to'),
    subject: textField(body, 'subject'),
    text: textField(body, 'text', textLengthMax),
    sentAt: new Date().toISOString(),
  };
  if (!boxes.accept(textField(body, 'holder'), message))
    throw new Refusal(404, 'no-mailbox', 'this holder has no such mailbox');
  deliveredCount += 1;
  note(message);
  return json(202, { id: message.id });
}

function read(request: IncomingMessage, email: string): Answer {
  const [kind, credentials = ''] = (request.headers.authorization ?? '').split(' ');
  const [name = '', ...password] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  const isTheirs = kind === 'Basic' && name.toLowerCase() === email.toLowerCase();
  const messages = isTheirs ? boxes.read(email, password.join(':')) : undefined;
  const headers = { 'cache-control': 'private, no-store' };
  if (messages !== undefined) return json(200, { messages }, headers);
  const refusal = new Refusal(401, 'wrong-credentials', 'no mailbox has this address and password', {
    'www-authenticate': 'Basic realm="mail"',
    ...headers,
  });
  return refusalAnswer(refusal);
}

async function open(request: IncomingMessage, email: string): Promise<Answer> {
  authorise(request);
  const body = await readJson(request);
  if (!boxes.open(email, textField(body, 'holder'), textField(body, 'password')))
    throw new Refusal(507, 'full', 'the mail provider has no room for another mailbox');
  return noContent;
}

async function answer(request: IncomingMessage): Promise<Answer> {
  const { path, query } = splitTarget(request.url ?? '/');
  if (path === '/messages' && request.method === 'POST') return accept(request);
  const email = path.startsWith('/inboxes/') ? decodeURIComponent(path.slice('/inboxes/'.length)) : '';
  if (email !== '' && request.method === 'GET') return read(request, email);
  if (email !== '' && request.method === 'PUT') return open(request, email);
  if (email !== '' && request.method === 'DELETE') {
    authorise(request);
    boxes.close(email, new URLSearchParams(query).get('holder') ?? '');
    return noContent;
  }
  throw new Refusal(404, 'no-such-route', `the mail provider has no ${request.method} ${path}`);
}

const server = createServer(async (request, response) => {
  const said = await answer(request).catch((error: unknown) =>
    refusalAnswer(error instanceof Refusal ? error : new Refusal(400, 'bad-request', String(error))),
  );
  sendHead(response, said);
  response.end(said.body);
});
server.keepAliveTimeout = 60_000;

serveParent({
  start: async (argument) => {
    const { secret: given, record } = argument as MailStart;
    secret = given;
    log = record === null ? undefined : openAccessLog(record.accessLog);
    return { port: await listen(server, 0) };
  },
  set: (argument) => {
    mode = argument as MailReport['mode'];
  },
  state: (): MailReport => ({ mode, deliveredCount, refusedCount }),
});
