// The network resets every connection between apps and cache, again and again: replies break off in the middle.
import { linkFault } from './link-mode.ts';

export const cacheReset = linkFault({
  kind: 'cache-reset',
  summary: 'the network resets every connection between the apps and the shared cache',
  link: 'cache',
  mode: 'reset',
});
