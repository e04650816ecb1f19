// Which cluster a context of a kubeconfig speaks of, read by ourselves: before the drill may touch a host, it must be known which.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import type * as yaml from 'yaml';
import { z } from 'zod';
import { secretIn } from './system.ts';

const shape = z.object({
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string() }) })).default([]),
  clusters: z.array(z.object({ name: z.string(), cluster: z.object({ server: z.url() }) })).default([]),
});

export interface KubeconfigPlace {
  readonly context: string;
  readonly kubeconfigFile?: string | undefined;
  readonly kubeconfigEnv?: string | undefined;
}

export interface Kubeconfig {
  readonly text: string;
  /** What paths in it are relative to. */
  readonly folder: string;
  /** Of the API server. */
  readonly server: string;
}

export function readKubeconfig({ context, kubeconfigFile, kubeconfigEnv }: KubeconfigPlace): Kubeconfig {
  const secret = secretIn(kubeconfigEnv, 'the kubeconfig');
  const file = path.resolve(kubeconfigFile ?? usualFile());
  const where = kubeconfigEnv ?? file;
  const text = secret ?? readFileSync(file, 'utf8');
  const config = shape.safeParse(parsed(text));
  if (!config.success) throw new Error(`${where} is no kubeconfig, or names a server that is no address`);
  const { contexts, clusters } = config.data;
  const chosen = contexts.find(({ name }) => name === context);
  const names = contexts.map(({ name }) => name).join(', ') || 'none';
  if (!chosen) throw new Error(`${where} has no context "${context}"; it has ${names}`);
  const cluster = clusters.find(({ name }) => name === chosen.context.cluster);
  if (!cluster) throw new Error(`${where} has no cluster "${chosen.context.cluster}", which its context names`);
  return { text, folder: path.dirname(file), server: cluster.cluster.server };
}

function usualFile(): string {
  const { KUBECONFIG } = process.env;
  if (!KUBECONFIG) return path.join(homedir(), '.kube', 'config');
  if (!KUBECONFIG.includes(path.delimiter)) return KUBECONFIG;
  throw new Error('KUBECONFIG names several files; name the one that is meant as kubeconfigFile');
}

/** What YAML says of a mistake quotes the line, which may hold a secret. */
function parsed(text: string): unknown {
  // Asked for when it is needed: every command reads this file.
  const { parse } = createRequire(import.meta.url)('yaml') as typeof yaml;
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
