// The text of `repro.ts`: one file that needs nothing but Node, makes people of its own, says what was said in the trial, and looks whether
// anybody was shown what is another's. No secret is in it: they come from the environment, or are made anew.
import { inMoments } from './moments.ts';
import type { Request, SayAgain } from './say-again.ts';

export interface ProgramInput {
  readonly sentence: string;
  readonly said: SayAgain;
  /** Said once, before all else: by the administrator, or to turn a balancer. */
  readonly before?: readonly Request[];
  readonly url: string;
  readonly adminUrl: string;
  readonly adminSecretEnv: string;
  /** How the administrator's secret is shown, with `{{admin secret}}` for it. */
  readonly adminHeaders: Readonly<Record<string, string>>;
}

/** Its last line where it leaked: exit code 1 alone may be a crash. */
export const leakedText = 'IT LEAKED';

/** The sentence may quote a route that a careless adapter gave. */
const commented = (text: string): string => text.replace(/[\r\n\u2028\u2029]+/g, ' ');
const data = (value: unknown): string => JSON.stringify(value).replace(/[\u2028\u2029]/g, '');

export function reproProgram(input: ProgramInput): string {
  const { sentence, said, before = [], url, adminUrl, adminSecretEnv, adminHeaders } = input;
  const list = (items: readonly unknown[]): string =>
    items.length === 0 ? '[]' : `[\n${items.map((item) => `  ${data(item)},`).join('\n')}\n]`;
  const { begun, moments } = inMoments([...said.sessions, ...said.faults]);
  return `// @ts-nocheck: it is to run anywhere, also where types are strict.
// ${commented(sentence)}
//
// Run alone, against a deployment of your own that you may fill and break:
//
//   URL=${url} ADMIN_URL=${adminUrl} ${adminSecretEnv}=... npx tsx repro.ts
//
// It makes its people anew each time, and removes them. Exit codes: 1 it leaked, 0 it did not, 3 it could not be done.
import { randomBytes } from 'node:crypto';

const url = process.env.URL ?? ${data(url)};
const adminUrl = process.env.ADMIN_URL ?? ${data(adminUrl)};
const roundCount = Number(process.env.ROUNDS ?? 8);
const adminHeaders = ${data(adminHeaders)};

// What came before, once: people who come and go, for the deployment may number what it keeps of them.
const before = ${list(before)};
// What the administrator does first, what the sessions do and what is broken meanwhile, in which moments, and what is removed.
// {{...}} stands for what is another each time: marks, passwords, and what an earlier answer told.
const setUp = ${list(said.setUp)};
const load = ${list(begun)};
// Each moment opens when its parties have come, so long after the one before it as it was in the trial.
const moments = ${list(moments)};
const cleanUp = ${list(said.cleanUp)};

const requestMaxMs = 15_000;
let values = new Map();
let jars = new Map();
let leaks = [];
// Answers that might have held what is another's: without one, silence says nothing.
let answered = 0;

function valueOf(name) {
  if (name === 'admin secret') {
    const secret = process.env[${data(adminSecretEnv)}];
    if (!secret) throw new Error(${data(`set ${adminSecretEnv} to the administrator's secret`)});
    return secret;
  }
  if (!values.has(name) && name.startsWith('mark ')) values.set(name, letters(24));
  if (!values.has(name) && name.startsWith('password ')) values.set(name, 'P-' + randomBytes(12).toString('hex'));
  if (!values.has(name)) throw new Error('no answer has told ' + name);
  return values.get(name);
}

const letters = (count) => [...randomBytes(count)].map((byte) => 'bcdfghjklmnpqrstvwxz'[byte % 20]).join('');
const filled = (text) => text.replace(/\\{\\{([^}]+)\\}\\}/g, (_, name) => valueOf(name));

function learn({ learns = [] }, text) {
  for (const { name, path, after, until } of learns) {
    let found;
    if (path) {
      try {
        found = path.reduce((part, key) => part?.[key], JSON.parse(text));
      } catch {}
    } else {
      const at = text.indexOf(after);
      if (at >= 0) found = text.slice(at + after.length).split(until, 1)[0];
    }
    if (typeof found === 'string') values.set(name, found);
  }
}

