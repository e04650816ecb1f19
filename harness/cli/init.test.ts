// What `crosstalk init` says where it can't go on: what to do, before anything is written. And what it takes for a name, a login, a job.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addInit } from './init.ts';

const loginPage = '<form><input name="email"><input type="password" name="password"></form>';

describe('crosstalk init', () => {
  let folder: string;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-init-'));
    server = createServer((request, response) => {
      // A first page without an end.
      if (request.url === '/endless/') {
        const more = (): void => void (response.destroyed || response.write('x'.repeat(50_000), more));
        return more();
      }
      response.setHeader('set-cookie', 'sid=1');
      return response.writeHead(request.url === '/' ? 200 : 404).end(loginPage);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(path.join(folder, 'text.yaml'), 'hello');
    writeFileSync(path.join(folder, 'file'), '');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Its exit code and what it said; rejects with what the command line would show. */
  async function init(...args: readonly string[]): Promise<{ exitCode: number; said: string }> {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
    let exitCode = -1;
    addInit(program, (code) => {
      exitCode = code;
    });
    for (const command of program.commands) command.exitOverride();
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      await program.parseAsync(['node', 'crosstalk', 'init', ...args, '--yes']);
      return { exitCode, said: written.mock.calls.map(([text]) => String(text)).join('') };
    } finally {
      written.mockRestore();
    }
  }

  it.each([
    ['no URL', [], /say where the deployment is: --url/],
    ['nonsense', ['--url', 'nonsense'], /"nonsense" is no URL: write one such as http/],
    ['nobody there', ['--url', 'http://127.0.0.1:1'], /can't be reached .*correct --url; nothing was written/],
    ['a host that is not ours', ['--url', 'https://clinic.example'], /not this machine. Say `--i-own clinic\.example`/],
    [
      'an administration that is not ours',
      ['--url', '$', '--admin-url', 'https://admin.example'],
      /--i-own admin\.example/,
    ],
    ['no name', ['--url', '$', '--name', 'No Name'], /"No Name" is no name: small letters/],
    [
      'no document there',
      ['--url', '$', '--openapi', 'absent.yaml'],
      /absent\.yaml can't be read .*Nothing was written/,
    ],
    ['another document', ['--url', '$', '--openapi', '@text.yaml'], /text\.yaml is no OpenAPI 3\.0 or 3\.1 document/],
    ['an unknown login', ['--url', '$', '--login', 'magic'], /Allowed choices are json, form, bearer, none/],
  ])('says what to do about %s', async (_, given, message) => {
    const args = given.map((arg) => (arg === '$' ? url : arg.replace('@', `${folder}/`)));
    const problem = await init(path.join(folder, 'nothing'), ...args).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Error);
    expect((problem as Error).message).toMatch(message);
    expect(existsSync(path.join(folder, 'nothing'))).toBe(false);
  });

  it('says what to do about a folder that is none', async () => {
    await expect(init(path.join(folder, 'file'), '--url', url)).rejects.toThrow(
      /file can't be written to .*name a folder/,
    );
  });

  it('writes guesses where no document tells, with the login that the first page shows', async () => {
    const made = path.join(folder, 'guessed');
    const { exitCode, said } = await init(made, '--url', url, '--ci', 'none');
    expect(exitCode).toBe(0);
    expect(said).toMatch(/answers 200.*it sets the cookies sid; its first page takes a password/);
    expect(said).toMatch(/export LOCAL_ADMIN_SECRET=/);
    expect(readdirSync(made).sort()).toEqual(['crosstalk.config.ts', 'local.target.ts']);
    const adapter = readFileSync(path.join(made, 'local.target.ts'), 'utf8');
    expect(adapter).toContain('forms: [{ fields: { email, password } }]');
    expect(adapter).toContain('// TODO every address below is a guess.');
    await init(made, '--url', url, '--ci', 'none', '--login', 'bearer', '--force');
    expect(readFileSync(path.join(made, 'local.target.ts'), 'utf8')).toContain('keepToken(session, token)');
  });

  it('writes people who sign up by themselves, and asks for no secret of an administrator', async () => {
    const made = path.join(folder, 'by-patients');
    const { said } = await init(made, '--url', url, '--people', 'patients', '--ci', 'github');
    expect(said).not.toMatch(/SECRET|enrolment\./);
    const adapter = readFileSync(path.join(made, 'local.target.ts'), 'utf8');
    expect(adapter).toContain("by: 'patients'");
    for (const written of ['async signUp(http, patient)', 'consultation, media)', 'async remove(session)'])
      expect(adapter).toContain(written);
    expect(readFileSync(path.join(made, 'crosstalk.config.ts'), 'utf8')).not.toContain('adminSecretEnv');
    expect(readFileSync(path.join(made, '.github/workflows/crosstalk.yml'), 'utf8')).not.toMatch(/env:|SECRET/);
  });

  it('waits for no end of a first page', async () => {
    expect((await init(path.join(folder, 'endless'), '--url', `${url}/endless/`)).exitCode).toBe(0);
  });
});
