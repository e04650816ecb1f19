// The text of `repro.sh`: what `repro.ts` says, with nothing but bash, curl and jq, for whoever wants to see each request. Null where an
// answer must be taken apart that is no JSON.
import { inMoments } from './moments.ts';
import type { ProgramInput } from './repro-program.ts';
import { leakedText } from './repro-program.ts';
import type { Request } from './say-again.ts';

/** As in `repro.ts`. One that hangs up says so, later in the line. */
const answerMaxS = 15;

/** Without an actor it is the administrator's, as what breaks something is. */
type Spoken = Omit<Request, 'actor'> & Partial<Pick<Request, 'actor'>>;

export function reproShell(input: ProgramInput): string | null {
  const { sentence, said, before = [], url, adminUrl, adminSecretEnv, adminHeaders } = input;
  const all = [...before, ...said.setUp, ...said.sessions, ...said.cleanUp];
  if (all.some(({ learns = [] }) => learns.some((learning) => !('path' in learning)))) return null;
  const names = namesIn(JSON.stringify([all, said.faults]));
  const marks = names.filter((name) => name.startsWith('mark '));
  const passwords = names.filter((name) => name.startsWith('password '));
  const actors = [...new Set(said.sessions.map(({ actor }) => actor))];
  const admin = headerOptions(adminHeaders);
  const asked = (request: Spoken, base: string, shown: string, orElse = ''): string[] => [
    `answer=$(ask ${word(request.actor ?? 'admin')} ${word(request.method)} ${base}${quoted(request.url)}${shown}${options(request)} --fail)${orElse}`,
    ...(request.learns ?? []).map((learning) =>
      'path' in learning ? `${variable(learning.name)}=$(jq -r ${single(jqPath(learning.path))} <<<"$answer")` : '',
    ),
    ...forbidden(request, marks),
  ];
  const prepared = (request: Request): string[] =>
    request.actor === 'admin'
      ? asked(request, '"$ADMIN_URL"', admin, ` || not_done ${word(`${request.method} ${request.url}`)}`)
      : asked(request, '"$URL"', '');
  const block = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n');
  const { begun, moments } = inMoments<Spoken>([...said.sessions, ...said.faults]);
  const meet = (moment: number): string =>
    `meet ${moment + 1} ${moments[moment]?.parties ?? 1} ${moments[moment]?.gapMs ?? 0}`;
  const left = said.cleanUp.map((request) => {
    const known = namesIn(JSON.stringify(request)).map((name) => `[ -n "$${variable(name)}" ] && `);
    return `${known.join('')}ask admin ${word(request.method)} "$ADMIN_URL"${quoted(request.url)}${admin}${options(request)} >/dev/null`;
  });
  const faultLines = begun
    .filter(({ actor }) => actor === undefined)
    .flatMap((fault) => [
      meet(fault.moment),
      `ask admin ${word(fault.method)} "$ADMIN_URL"${quoted(fault.url)}${admin}${options(fault)} >/dev/null`,
    ]);
  return `#!/usr/bin/env bash
# ${sentence.replace(/[\r\n\u2028\u2029]+/g, ' ')}
#
#   URL=${url} ADMIN_URL=${adminUrl} ${adminSecretEnv}=... bash repro.sh
#
# Needs bash 5, curl and jq. Makes its people anew, and removes them. Exit codes: 1 it leaked, 0 it did not (once: a race may need more), 3 it could not be done.
set -u
URL=\${URL:-${url}}
ADMIN_URL=\${ADMIN_URL:-${adminUrl}}
admin_secret=\${${adminSecretEnv}:?"is the administrator's secret"}
work=$(mktemp -d)

fresh() { LC_ALL=C tr -dc bcdfghjklmnpqrstvwxz </dev/urandom | head -c 24; }
ask() { local actor=$1 method=$2 url=$3; shift 3; curl -sS --max-time ${answerMaxS} -b "$work/$actor" -c "$work/$actor" -X "$method" "$url" "$@" 2>/dev/null; }
# Whatever ends it, those who were made are removed.
leave() {
  set +u
${block(left)}
  rm -rf "$work"
}
trap leave EXIT
trap 'exit 3' INT TERM
not_done() { echo "it could not be done: $1" >&2; exit 3; }
now() { echo "\${EPOCHREALTIME/[.,]/}"; }
until_() { local left=$(( $1 - $(now) )); (( left > 0 )) && sleep "$(printf '%d.%06d' $(( left / 1000000 )) $(( left % 1000000 )))"; }
there() { local tries=0; until [ -s "$1" ] || (( ++tries > 6000 )); do sleep 0.005; done; }
# A moment: it opens when all its parties have come, so many ms after the one before it as it was in the trial.
meet() {
  local moment=$1 parties=$2 gap_ms=$3 at soon came
  : >"$work/came.$moment.$BASHPID"
  came=("$work/came.$moment."*)
  if (( \${#came[@]} >= parties )); then
    there "$work/opened.$(( moment - 1 ))"
    at=$(( $(<"$work/opened.$(( moment - 1 ))") + gap_ms * 1000 ))
    soon=$(( $(now) + (parties > 1 ? 20000 : 0) ))
    echo $(( at > soon ? at : soon )) >"$work/opening.$moment.$BASHPID"
    mv "$work/opening.$moment.$BASHPID" "$work/opened.$moment"
  fi
  there "$work/opened.$moment"
  until_ "$(<"$work/opened.$moment")"
}
must_not_show() { local answer=$1 whose=$2; shift 2; [ -n "$answer" ] && echo "$whose" >>"$work/answered"; for mark; do grep -qiF "$mark" <<<"$answer" && echo "$whose was shown what is another's: $mark" >>"$work/leaks"; done; }

# What is new each time: marks in everything that people own, and their passwords.
${[...marks, ...passwords].map((name) => `${variable(name)}=$(fresh)`).join('\n')}

${[...before, ...said.setUp].flatMap(prepared).join('\n')}

${actors.map((actor, at) => `session_${at + 1}() {\n${block(begun.filter((each) => each.actor === actor).flatMap((each) => [meet(each.moment), ...asked(each, '"$URL"', '')]))}\n}`).join('\n\n')}
${faultLines.length === 0 ? '' : `\nbreak_it() {\n${block(faultLines)}\n}\n`}
now >"$work/opened.0"
${[...actors.map((_, at) => `session_${at + 1}`), ...(faultLines.length === 0 ? [] : ['break_it'])].map((name) => `${name} &`).join('\n')}
wait

if [ -s "$work/leaks" ]; then cat "$work/leaks"; echo '${leakedText}'; exit 1; fi
[ -s "$work/answered" ] || not_done 'nobody was given what might have held what is another'"'"'s'
echo 'it did not leak'
`;
}

