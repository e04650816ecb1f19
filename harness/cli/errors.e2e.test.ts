// Wrong input gives exit 3, a message that says what to do, and never a stack trace.
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine } from './command-line.ts';

describe('wrong input', () => {
  let cli: CommandLine;
  beforeAll(() => {
    cli = commandLine();
    const file = (name: string, text: string): void => writeFileSync(path.join(cli.folder, name), text);
    file('typo.config.ts', "export default { target: { url: 'http://127.0.0.1:1' }, durationS: 4 };");
    file(
      'overlap.config.ts',
      "const faults = [{ kind: 'cache-slow', atMs: 0, forMs: 5000 }, { kind: 'cache-squeeze', atMs: 1000, forMs: 500 }];" +
        "export default { target: { url: 'http://127.0.0.1:1' }, faults };",
    );
    file('empty.config.ts', 'export const drill = {};');
    file('broken.config.ts', 'export default {');
    file('far.config.ts', "export default { target: { url: 'http://clinic.example' } };");
    file(
      'owned.config.ts',
      "export default { target: { url: 'http://clinic.example' }, allowHosts: ['clinic.example'] };",
    );
    file('adapter.ts', 'export const nothing = 1;');
    file('throws.ts', "\n\nthrow new TypeError('no luck today');");
    file('syntax.ts', 'export const target = {\n  name: "x" "y",\n};');
    file('secret', 'the secret');
    chmodSync(path.join(cli.folder, 'secret'), 0o644);
    file('open.config.ts', "export default { target: { url: 'http://127.0.0.1:1', adminSecretFile: 'secret' } };");
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
    [['clinic', '--access-log', 'no/such/folder/log'], /--access-log no\/such\/folder\/log can't be written.*ENOENT/],
    [['clinic', '--access-log='], /--access-log \(empty\) can't be written/],
    [['calibrate', '--topology', 'real', '--bug', 'framing-desync'], /framing-desync can't live on --topology real/],
    [['calibrate', '--seeds', '1000000000'], /from 1 to 1000/],
    [
      ['plan', '--config', 'overlap.config.ts'],
      /cache-squeeze \(f2-cache-squeeze\) begins at 1000 ms, while cache-slow/,
    ],
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
    [
      ['run', '--url', 'http://127.0.0.1:18999', '--adapter', 'throws.ts'],
      /import \(throws\.ts:3\): TypeError: no luck/,
    ],
    [['run', '--url', 'http://127.0.0.1:18999', '--adapter', 'syntax.ts'], /syntax\.ts:2:12: ERROR: Expected/],
    [['run', '--config', 'open.config.ts'], /others may read.*mode 644.*chmod 600 /],
    [['report', 'no-such-run'], /there is no run/],
    [['report', 'damaged'], /history\.ndjson, line 1 is damaged/],
  ])('crosstalk %j', async (args, message) => {
    const { exitCode, stderr } = await cli.run(args, { CROSSTALK_CLINIC_ADMIN_SECRET: 'long enough' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(exitCode).toBe(3);
  });

  it('says which port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const env = { CROSSTALK_CLINIC_ADMIN_SECRET: 'long enough' };
    const { exitCode, stderr } = await cli.run(['clinic', '--port', String(port)], env);
    server.close();
    expect(stderr).toMatch(`address already in use 127.0.0.1:${port}`);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(exitCode).toBe(3);
  });

  it('minds no reader that goes away', async () => {
    const child = cli.start(['plan', '--dry-run']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { exitCode, stderr } = await child.finished;
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it.each([
    'demo',
    'run',
    'plan',
    'report',
    'compare',
    'incident',
    'replay',
    'shrink',
    'confirm',
    'contain',
    'heal',
    'doctor',
    'init',
    'record',
    'clinic',
    'calibrate',
  ])('shows an example for %s', async (command) => {
    const { exitCode, stdout } = await cli.run([command, '--help']);
    expect(stdout).toMatch(/Examples?:\n {2}\$ n/);
    expect(exitCode).toBe(0);
  });
});
