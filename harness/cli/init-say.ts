// What `crosstalk init` tells: what it saw, what it made of it, and the next command.
import path from 'node:path';
import pc from 'picocolors';
import type { WrittenAdapter } from '../openapi/write-adapter.ts';
import { hasPackage } from './init-files.ts';
import type { Probe } from './init-probe.ts';
import { type Deployment, distantHosts } from './init-texts.ts';

export function sayProbe(url: string, { status, headers, cookies, hasLoginForm, ready, openapi }: Probe): void {
  const told = Object.entries(headers).map(([what, name]) => `${what} by ${name}`);
  const facts = [
    ...(told.length > 0 ? [`its headers tell ${told.join(', ')}`] : []),
    ...(cookies.length > 0 ? [`it sets the cookies ${cookies.join(', ')}`] : []),
    ...(hasLoginForm ? ['its first page takes a password'] : []),
    ...(openapi ? [`it describes itself at ${openapi}`] : []),
    ...(ready ? [`it is the reference clinic, for which there is a ready adapter`] : []),
  ];
  process.stdout.write(`${url} answers ${status}${facts.map((fact) => `; ${fact}`).join('')}\n`);
}

export function sayAdapter({ actions, missing, todo }: WrittenAdapter, openapi: string, seen: Probe): void {
  const say = (line: string): void => void process.stdout.write(`  ${line}\n`);
  const from = openapi === '' ? 'guessed, to be replaced' : `from ${openapi}`;
  say(`${actions.length} of ${actions.length + missing.length} actions ${from}: ${actions.join(', ')}`);
  if (missing.length > 0) say(`${pc.yellow('missing')}: ${missing.join(', ')}`);
  for (const each of todo) say(`${pc.yellow('TODO')} ${each}`);
  if (openapi === '' && seen.openapi) say(`it describes itself: --openapi ${seen.openapi} makes a better one`);
}

export function sayNext(folder: string, deployment: Deployment): void {
  const owned = distantHosts(deployment).map((host) => ` --i-own ${host}`);
  const here = path.relative(process.cwd(), folder);
  const isInstalled = hasPackage(folder);
  const config = isInstalled || here === '' ? '' : ` --config ${path.join(here, 'crosstalk.config.ts')}`;
  const lines = [
    ...(isInstalled && here !== '' ? [`cd ${here}`] : []),
    ...(deployment.secretEnv === undefined ? [] : [`export ${deployment.secretEnv}=…   # the administrator's secret`]),
    `npx crosstalk doctor${config}${owned.join('')}`,
  ];
  if (!isInstalled)
    process.stdout.write(
      'crosstalk is not installed there, so the files import it by its path, and the commands are given from here.\n',
    );
  process.stdout.write(`\nnext:\n${lines.map((line) => `  ${line}\n`).join('')}`);
}