function options({ headers = {}, body, media, hangUpAfterMs }: Partial<Request>): string {
  return [
    headerOptions({ ...(body !== undefined && { 'content-type': 'application/json' }), ...headers }),
    body === undefined ? '' : ` --data-raw ${quoted(body)}`,
    media === undefined ? '' : ` --data-binary ${quoted(`marked: ${media.join(' ')}`)}`,
    hangUpAfterMs === undefined ? '' : ` --max-time ${(hangUpAfterMs / 1_000).toFixed(3)}`,
  ].join('');
}

const headerOptions = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => ` -H ${quoted(`${name}: ${value}`)}`)
    .join('');

function forbidden({ actor = 'admin', mustNotShow = [] }: Spoken, marks: readonly string[]): string[] {
  const foreign = marks.filter((name) => mustNotShow.includes(Number(name.split(' ')[1])));
  return foreign.length === 0
    ? []
    : [`must_not_show "$answer" ${word(actor)} ${foreign.map((name) => `"$${variable(name)}"`).join(' ')}`];
}

const placeholders = /\{\{([^}]+)\}\}/g;
const namesIn = (text: string): string[] => [...new Set([...text.matchAll(placeholders)].map(([, name = '']) => name))];
const variable = (name: string): string => name.replace(/[^A-Za-z0-9]+/g, '_');

/** In double quotes, with values in the place of their names; nothing else of it is the shell's to read. */
const quoted = (text: string): string =>
  `"${text
    .replace(/[\\"$`]/g, '\\$&')
    .replace(/[\r\n]/g, ' ')
    .replace(placeholders, (_, name: string) => `\${${variable(name)}}`)}"`;
const single = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const word = (text: string): string => single(text);
const jqPath = (path: readonly (string | number)[]): string => `getpath(${JSON.stringify(path)})`;
