// The fault that breaks nothing: a window of the schedule with its own coverage, to compare the broken ones with.
import { z } from 'zod';
import { defineFault } from './fault.ts';

export const none = defineFault(z.null(), {
  kind: 'none',
  summary: 'breaks nothing: a control window',
  needs: [],
  holds: null,
  defaultForMs: 5_000,
  plan: async () => null,
  inject: async () => {},
  prove: () => async () => ({ bit: true, proof: 'nothing was to be broken' }),
  heal: async () => {},
  isHealed: async () => true,
});
