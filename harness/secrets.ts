// What is a secret, and how it is kept out of what people read: errors of adapters, servers and k6 may quote what was sent.
// Safe inside k6.
import type { Account } from './targets/target.ts';

/** Shorter texts stand in many a word. */
const secretLettersMin = 6;
const secretName = /pass|secret|token|key|credential|auth|cookie|session|bearer|^pin$/i;

const known = new Map<string, boolean>();
const knownMax = 256;

/** Of a header or a field. Remembered, for k6 asks at each request, and a RegExp is slow there. */
export function isSecretName(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  if (known.size >= knownMax) known.clear();
  const isSecret = secretName.test(name);
  known.set(name, isSecret);
  return isSecret;
}

/** Of an account: all that its fields' names call a secret. */
export function secretsOf(account: Account): string[] {
  return Object.entries(account ?? {}).flatMap(([name, value]) => (isSecretName(name) ? [String(value)] : []));
}

/** The text without any of them, however it was quoted. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  let hidden = text;
  for (const secret of secrets) {
    if (typeof secret !== 'string' || secret.length < secretLettersMin) continue;
    for (const form of formsOf(secret)) if (hidden.includes(form)) hidden = hidden.split(form).join('[secret]');
  }
  return hidden;
}

/** Plain first; then as it stands in a URL and in JSON. */
function formsOf(secret: string): string[] {
  const quoted = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, encodeURIComponent(secret), quoted])];
}
