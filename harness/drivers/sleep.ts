// Waiting by the clock: under load k6 has been seen to fire a timer early. Safe inside k6.

export async function sleep(ms: number): Promise<void> {
  const endsAt = Date.now() + ms;
  for (let leftMs = ms; leftMs > 0; leftMs = endsAt - Date.now()) {
    await new Promise<void>((resolve) => setTimeout(resolve, leftMs));
  }
}
