// Rolls the deployment to its next version: a new key format, a changed query, a forgotten default meet the old ones.
import { rollFault } from './roll.ts';

export const deployUpgrade = rollFault('deploy-upgrade', 'replaces every node by version v2, one after another', 'v2');
