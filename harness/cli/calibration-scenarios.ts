// The scenarios of a calibration: all there are, and those that its cases play with something taken out. A module of its own,
// for the k6 bundle takes its scenarios from one. Safe inside k6.
import { scenarios as ready } from '../../scenarios/index.ts';
import { namedScenarios } from '../calibration/cases.ts';
import { withVariants } from '../calibration/variants.ts';

export const scenarios = withVariants(ready, namedScenarios());
