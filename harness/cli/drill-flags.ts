// The drill that `run`, `plan` and `doctor` work on: config file, then flags, then checked.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { scenarios } from '../../scenarios/index.ts';
import { type Drill, type DrillInput, resolveDrill } from '../drill.ts';
import { loadConfig } from './config.ts';
import { type DrillFlags, flagsText, mergeFlags, ownOption, withDrillFlags } from './options.ts';
import { Problem } from './problem.ts';

export interface TargetFlags extends DrillFlags {
  readonly config?: string;
  readonly url?: string;
  readonly adminUrl?: string;
  readonly adapter?: string;
  readonly iOwn?: readonly string[];
}

export function withTargetFlags(command: Command): Command {
  return withWhichTarget(withDrillFlags(command).option('--config <file>', 'the drill (default: crosstalk.config.ts)'));
}

/** Those that name a target instead of the config, or against it. */
export function withWhichTarget(command: Command): Command {
  return command
    .option('--url <url>', 'where the target is')
    .option('--admin-url <url>', "where the target's administration is")
    .option('--adapter <name>', 'a ready adapter, or the file of your own')
    .addOption(ownOption());
}

export async function drillOf(flags: TargetFlags): Promise<Drill> {
  const config = await loadConfig(flags.config);
  const base = config?.drill ?? (flags.url ? { target: { url: flags.url } } : null);
  if (!base) {
    throw new Problem(
      'no target: write a crosstalk.config.ts, name one with --config, or give at least --url (see the README, "Your own deployment")',
    );
  }
  const target: DrillInput['target'] = {
    ...besideConfig(base.target, config?.file),
    ...(flags.url !== undefined && { url: flags.url }),
    ...(flags.adminUrl !== undefined && { adminUrl: flags.adminUrl }),
    ...(flags.adapter !== undefined && { adapter: flags.adapter }),
  };
  return resolveDrill(mergeFlags({ ...base, target }, flags, scenarios), config?.file ?? 'the command line');
}

const targetFiles = ['adapter', 'accounts', 'adminSecretFile'] as const;

/** Files that a config names relatively are named as from its own folder. */
export function besideConfig(target: DrillInput['target'], config: string | undefined): DrillInput['target'] {
  if (config === undefined) return target;
  const beside = targetFiles.flatMap((name) => {
    const named = target?.[name];
    if (typeof named !== 'string' || !/^\.{1,2}\//.test(named)) return [];
    const file = path.relative('.', path.resolve(path.dirname(config), named));
    return existsSync(file) ? [[name, file] as const] : [];
  });
  return { ...target, ...Object.fromEntries(beside) };
}

export function repeatOf(flags: TargetFlags): string {
  const own = [
    flags.config && `--config ${flags.config}`,
    flags.url && `--url ${flags.url}`,
    flags.adminUrl && `--admin-url ${flags.adminUrl}`,
    flags.adapter && `--adapter ${flags.adapter}`,
    ...(flags.iOwn ?? []).map((host) => `--i-own ${host}`),
  ];
  return ['npx crosstalk run', ...own, flagsText(flags)].filter(Boolean).join(' ');
}
