import { describe, expect, it } from 'vitest';
import { reportOf, sampleInconclusive, sampleLeak, samplePass } from './sample.ts';
import { terminal } from './terminal.ts';

const options = { color: false, columns: 80 };

describe('terminal', () => {
  it('says the verdict and the exit code first', () => {
    const firstLine = (text: string): string => text.split('\n')[0] ?? '';
    expect(firstLine(terminal(samplePass(), options))).toBe('PASS  exit 0');
    expect(firstLine(terminal(sampleLeak(), options))).toBe('LEAK  exit 1');
    expect(firstLine(terminal(sampleInconclusive(), options))).toBe('INCONCLUSIVE  exit 2');
  });

  it('names viewer, owner, request, trace, node, version and open fault of a leak', () => {
    const text = terminal(sampleLeak(), options).replace(/\s+/g, ' ');
    expect(text).toContain('Patient 41 was shown title 2 of patient 36');
    expect(text).toContain(
      'GET /me/history 200, app-2 v2, fault open: deploy-upgrade, request 6f0c1d9e-4a52, trace 3c5ab2bc1dbd7a0d13afe4a19e9be27f',
    );
    expect(text).toContain('14 listed, 0 viewed');
    expect(text).toContain('0 listed, 2 viewed');
  });

  it('says why, where the answers tell, and what was read by the address alone as declared', () => {
    const text = terminal(sampleLeak(), options).replace(/\s+/g, ' ');
    expect(text).toContain('why: The list was stored by a shared cache');
    expect(text).toContain('Declared - GET /files/{name} is a capability URL, as declared');
    expect(text).toContain(
      '1 time without a session, 6 times by another who had been given the address, 4 times after',
    );
    expect(terminal(samplePass(), options)).not.toMatch(/why:|Declared/);
  });

  it('shows each reason of an inconclusive run where it arose', () => {
    const text = terminal(sampleInconclusive(), options);
    expect(text).toContain('NO BITE  cache-slow');
    expect(text).toContain('SHORT    version v2: 3 of the 20');
    expect(text).toContain('SILENT   recording of another');
  });

  it('tells a finding once, not again as reason or warning', () => {
    const { verdict } = sampleLeak();
    const told = verdict.findings.map((finding) => `${finding.rule}: ${finding.summary}`);
    const text = terminal(reportOf({ ...verdict, reasons: told, warnings: [...told, 'another'] }), options);
    expect(text).not.toContain('\nWhy\n');
    expect(text).toContain('Warnings\n  - another\n');
  });

  it('ends with the folder and the command that repeats the run', () => {
    const text = terminal(samplePass(), options);
    expect(text).toContain('files    runs/20261122-185302-k7qd');
    expect(text.trimEnd().endsWith('repeat   npx crosstalk run --seed 7 --duration 60s --sessions 24')).toBe(true);
    expect(terminal({ ...samplePass(), folder: '/elsewhere' }, options)).toContain('files    /elsewhere');
  });

  it('is the same text with colour as without', () => {
    const colored = terminal(sampleLeak(), { color: true, columns: 80 });
    expect(colored).not.toBe(terminal(sampleLeak(), options));
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(terminal(sampleLeak(), options));
  });

  it('says so when the alarm test did not run', () => {
    const { verdict } = samplePass();
    const text = terminal(reportOf({ ...verdict, alarm: { passed: false, tests: [] } }), options);
    expect(text).toContain('did not run');
  });

  it('stays short however many reasons there are', () => {
    const { verdict } = sampleInconclusive();
    const reasons = Array.from({ length: 10_000 }, (_, index) => `reason ${index}`);
    const text = terminal(reportOf({ ...verdict, reasons }), options);
    expect(text.split('\n').length).toBeLessThan(200);
    expect(text).toContain('9,960 more');
  });
});
