// Rolls the deployment back to its former version, which now reads what the newer one wrote.
import { rollFault } from './roll.ts';

export const deployRollback = rollFault('deploy-rollback', 'replaces every node by version v1 again', 'v1');
