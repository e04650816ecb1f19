// What the harness tells k6, by file and over the loopback: the plan without its code, where to go, and when.
// Shared by both sides, so it holds data only. Safe inside k6.
import type { PlanInput } from '../planner.ts';
import type { AdapterSource } from '../targets/target.ts';
import type { Connection } from './connect-to.ts';

/** Names in the private folder, beside the bundle. */
export const k6Files = {
  bundle: 'bundle.js',
  config: 'config.json',
  accounts: 'accounts.json',
  clinicians: 'clinicians.json',
} as const;

export interface K6Config {
  readonly run: number;
  readonly plan: Omit<PlanInput, 'mix'>;
  readonly mix: readonly { readonly name: string; readonly weight: number }[];
  readonly connection: Connection;
  /** The harness's own address with its secret: recordings are made there, and the start is given. */
  readonly desk: string;
  readonly startWaitMs: number;
  /** The target declares a rate limit: before each request its turn is asked for at the desk. */
  readonly takesTurns?: true;
  /** Of the adapter in the bundle, which can't know it itself. */
  readonly source?: AdapterSource;
  /** k6's own options. */
  readonly options: object;
}

export interface K6Start {
  readonly loadStartedAt: number;
}

/** When the parties of a barrier go on, all at once. */
export interface K6Release {
  readonly releaseAt: number;
  /** The turn of each party's next request came with it. */
  readonly isPaid: boolean;
}
