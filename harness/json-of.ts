/** What the text says as JSON; undefined where it is none, which no shape takes. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
