// Cases of what only a browser can see. The same drill without eyes does not find them, so that is what `without` takes away for those
// whose trigger is no single step: the sessions that read answers do the same things, and nothing of it shows in an answer.
import type { KnownCase } from './case.ts';

export const browserCases: readonly KnownCase[] = [];
