// Mechanism: the answer to a booking is kept under the client's key alone, and clients make their keys by counting.
// Trigger: two patients send the same key within a minute; a client that retries after losing its answer does so by design.
// Must ring: foreign-listing, foreign-identity, on the answer to a booking; and the second booking is never made (missing-own).
// Incident: none named in public; idempotency stores that forget the account are known from reviews.
import { type Bug, everywhere } from './bug.ts';

export const idempotencyUnscoped: Bug = {
  id: 'idempotency-unscoped',
  incident: 'idempotency keys without an account (library evidence)',
  link: null,
  topologies: everywhere,
  seams: { idempotencyKey: (_patientId, key) => `booking:${key}` },
};
