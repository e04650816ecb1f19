// Signed links to recordings. The signature binds the recording, the patient it was made for and the expiry, so a link is worth
// nothing to anybody else; it proves no right, which is looked up when the link is used.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const linkLifetimeMs = 60_000;

export type LinkVerdict = 'good' | 'expired' | 'forged';

export interface Links {
  make(recordingId: string, viewerId: string): string;
  check(recordingId: string, viewerId: string, query: URLSearchParams): LinkVerdict;
}

export function createLinks(secret: string, nowMs: () => number = Date.now): Links {
  const sign = (recordingId: string, viewerId: string, expiresAtMs: number): string =>
    createHmac('sha256', secret).update(`${recordingId}|${viewerId}|${expiresAtMs}`).digest('base64url');
  return {
    make(recordingId, viewerId) {
      const expiresAtMs = nowMs() + linkLifetimeMs;
      return `/recordings/${recordingId}/content?exp=${expiresAtMs}&sig=${sign(recordingId, viewerId, expiresAtMs)}`;
    },
    check(recordingId, viewerId, query) {
      const expiresAtMs = Number(query.get('exp'));
      const given = Buffer.from(query.get('sig') ?? '');
      const expected = Buffer.from(sign(recordingId, viewerId, expiresAtMs));
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'forged';
      return expiresAtMs > nowMs() ? 'good' : 'expired';
    },
  };
}
