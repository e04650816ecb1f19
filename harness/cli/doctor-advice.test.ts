import { expect, it } from 'vitest';
import { historyBuilder, options } from '../checks/history-builder.ts';
import type { Exchange, Operation } from '../history.ts';
import { declarationsMissing } from './doctor-advice.ts';

function advice(action: 'view-history' | 'watch', exchange: Partial<Exchange>, declares = options.declares): string {
  const { lines } = historyBuilder().does(1, action, {
    sees: [[1, action === 'watch' ? 'recording' : 'title']],
    exchange: { route: '/files/{name}', ...exchange },
  });
  const operations = lines.filter((line): line is Operation => line.t === 'operation');
  return [...declarationsMissing(operations, declares)].join('\n');
}

it('asks for the header of a session that shows itself in none that is known', () => {
  expect(advice('view-history', { credentials: 'none' })).toContain('credentialHeaders');
  for (const credentials of ['cookie', 'authorization', 'header'] as const)
    expect(advice('view-history', { credentials })).toBe('');
});

it('asks whether an address is the secret where it gave a recording to a request without credentials', () => {
  expect(advice('watch', { credentials: 'none' })).toContain("capabilityUrls: [{ route: '/files/{name}' }]");
  expect(advice('watch', { credentials: 'header' })).toBe('');
  const declared = { ...options.declares, capabilityUrls: [{ route: '/files/{name}' }] };
  expect(advice('watch', { credentials: 'none' }, declared)).toBe('');
});
