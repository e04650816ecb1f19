// Little scripts in the place of programs: what is tried in which order, and what is said of it.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leakedText, type ProgramInput } from '../reproduction/repro-program.ts';
import type { AloneInput } from './run-alone.ts';
import { firstThatLeaks, type Kind, type Way } from './try-program.ts';

let folder: string;
let file: string;
let controller: AbortController;
let places: number;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-programs-'));
  file = path.join(folder, 'repro.sh');
  controller = new AbortController();
  places = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const leaks = `echo '${leakedText}'; exit 1`;
const silent = "echo 'it did not leak'";

const kind = (tries = 1): Kind => ({
  ...{ file: 'repro.sh', command: ['bash'], tries, lacks: 'it can not be said' },
  // The sentence stands for the program.
  text: ({ sentence }) => (sentence === 'none' ? null : sentence),
});

async function* ways(...scripts: readonly string[]): AsyncGenerator<Way> {
  for (const sentence of scripts)
    yield { program: { sentence } as ProgramInput, secrets: new Map([['password 3', 'hush']]) };
}

function trying(spent = false): AloneInput {
  return {
    place: async () => {
      places += 1;
      return { url: 'http://one', adminUrl: 'http://two', secret: 'admin-secret', leave: async () => {} };
    },
    ...{ secretEnv: 'THE_SECRET', signal: controller.signal, spent: () => spent },
  };
}

describe('a program', () => {
  it('is handed out as it leaked, told where it is and the secret', async () => {
    const needsAll = `[ "$URL $ADMIN_URL $THE_SECRET" = 'http://one http://two admin-secret' ] && { ${leaks}; }`;
    const made = await firstThatLeaks(kind(), file, ways(silent, needsAll, 'exit 9'), trying());
    expect(made).toMatchObject({ isThere: true, told: 'repro.sh was run alone, and leaked.' });
    expect(made.way?.program.sentence).toBe(needsAll);
    expect(readFileSync(file, 'utf8')).toBe(needsAll);
    expect(places).toBe(2);
  });

  it('is run again, each time somewhere new', async () => {
    const secondTime = `[ -e ${folder}/once ] && { ${leaks}; }; touch ${folder}/once`;
    const made = await firstThatLeaks(kind(3), file, ways(secondTime), trying());
    expect(made.told).toBe('repro.sh was run alone, and leaked when it was run for the second time.');
    expect(places).toBe(2);
  });

  it('that does not leak is the first, with what it did instead and without the secret', async () => {
    const made = await firstThatLeaks(kind(), file, ways('echo "not $THE_SECRET"; exit 3', silent), trying());
    expect(made).toMatchObject({ isThere: true });
    expect(made.told).toMatch(/did NOT show the leak \(exit code 3: not \[secret\]\); `crosstalk confirm`/);
    expect(made.way).toBeUndefined();
    expect(readFileSync(file, 'utf8')).toContain('exit 3');
  });

  it('is run once where there is no time, and neither again nor in another way', async () => {
    await firstThatLeaks(kind(3), file, ways(silent, leaks), trying(true));
    expect(places).toBe(1);
  });

  it('with a secret in it is not written, nor one that can not be said; a first that can stays', async () => {
    expect(await firstThatLeaks(kind(), file, ways('echo hush'), trying())).toEqual({
      ...{ isThere: false, told: 'There is no repro.sh: a secret (password 3) would have stood in it.' },
    });
    expect((await firstThatLeaks(kind(), file, ways('none'), trying())).told).toBe(
      'There is no repro.sh: it can not be said.',
    );
    expect(existsSync(file)).toBe(false);
    expect(await firstThatLeaks(kind(), file, ways(silent, 'echo hush'), trying())).toMatchObject({ isThere: true });
    expect(readFileSync(file, 'utf8')).toBe(silent);
  });

  it('takes nobody along who outlives it, and waits for none of them', async () => {
    const began = Date.now();
    const made = await firstThatLeaks(kind(), file, ways(`sleep 60 & echo $! >${folder}/pid; ${leaks}`), trying());
    expect(made.told).toContain('and leaked');
    expect(Date.now() - began).toBeLessThan(30_000);
    const pid = Number(readFileSync(path.join(folder, 'pid'), 'utf8'));
    while (isRunning(pid) && Date.now() - began < 10_000) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isRunning(pid)).toBe(false);
  });

  it('that is interrupted is not said to have shown nothing', async () => {
    const began = Date.now();
    const made = firstThatLeaks(kind(3), file, ways(`touch ${folder}/began; sleep 60`, leaks), trying());
    while (!existsSync(path.join(folder, 'began'))) await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort('interrupted by SIGINT');
    expect((await made).told).toMatch(/^repro\.sh was not tried to its end, for it was interrupted/);
    expect(existsSync(file)).toBe(false);
    expect(Date.now() - began).toBeLessThan(30_000);
    expect(places).toBe(1);
  });

  it('is asked to end, and has time to clean up', async () => {
    const cleans = `trap 'sleep 0.2; echo >${folder}/cleaned; exit 3' TERM; touch ${folder}/began; sleep 60 & wait`;
    const made = firstThatLeaks(kind(), file, ways(cleans), trying());
    while (!existsSync(path.join(folder, 'began'))) await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort('interrupted by SIGINT');
    await made;
    expect(existsSync(path.join(folder, 'cleaned'))).toBe(true);
  });

  it('is not begun where it was interrupted while a place was made for it', async () => {
    const left: string[] = [];
    const input: AloneInput = {
      ...trying(),
      place: async () => {
        controller.abort('interrupted by SIGINT');
        return { url: '', adminUrl: '', secret: undefined, leave: async () => void left.push('left') };
      },
    };
    const { told } = await firstThatLeaks(kind(), file, ways(`touch ${folder}/began; ${leaks}`), input);
    expect(told).toContain('interrupted');
    expect(existsSync(path.join(folder, 'began'))).toBe(false);
    expect(left).toEqual(['left']);
  });

  it('that was there before stays where there was no time to write it anew', async () => {
    writeFileSync(file, 'of yesterday');
    controller.abort('interrupted by SIGINT');
    const { told } = await firstThatLeaks(kind(), file, ways(leaks), trying());
    expect(told).toMatch(/^repro\.sh was not tried .*what is there is of an earlier time\.$/);
    expect(readFileSync(file, 'utf8')).toBe('of yesterday');
  });
});

/** A killed one may be a zombie still, which nobody has to wait for. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
