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
  const credentials = 'const { email, password } = session.account;';
  const address = "url: '/login', route: '/login'";
  if (login === 'form')
    return method("'sign-in'(session)", [
      credentials,
      '// The page may want a token back that it hides in its form.',
      `const page = await session.http.request({ method: 'GET', ${address} });`,
      'const response = await session.http.request({',
      "  method: 'POST',",
      "  url: '/login',",
      "  route: '/login',",
      "  headers: { 'content-type': 'application/x-www-form-urlencoded' },",
      '  body: form({ ...hiddenFields(page.text), email, password }),',
      '});',
      '// TODO a form that was wrong may come back with 200 too: how does one tell? This one is taken to redirect, with 302 or 303.',
      "return response.status === 302 || response.status === 303 ? { outcome: 'ok' } : verdictOf({ status: 401 });",
    ]);
  if (login === 'none')
    return method("'sign-in'(session)", [
      '// Nobody signs in: what shows who asks came with the account, as a token.',
      'const { token } = session.account;',
      "return { outcome: 'ok', sessionValues: keepToken(session, token) };",
    ]);
  return undefined;
}
