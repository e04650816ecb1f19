// Wrong input gives exit 3, a message that says what to do, and never a stack trace.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine } from './command-line.ts';

describe('wrong input', () => {
  let cli: CommandLine;
  beforeAll(() => {
    cli = commandLine();
    const file = (name: string, text: string): void => writeFileSync(path.join(cli.folder, name), text);
    file('typo.config.ts', "export default { target: { url: 'http://127.0.0.1:1' }, durationS: 4 };");
    file('empty.config.ts', 'export const drill = {};');
    file('broken.config.ts', 'export default {');
    file('far.config.ts', "export default { target: { url: 'http://clinic.example' } };");
    file(
      'owned.config.ts',
      "export default { target: { url: 'http://clinic.example' }, allowHosts: ['clinic.example'] };",
    );
    file('adapter.ts', 'export const nothing = 1;');
    mkdirSync(path.join(cli.folder, 'damaged'));
    file('damaged/drill.json', JSON.stringify({ drill: { target: { adapter: 'clinic' } } }));
    file('damaged/history.ndjson', '{"v":1,"t":"run"\n{"v":1}\n');
  });
  afterAll(() => cli.remove());

  it.each([
    [['demo', '--bug', 'no-such-bug'], /no-such-bug.*cache-key-lacks-owner/s],
    [['demo', '--sesions', '4'], /unknown option '--sesions'.*--sessions/s],
    [['demo', '--duration', 'soon'], /such as 45s, 2m or 500ms/],
    [['demo', '--fault', 'meteor'], /no fault "meteor".*cache-flush/],
    [['demo', '--scenario', 'dance'], /no scenario is called dance.*same-instant/],
    [['demo', '--driver', 'oxen'], /node, k6/],
    [['dance'], /unknown command 'dance'/],
    [['run'], /no target.*crosstalk\.config\.ts/],
    [['run', '--url', 'http://127.0.0.1:18999'], /can't be reached.*nothing was tested/],
    [['run', '--url', 'nonsense'], /target\.url/],
    [['run', '--config', 'typo.config.ts'], /typo\.config\.ts is not a drill.*durationS/s],
    [['run', '--config', 'empty.config.ts'], /export default defineDrill/],
    [['run', '--config', 'broken.config.ts'], /can't be loaded/],
    [['run', '--config', 'absent.config.ts'], /there is no config file/],
    [['run', '--config', 'far.config.ts'], /clinic\.example is not on the drill's list of hosts/],
    [['run', '--config', 'owned.config.ts'], /--i-own clinic\.example/],
    [['run', '--url', 'http://127.0.0.1:18999', '--adapter', 'nowhere.ts'], /there is no adapter "nowhere\.ts"/],
    [['run', '--url', 'http://127.0.0.1:18999', '--adapter', 'adapter.ts'], /must export `target`/],
    [['report', 'no-such-run'], /there is no run/],
    [['report', 'damaged'], /history\.ndjson, line 1 is damaged/],
  ])('crosstalk %j', async (args, message) => {
    const { exitCode, stderr } = await cli.run(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(exitCode).toBe(3);
  });

  it('shows an example for every command', async () => {
    for (const command of ['demo', 'run', 'plan', 'report', 'heal', 'doctor', 'clinic', 'calibrate']) {
      const { exitCode, stdout } = await cli.run([command, '--help']);
      expect(stdout).toMatch(/Example:\n {2}\$ n/);
      expect(exitCode).toBe(0);
    }
  });
});
