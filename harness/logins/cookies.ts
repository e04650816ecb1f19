// The value of a cookie by name out of `Set-Cookie` lines, which drivers join by commas. Safe inside k6.

/** `lines` newest first. One that was set to nothing is none. Dates have commas too; a name behind one is never part of a date. */
export function cookieIn(lines: readonly (string | undefined)[], name: string): string | undefined {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`(?:^|,\\s*)${escaped}=([^;,]*)`, 'g');
  for (const line of lines) {
    const found = [...(line ?? '').matchAll(pattern)].at(-1)?.[1];
    if (found !== undefined && found !== '') return found;
  }
  return undefined;
}
