// The clinic's front door: flags in, one ready line out, and a clean end on SIGTERM, SIGINT or (with --with-parent) the end of stdin.
import { closeSync, openSync } from 'node:fs';
import { createAdmin } from './admin.ts';
import { bugs } from './bugs/index.ts';
import { listen } from './http.ts';
import { type ClinicOptions, OptionError, readOptions } from './options.ts';
import { type Deployment, startDeployment } from './supervisor.ts';
import { transcoderLine } from './transcoder.ts';

const mistakeExitCode = 3;

function endRequested(withParent: boolean): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    if (!withParent) return;
    process.stdin.resume();
    process.stdin.once('end', () => resolve());
    process.stdin.once('error', () => resolve());
  });
}

/** Found out before anything is started: the processes that write it can only break down. */
function requireWritable(accessLog: string): void {
  try {
    closeSync(openSync(accessLog, 'a'));
  } catch (error) {
    throw new OptionError(
      `--access-log ${accessLog || '(empty)'} can't be written (${messageOf(error)}); name a file in a folder that exists`,
    );
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What it runs on of this machine, each as a line to print; undefined where all came with npm. */
function linesOf({ parts, transcoder }: Deployment): readonly string[] | undefined {
  if (transcoder === null) return parts.runsOn;
  return [...(parts.runsOn ?? []), transcoderLine(transcoder)];
}

async function serve(options: ClinicOptions): Promise<void> {
  if (options.accessLog !== undefined) requireWritable(options.accessLog);
  const ended = endRequested(options.withParent);
  const starting = startDeployment(options);
  let deployment: Deployment | undefined;
  try {
    deployment = await starting;
    const adminPort = await listen(await createAdmin(deployment, options), options.adminPort);
    const { url } = deployment;
    const runsOn = linesOf(deployment);
    console.log(JSON.stringify({ ready: true, url, adminUrl: `http://127.0.0.1:${adminPort}`, runsOn }));
    await Promise.race([ended, deployment.parts.broken]);
  } finally {
    await deployment?.stop();
  }
}

async function main(): Promise<number> {
  const given = process.argv.slice(2);
  try {
    if (given.includes('--list-bugs')) console.log(JSON.stringify(bugs.map(({ seams: _, ...facts }) => facts)));
    else await serve(readOptions(given, process.env.CROSSTALK_CLINIC_ADMIN_SECRET));
    return 0;
  } catch (error) {
    console.error(
      given.includes('--verbose') && !(error instanceof OptionError) ? error : `clinic: ${messageOf(error)}`,
    );
    return mistakeExitCode;
  }
}

// The admin server and its connections would keep the process alive; everything that needs an orderly end has had it by now.
process.exit(await main());
