// What containers begin with. Node opens them (containers.ts); k6 can't, and says so by marking its result partial.
// Entries that a zip stores as they are need no opening: the scan sees them as they stand. Safe inside k6.
import { type Pattern, pattern } from './pattern.ts';

export type ContainerKind = 'gzip' | 'zlib' | 'zip' | 'base64';

/** The first four bits of a gzip header's flags are assigned, and one more; the rest must be zero (RFC 1952, 2.3.1). */
const gzipFlags = Array.from({ length: 32 }, (_, flags) => String.fromCharCode(flags)).join('');

/** gzip and zip, and either of them in base64: recognised wherever they begin. */
export const containerPatterns: readonly Pattern<ContainerKind>[] = [
  pattern<ContainerKind>('gzip', 0, ['\x1f', '\x8b', '\x08', gzipFlags]),
  pattern<ContainerKind>('zip', 0, ['P', 'K', '\x03', '\x04']),
  pattern<ContainerKind>('base64', 0, ['H', '4', 's', 'I', 'ABCDEFGH']),
  pattern<ContainerKind>('base64', 0, ['U', 'E', 's', 'D', 'B']),
];

/** zlib's two bytes are too common to be believed anywhere but at the very start (RFC 1950, 2.2). */
export function beginsAsZlib(first: number, second: number): boolean {
  return first === 0x78 && ((first << 8) | second) % 31 === 0;
}
