// Bytes between apps and cache vanish while their connections stay: only a time limit notices.
import { linkFault } from './link-mode.ts';

export const cacheHalfOpen = linkFault({
  kind: 'cache-half-open',
  summary: 'bytes between the apps and the shared cache vanish, the connections stay',
  link: 'cache',
  mode: 'half-open',
});