async function say(request, base) {
  const { actor = 'admin', method, hangUpAfterMs, media, body } = request;
  const jar = jars.get(actor) ?? jars.set(actor, new Map()).get(actor);
  const headers = { ...(base === adminUrl && adminHeaders), ...request.headers };
  for (const name of Object.keys(headers)) headers[name] = filled(headers[name]);
  if (jar.size > 0) headers.cookie = [...jar].map(([name, value]) => name + '=' + value).join('; ');
  if (body) headers['content-type'] ??= 'application/json';
  const response = await fetch(new URL(filled(request.url), base), {
    method,
    headers,
    body: media ? 'marked: ' + media.map(filled).join(' ') : body && filled(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(hangUpAfterMs ?? requestMaxMs),
  });
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';', 1);
    jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
  }
  const text = await response.text();
  learn(request, text);
  return { status: response.status, text };
}

/** What is said of somebody else's in an answer that must not hold it. */
function foreignIn(text, owners = []) {
  const lower = text.toLowerCase();
  return [...values].filter(([name, value]) => {
    const [kind, owner] = name.split(' ');
    return kind === 'mark' && owners.includes(Number(owner)) && lower.includes(value);
  });
}

const until = (at) => new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())));

function meetings() {
  let before = Promise.resolve(Date.now());
  return moments.map(({ parties, gapMs }) => {
    let came = 0;
    let open;
    const allCame = new Promise((resolve) => (open = resolve));
    const opened = Promise.all([before, allCame]).then(async ([at]) => {
      await until(at + gapMs);
      return Date.now();
    });
    before = opened;
    return () => {
      came += 1;
      if (came >= parties) open();
      return opened;
    };
  });
}

async function perform(requests, meet) {
  for (const request of requests) {
    await meet[request.moment]();
    try {
      const { status, text } = await say(request, request.actor ? url : adminUrl);
      if (request.mustNotShow && status >= 200 && status < 300) answered += 1;
      for (const [name] of foreignIn(text, request.mustNotShow)) {
        leaks.push(request.method + ' ' + request.url + ', asked by ' + request.actor + ', showed ' + name.replace('mark', 'of patient'));
      }
    } catch (error) {
      if (request.hangUpAfterMs === undefined) console.error(request.method, request.url, String(error));
    }
  }
}

async function prepare(requests) {
  for (const request of requests) {
    const isAdmin = request.actor === 'admin';
    const { status, text } = await say(request, isAdmin ? adminUrl : url);
    if (isAdmin && status >= 300) throw new Error(request.method + ' ' + request.url + ' answered ' + status + ': ' + text.slice(0, 200));
  }
}

async function round() {
  [values, jars, leaks] = [new Map(), new Map(), []];
  try {
    await prepare(setUp);
    const meet = meetings();
    const actors = [...new Set(load.map(({ actor }) => actor))];
    await Promise.all(actors.map((actor) => perform(load.filter((each) => each.actor === actor), meet)));
  } finally {
    await leave();
  }
}

// Of those that were made.
async function leave() {
  for (const request of cleanUp) await say(request, adminUrl).catch((error) => console.error(String(error)));
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => leave().finally(() => process.exit(3)));

async function main() {
  await prepare(before);
  for (let number = 1; number <= roundCount && leaks.length === 0; number++) {
    await round();
    console.log('round ' + number + ': ' + (leaks.length === 0 ? 'nothing leaked' : leaks.length + ' leaks'));
  }
  if (leaks.length === 0 && answered === 0) throw new Error('nobody was given what might have held what is another\\'s');
  for (const leak of leaks.slice(0, 8)) console.log('  ' + leak);
  console.log(leaks.length > 0 ? ${data(leakedText)} : 'it did not leak');
  process.exitCode = leaks.length > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(String(error));
  process.exitCode = 3;
});
`;
}
