import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canaryOf } from '../../fixtures/canary.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import { scanBytes, scanHeaders, scanText } from '../scan/portable.ts';
import { createClearance, type ScanTools } from './k6-clearance.ts';

const token = canaryOf(1, patientIndex(5), 'title', 2);

/** Real tools that count how often they are used. */
function counting(): { tools: ScanTools; scans: () => number } {
  let scans = 0;
  const counted =
    <A, R>(work: (input: A) => R) =>
    (input: A): R => {
      scans += 1;
      return work(input);
    };
  return {
    scans: () => scans,
    tools: {
      scanText: counted(scanText),
      scanBytes: counted(scanBytes),
      scanHeaders: counted(scanHeaders),
      sha256: (data) =>
        createHash('sha256')
          .update(typeof data === 'string' ? data : new Uint8Array(data))
          .digest('hex'),
      utf8Bytes: (text) => Buffer.byteLength(text),
    },
  };
}

describe('clearance of bodies', () => {
  it('searches a body once while its route goes on answering with it', () => {
    const { tools, scans } = counting();
    const clearance = createClearance(tools);
    const body = `{"titlé":"${token}"}`;
    const first = clearance.body('/history', body);
    expect(first).toMatchObject({
      bodyBytes: Buffer.byteLength(body),
      sightings: [{ owner: 5, kind: 'title', item: 2, offset: 11 }],
    });
    expect(clearance.body('/history', body)).toEqual(first);
    expect(scans()).toBe(1);
    expect(clearance.body('/history', `${body} `).sightings).toHaveLength(1);
    expect(scans()).toBe(2);
  });

  it('never clears one body by what another was', () => {
    const clearance = createClearance(counting().tools);
    expect(clearance.body('/history', 'nothing').sightings).toEqual([]);
    expect(clearance.body('/history', token).sightings).toHaveLength(1);
    expect(clearance.body('/history', 'nothing').sightings).toEqual([]);
    const video = new TextEncoder().encode(`\0${token}`).buffer;
    expect(clearance.body('/video', new ArrayBuffer(25)).sightings).toEqual([]);
    expect(clearance.body('/video', video).sightings).toHaveLength(1);
  });

  it('searches equal media once', () => {
    const { tools, scans } = counting();
    const clearance = createClearance(tools);
    for (let i = 0; i < 3; i++) clearance.body('/video', new TextEncoder().encode(`\0${token}`).buffer);
    expect(scans()).toBe(1);
  });

  it('searches a header once while it says the same, and names the one that shows somebody, each time', () => {
    const { tools, scans } = counting();
    const clearance = createClearance(tools);
    const harmless = new Map([
      ['x-short', 'nothing'],
      ['x-long', 'nothing at all, but more of it'],
    ]);
    for (let i = 0; i < 3; i++) expect(clearance.headers(harmless)).toEqual([]);
    expect(scans()).toBe(1);
    const showing = new Map([...harmless, ['x-owner', token]]);
    for (let i = 0; i < 3; i++)
      expect(clearance.headers(showing)).toMatchObject([{ where: 'header:x-owner', owner: 5 }]);
    expect(clearance.headers(new Map([['x-long', token]]))).toMatchObject([{ where: 'header:x-long', owner: 5 }]);
  });
});
