// The same adapter by a team that thought of its files as private: nothing is said of their addresses.
import { defineTarget } from '../../../harness/targets/target.ts';
import { target as declaring } from './parse.target.ts';

export const target = defineTarget({ ...declaring, declares: { ...declaring.declares, capabilityUrls: [] } });
