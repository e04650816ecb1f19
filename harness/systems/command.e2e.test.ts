// Commands of one's own, run for real: a file says how a service is, and scripts change it.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { random } from '../../fixtures/random.ts';
import { faultNamed } from '../faults/index.ts';
import { everyProcess, titleOf } from './linux-processes.ts';
import { markedBy, orphanOf } from './orphans.ts';
import { reachWith } from './reach-under-test.ts';
import { runCommand } from './run-command.ts';
import { bite, healAfterKill, type SystemUnderTest, systemUnderTest } from './system-under-test.ts';

describe('command', () => {
  let folder = '';
  let under: SystemUnderTest;
  const state = (): string => path.join(folder, 'state');
  const sh = (script: string): string[] => ['sh', '-c', script, 'sh', state()];
  const write = (word: string): string[] => sh(`echo ${word} >"$1"`);
  const witness = ['cat'];

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'command-'));
    const common = { use: 'command', heal: write('serving'), witness: [...witness, state()], faults: ['command'] };
    under = systemUnderTest({
      pool: { ...common, run: write('drained') },
      exact: {
        ...common,
        run: write('drained'),
        witness: sh('date +%N; cat "$1"'),
        bittenWhen: '^drained$',
        healedWhen: '^serving$',
      },
      idle: { ...common, run: ['true'] },
      half: { ...common, run: write('shaken'), bittenWhen: '^drained$' },
      slow: { ...common, run: sh('sleep 6; echo drained >"$1"') },
      volatile: { ...common, run: write('drained'), witness: ['date', '+%N'] },
      failing: { ...common, run: sh('echo "no pool for $COMMAND_TEST_TOKEN" >&2; echo more >&2; exit 3') },
    });
  });
  beforeEach(() => writeFileSync(state(), 'serving\n'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['pool', 'the witness says something else than before'],
    ['exact', 'the witness says bittenWhen'],
  ])('breaks and heals %s', async (name, proof) => {
    const meanwhile = async (): Promise<void> => expect(readFileSync(state(), 'utf8')).toBe('drained\n');
    expect(await bite(under, `command@${name}`, { meanwhile })).toEqual({ bit: true, proof });
    expect(readFileSync(state(), 'utf8')).toBe('serving\n');
  });

  it.each([
    ['idle', 'the witness says the same as before'],
    ['half', 'the witness does not say bittenWhen'],
  ])('is no proof when %s changes nothing that counts', async (name, proof) => {
    expect(await bite(under, `command@${name}`, { proofMaxMs: 300 })).toEqual({ bit: false, proof });
    expect(readFileSync(state(), 'utf8')).toBe('serving\n');
  });

  it('is healed after the harness was killed', () =>
    healAfterKill(under, 'command@exact', async () => expect(readFileSync(state(), 'utf8')).toBe('drained\n')));

  it('waits for a command that a dead harness left at it, and mends what it breaks', async () => {
    const { levers, systems } = under;
    const fault = faultNamed('command@slow');
    const memory = await fault.plan(levers, random('seed', 'fault', 'f1'));
    const broken = fault.inject(levers, memory);
    const healer = systemUnderTest(systems);
    await expect
      .poll(() => fault.heal(healer.levers, memory).catch(({ message }: Error) => message))
      .toMatch(/is still going on/);
    await broken;
    await fault.heal(healer.levers, memory);
    expect(await fault.isHealed(healer.levers, memory)).toBe(true);
    expect(readFileSync(state(), 'utf8')).toBe('serving\n');
  });

  it('ends one whose harness is dead and whose time is over', async () => {
    const words = ['sh', '-c', 'sleep 60; true'];
    const ended = runCommand(words, 30_000, markedBy('one-of-mine')).catch(({ message }: Error) => message);
    await expect.poll(() => orphanOf('one-of-mine', words, 30_000)).toBeGreaterThan(0);
    expect(orphanOf('another', words, 0)).toBe(undefined);
    expect(orphanOf('one-of-mine', ['something', 'else'], 0)).toBe(undefined);
    expect(orphanOf('one-of-mine', words, 30_000)).toBeGreaterThan(0);
    expect(orphanOf('one-of-mine', words, 0)).toBe(undefined);
    expect(await ended).toBe('sh was ended by SIGKILL');
  });

  it('ends with its time, and all that it started', async () => {
    const marker = `${60 + (process.pid % 1_000) / 1_000}`;
    await expect(runCommand(['sh', '-c', `sleep ${marker} & sleep ${marker}`], 300)).rejects.toThrow(
      /^sh took longer than 300 ms and was killed$/,
    );
    await expect
      .poll(() => everyProcess().filter(({ pid, state }) => state !== 'dead' && titleOf(pid) === `sleep ${marker}`))
      .toEqual([]);
  });

  it('keeps little of what is said, and tells who is left behind', async () => {
    const { output } = await runCommand(['sh', '-c', 'head -c 3000000 /dev/zero'], 5_000);
    expect(output).toHaveLength(16_384);
    await expect(runCommand(['sh', '-c', 'sleep 6 &'], 5_000)).rejects.toThrow(/left a program behind that holds its/);
    expect(await runCommand(['sh', '-c', 'sleep 6 >/dev/null 2>&1 &'], 5_000)).toMatchObject({ code: 0 });
  });

  it('tells one line of what went wrong, and no secret', async () => {
    const { levers } = under;
    process.env.COMMAND_TEST_TOKEN = 'hunter2-hunter2';
    try {
      const fault = faultNamed('command@failing');
      const memory = await fault.plan(levers, random('seed', 'fault', 'f1'));
      expect(JSON.stringify(memory)).not.toContain('serving');
      await expect(fault.inject(levers, memory)).rejects.toThrow(/^run \(sh\) ended with 3: no pool for \[secret\]$/);
    } finally {
      delete process.env.COMMAND_TEST_TOKEN;
    }
  });

  it('says what is wrong', async () => {
    const plan = (name: string) => faultNamed(`command@${name}`).plan(under.levers, random('seed', 'fault', 'f1'));
    await expect(plan('volatile')).rejects.toThrow(/something else each time: give bittenWhen and healedWhen/);
    writeFileSync(state(), 'drained\n');
    await expect(plan('exact')).rejects.toThrow(/says bittenWhen before anything is broken/);
    const reach = (change: object): Promise<void> => reachWith(under, 'pool', change);
    await expect(reach({ witness: ['cat', path.join(folder, 'absent')] })).rejects.toThrow(
      /the witness \(cat\) ended with 1: .*No such file/,
    );
    await expect(reach({ witness: ['no-such-program'] })).rejects.toThrow(/can't be run \(ENOENT\): is it installed/);
    expect(() => reach({ run: 'rm -rf /' })).toThrow(/a command as a list of words/);
    expect(() => reach({ run: [] })).toThrow(/one word at least/);
    expect(() => reach({ bittenWhen: '(' })).toThrow(/must be a regular expression/);
    expect(() => reach({ bittenWhen: 'x'.repeat(201) })).toThrow(/200/);
    expect(() => reach({ heal: undefined })).toThrow(/heal/);
    expect(existsSync(state())).toBe(true);
  });
});
