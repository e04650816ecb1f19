import { describe, expect, it } from 'vitest';
import { Refusal } from './http.ts';
import { createRewatchSwitch, rewatchOn } from './rewatch-switch.ts';
import { routes } from './routes.ts';

const nobody = { all: () => [] };
const shut = { off: true, linksStay: false };

describe('the rewatch switch', () => {
  it('shuts nothing until it is pulled, and opens all when it is released', () => {
    const rewatch = createRewatchSwitch(rewatchOn, nobody);
    for (const name of routes.keys()) expect(() => rewatch.requireOpen(name)).not.toThrow();
    rewatch.set(shut);
    expect(() => rewatch.requireOpen('GET /me/history')).toThrow(Refusal);
    rewatch.set(rewatchOn);
    for (const name of routes.keys()) expect(() => rewatch.requireOpen(name)).not.toThrow();
  });

  it('shuts every route that shows a history, a consultation or a recording, and neither sign-in nor booking', () => {
    const rewatch = createRewatchSwitch(shut, nobody);
    const isShut = (name: string): boolean => {
      try {
        rewatch.requireOpen(name);
        return false;
      } catch {
        return true;
      }
    };
    const shown = [...routes.keys()].filter((name) =>
      /^GET (?!.assets).*(history|recordings|rewatch|live|clinician)/.test(name),
    );
    expect(shown.length).toBeGreaterThan(9);
    expect(shown.filter((name) => !isShut(name))).toEqual([]);
    for (const name of ['POST /auth/sign-in', 'GET /me', 'POST /me/consultations', 'POST /auth/sign-out'])
      expect(isShut(name)).toBe(false);
  });

  it('ends the streams that are open', () => {
    let endedCount = 0;
    const stream = { patientId: 'p', sessionId: 's', send: () => {}, end: () => (endedCount += 1) };
    const rewatch = createRewatchSwitch(rewatchOn, { all: () => [stream] });
    expect(endedCount).toBe(0);
    rewatch.set(shut);
    expect(endedCount).toBe(1);
  });

  it('leaves links as they are where it was made so', () => {
    const rewatch = createRewatchSwitch({ off: true, linksStay: true }, nobody);
    expect(() => rewatch.requireOpen('GET /recordings/{id}/content')).not.toThrow();
    expect(() => rewatch.requireOpen('GET /me/history')).toThrow(Refusal);
  });
});
