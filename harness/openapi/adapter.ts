// From a document (or from none) to an adapter's source.
import { pick } from './match.ts';
import { operationsOf } from './operations.ts';
import type { OpenApiRoot } from './source.ts';
import { type Login, type Maker, usualApi } from './usual.ts';
import { type AdapterInput, type WrittenAdapter, writeAdapter } from './write-adapter.ts';
import { usualSignIn } from './write-identity.ts';

export interface FirstAdapterInput extends Omit<AdapterInput, 'origin' | 'picks' | 'signIn'> {
  readonly document: OpenApiRoot | null;
  /** How one signs in, where the person said so, or where no document does. */
  readonly login: Login | undefined;
  /** Where no document tells. */
  readonly people?: Maker | undefined;
}

export function firstAdapter({ document, login, people, ...input }: FirstAdapterInput): WrittenAdapter {
  const picks = pick(operationsOf(document ?? usualApi(login ?? 'json', people ?? 'administrator')));
  const signIn = login && usualSignIn(login);
  const { title = '', version = '' } = document?.info ?? {};
  const origin =
    document === null ? null : `its OpenAPI document (${`${title} ${version}`.trim() || 'without a title'})`;
  return writeAdapter({ ...input, picks, origin, ...(signIn && { signIn }) });
}
