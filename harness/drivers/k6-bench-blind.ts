// The driver's script with the oracle left out: nothing is searched, hashed or written down. What the benchmark compares with.
import type { Scenario } from '../plan.ts';
import type { ScanResult } from '../scan/collector.ts';
import type { Target } from '../targets/target.ts';
import { type K6Script, scriptWith } from './k6-entry.ts';

const nothing: ScanResult = { sightings: [], partial: false, damagedCount: 0 };

export function k6Script(target: Target, scenarios: readonly Scenario[]): K6Script {
  return scriptWith(target, scenarios, {
    tools: {
      scanText: () => nothing,
      scanBytes: () => nothing,
      scanHeaders: () => nothing,
      sha256: () => '',
      utf8Bytes: (text) => text.length,
    },
    write: () => {},
  });
}
