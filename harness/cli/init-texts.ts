// The drill's file and the CI job that `crosstalk init` writes.
import { isLoopback } from '../loopback.ts';
import type { NewFile } from './init-files.ts';

export interface Deployment {
  readonly name: string;
  readonly url: string;
  readonly adminUrl: string | undefined;
  /** A ready adapter, or the file of the one that was written. */
  readonly adapter: string;
  /** Undefined: there is no administrator. */
  readonly secretEnv: string | undefined;
  /** Accounts that exist already. */
  readonly accounts?: { readonly file: string; readonly columns: readonly string[] };
  /** Hosts that are spoken to besides. */
  readonly otherHosts?: readonly string[];
}

/** As a file may be called. */
export const nameOf = (url: string): string => {
  const [first = ''] = new URL(url).hostname.split('.');
  return /^[a-z][a-z0-9-]*$/.test(first) && first !== 'localhost' ? first : 'local';
};

export const notName = (text: string): string | null =>
  /^[a-z][a-z0-9-]{0,39}$/.test(text)
    ? null
    : `"${text}" is no name: small letters, digits and hyphens, as in staging-eu`;

export const ciSystems = ['github', 'gitlab', 'none'] as const;
export type CiSystem = (typeof ciSystems)[number];

/** Hosts other than this machine, which need a confirmation. */
export const distantHosts = ({
  url,
  adminUrl,
  otherHosts = [],
}: Pick<Deployment, 'url' | 'adminUrl' | 'otherHosts'>): readonly string[] => {
  const own = [url, adminUrl ?? url].map((each) => new URL(each).hostname);
  return [...new Set([...own, ...otherHosts])].filter((host) => !isLoopback(host));
};

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export function configText(deployment: Deployment, importedFrom: string): string {
  const { name, url, adminUrl, adapter, secretEnv, accounts } = deployment;
  const hosts = distantHosts(deployment);
  return [
    `// The drill of ${name}. Each field, and what else there is: the README of Crosstalk, "The drill".`,
    `import { defineDrill } from ${quoted(importedFrom)};`,
    '',
    'export default defineDrill({',
    '  target: {',
    `    adapter: ${quoted(adapter)},`,
    `    url: ${quoted(url)},`,
    ...(adminUrl === undefined ? [] : [`    adminUrl: ${quoted(adminUrl)},`]),
    ...(secretEnv === undefined
      ? []
      : [
          "    // The name of the variable that holds the administrator's secret; the secret itself is written nowhere.",
          `    adminSecretEnv: ${quoted(secretEnv)},`,
        ]),
    ...(accounts === undefined
      ? []
      : [
          `    // Accounts that exist already and belong to nobody, with the columns ${accounts.columns.join(', ')}; chmod 600.`,
          `    accounts: ${quoted(accounts.file)},`,
        ]),
    '  },',
    ...(hosts.length === 0 ? [] : [`  allowHosts: [${hosts.map(quoted).join(', ')}],`]),
    '  durationMs: 120_000,',
    '  sessions: 48,',
    '});',
    '',
  ].join('\n');
}

const holds = 'Exit 1 is a leak, exit 2 means that nothing was proved: both hold a release up.';

export function ciFile(system: CiSystem, deployment: Deployment): NewFile | null {
  const owned = distantHosts(deployment).map((host) => ` --i-own ${host}`);
  const command = `npx crosstalk run${owned.join('')} --duration 3m --strict`;
  const { secretEnv } = deployment;
  const start = owned.length > 0 ? [] : ['# TODO the deployment is on this machine: start it here, before the drill.'];
  if (system === 'github') {
    const lines = [
      `# Drills the deployment with Crosstalk. ${holds}`,
      'name: crosstalk',
      'on: [push, workflow_dispatch]',
      'jobs:',
      '  drill:',
      '    runs-on: ubuntu-latest',
      '    timeout-minutes: 20',
      '    permissions:',
      '      contents: read',
      '      security-events: write # for code scanning',
      '    steps:',
      '      - uses: actions/checkout@v4',
      '      - uses: actions/setup-node@v4',
      '        with: { node-version: 22, cache: npm }',
      '      - run: npm ci',
      ...start.map((line) => `      ${line}`),
      `      - run: ${command}`,
      ...(secretEnv === undefined ? [] : ['        env:', `          ${secretEnv}: \${{ secrets.${secretEnv} }}`]),
      '      - uses: github/codeql-action/upload-sarif@v4',
      '        if: always()',
      '        with: { sarif_file: runs/latest/results.sarif, category: crosstalk }',
      '      - uses: actions/upload-artifact@v4',
      '        if: always()',
      '        with: { name: crosstalk, path: runs }',
    ];
    return { name: '.github/workflows/crosstalk.yml', text: `${lines.join('\n')}\n` };
  }
  if (system === 'none') return null;
  const lines = [
    `# Drills the deployment with Crosstalk. ${holds}`,
    `# To be included by .gitlab-ci.yml${secretEnv === undefined ? '' : `; ${secretEnv} is a masked variable of the project`}.`,
    'crosstalk:',
    '  image: node:22',
    '  timeout: 20 minutes',
    '  script:',
    '    - npm ci',
    ...start.map((line) => `    ${line}`),
    `    - ${command}`,
    '  artifacts:',
    '    when: always',
    '    paths: [runs]',
    '    reports:',
    '      junit: runs/latest/junit.xml',
    '      codequality: runs/latest/gl-code-quality-report.json',
  ];
  return { name: 'crosstalk.gitlab-ci.yml', text: `${lines.join('\n')}\n` };
}
