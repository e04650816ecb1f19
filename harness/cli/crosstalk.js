#!/usr/bin/env node
// The `crosstalk` command: lets Node read TypeScript, then hands over. By both of Node's ways, for a project's drill and adapter are
// CommonJS or ES modules as its package.json says.
import { register as registerCommonJs } from 'tsx/cjs/api';
import { register } from 'tsx/esm/api';

registerCommonJs();
register();
await import('./main.ts');
