// The same drill with accounts that exist already (make-accounts.ts): nothing is lent and nobody is erased, and it is over much sooner.
import { defineDrill } from '../../../harness/drill.ts';
import drill from './crosstalk.config.ts';

export default defineDrill({ ...drill, target: { ...drill.target, accountsEnv: 'SOLID_ACCOUNTS' } });
