// Numbers as people read them, the same on every machine.

/** 2310 as `2,310`. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** 0.001296 as `0.13 %`: two significant digits, rounded up, for an upper bound must not shrink in print. */
export function percentText(fraction: number): string {
  const percent = fraction * 100;
  if (percent <= 0) return '0 %';
  const decimals = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(percent))));
  const scale = 10 ** decimals;
  // What is exact to within floating point is not pushed up a step.
  return `${(Math.ceil(percent * scale - 1e-9) / scale).toFixed(decimals)} %`;
}
