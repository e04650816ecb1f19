// Days on which clinicians look at their lists: those on which everybody has something, or may have booked it.
import { liveItemFirst } from '../fixtures/domain.ts';
import { dayOf } from '../fixtures/words.ts';

/** Of everybody's latest past consultation. */
export const pastDay = dayOf(0);
/** Of the first hundred that are booked during the load. */
export const liveDay = dayOf(liveItemFirst);
