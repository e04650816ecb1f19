// A command that is loaded alone must be the one that was asked for.
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commands, wantedOf } from './commands.ts';

describe('commands', () => {
  it.each(Object.entries(commands))('%s adds the command of that name and no other', async (name, load) => {
    const program = new Command();
    (await load())(program, () => {});
    expect(program.commands.map((command) => command.name())).toEqual([name]);
  });

  it('loads one that was named alone', () => {
    expect(wantedOf('stop')).toEqual(['stop']);
  });

  it.each([undefined, '--help', 'help', 'stpo', 'toString'])('loads all for %s', (asked) => {
    expect(wantedOf(asked)).toEqual(Object.keys(commands));
  });
});
