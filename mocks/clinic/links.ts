// Signed links to recordings and their thumbnails. The signature binds which of the two, the recording, the patient it was made for and
// the expiry, so a link is worth nothing to anybody else; it proves no right, which is looked up when the link is used.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const linkLifetimeMs = 60_000;

export type LinkVerdict = 'good' | 'expired' | 'forged';

/** What of a recording: the video itself, or the small picture of it. */
export type LinkedPart = 'content' | 'thumbnail';

export interface Links {
  make(recordingId: string, viewerId: string, part: LinkedPart): string;
  check(recordingId: string, viewerId: string, part: LinkedPart, query: URLSearchParams): LinkVerdict;
}

export function createLinks(secret: string, nowMs: () => number = Date.now): Links {
  const sign = (part: LinkedPart, recordingId: string, viewerId: string, expiresAtMs: number): string =>
    createHmac('sha256', secret).update(`${part}|${recordingId}|${viewerId}|${expiresAtMs}`).digest('base64url');
  return {
    make(recordingId, viewerId, part) {
      const expiresAtMs = nowMs() + linkLifetimeMs;
      const signature = sign(part, recordingId, viewerId, expiresAtMs);
      return `/recordings/${recordingId}/${part}?exp=${expiresAtMs}&sig=${signature}`;
    },
    check(recordingId, viewerId, part, query) {
      const expiresAtMs = Number(query.get('exp'));
      const given = Buffer.from(query.get('sig') ?? '');
      const expected = Buffer.from(sign(part, recordingId, viewerId, expiresAtMs));
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'forged';
      return expiresAtMs > nowMs() ? 'good' : 'expired';
    },
  };
}
