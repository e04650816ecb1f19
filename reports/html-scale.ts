// Round numbers for the axes of the timeline.

/** From 0 in equal round steps up to the first at or above `max`; about `stepsWanted` of them, and never above 20. */
export function ticksOf(max: number, stepsWanted: number): number[] {
  const top = Number.isFinite(max) && max > 0 ? max : 1;
  const step = roundStep(top / Math.min(Math.max(stepsWanted, 1), 10));
  const stepCount = Math.min(20, Math.ceil(top / step));
  return Array.from({ length: stepCount + 1 }, (_, index) => index * step);
}

/** The smallest of 1, 2, 5, 10, 15, 30, 60 … that is no smaller than asked: round as a count and as a time alike. */
function roundStep(atLeast: number): number {
  const small = [1, 2, 5, 10, 20, 30, 60].find((step) => step >= atLeast);
  if (small !== undefined) return small;
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const digit = [1, 2, 5, 10].find((step) => step * power >= atLeast) ?? 10;
  return digit * power;
}

/** `40 s` in a short run; in a longer one minutes and seconds, `1:40`, or hours and minutes, `2 h 05`. */
export function tickLabel(second: number, spanMs: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  if (spanMs <= 120_000) return second === 0 ? '0' : `${second} s`;
  if (spanMs <= 7_200_000) return `${Math.floor(second / 60)}:${two(second % 60)}`;
  return `${Math.floor(second / 3_600)} h ${two((second % 3_600) / 60)}`;
}
