// Writes how one signs in, and whom one shares with.
import { arrow } from './code.ts';
import { signInFacts } from './fields.ts';
import type { ApiOperation } from './operations.ts';
import { personWords } from './rule.ts';
import { choicesOf, fieldsOf, findField, isText, wordsOf } from './schema.ts';
import type { Login } from './usual.ts';
import { bodyBlock, column, method, sayBlock, sendLines, taken, unlessOk } from './write-requests.ts';

export function signInLines(operation: ApiOperation): readonly string[] {
  const by = fieldsOf(operation.body?.schema ?? {}).find(({ schema }) => choicesOf(schema).includes('bearer'));
  const facts = [...signInFacts, ...(by ? ([[new RegExp(`^${wordsOf(by.name)}$`), 'by']] as const) : [])];
  const entries = by
    ? {
        ...operation,
        body: operation.body && { ...operation.body, schema: withoutChoices(operation.body.schema, by.name) },
      }
    : operation;
  const token = findField(
    operation.answer.schema,
    ({ name, schema }) => isText(schema) && /^((access|session|auth|id|bearer) ?)?(token|jwt)$/.test(wordsOf(name)),
  );
  const gives = token && taken(token.path, 'string?');
  return method(`'sign-in'(session${by ? ', { by }' : ''})`, [
    'const { email, password } = session.account;',
    ...sendLines(entries, [], bodyBlock(entries, facts), 'session.http.request('),
    ...(gives
      ? [unlessOk, gives.line, `return { outcome: 'ok', sessionValues: keepToken(session, ${gives.value}) };`]
      : ['return verdictOf(response);']),
  ]);
}

/** That field takes what the plan says, whatever its choices. */
export const withoutChoices = (schema: ApiOperation['answer']['schema'], name: string) => ({
  ...schema,
  properties: {
    ...Object.fromEntries(fieldsOf(schema).map((field) => [field.name, field.schema])),
    [name]: { type: 'string' },
  },
});

export function shareLines(operation: ApiOperation): readonly string[] {
  const account = 'session.accountOf(proxy)';
  const facts = [
    [/^(e ?mail( address)?|user ?name)$/, `${account}.email`],
    [personWords, `${account}.id`],
    [/( id|^id)$/, `${account}.id`],
  ] as const;
  return arrow('share: (session, { with: proxy })', sayBlock(operation, [], bodyBlock(operation, facts)), ')', column);
}

/** How one signs in where no document tells: the address is a guess. */
export function usualSignIn(login: Login): readonly string[] | undefined {
  if (login === 'form')
    return method("'sign-in'(session)", [
      "const { email = '', password = '' } = session.account;",
      'return formLogin(session, {',
      "  page: '/login',",
      '  // TODO are these the names of its fields? What the form hides, a token against forgery for one, is sent along.',
      '  forms: [{ fields: { email, password } }],',
      '  // TODO what tells that one is in: { cookie: name }, { redirect: path }, { shows: text } or { status }?',
      "  signedIn: { redirect: '/' },",
      '});',
    ]);
  if (login === 'none')
    return method("'sign-in'(session)", [
      '// Nobody signs in: what shows who asks came with the account, as a token.',
      'const { token } = session.account;',
      "return { outcome: 'ok', sessionValues: keepToken(session, token) };",
    ]);
  return undefined;
}
