// What the browser keeps for this clinic beside the pages themselves, emptied when a session ends here. The server asks the browser for
// the same; whichever of the two it understands is enough.
export async function emptyDevice() {
  localStorage.clear();
  sessionStorage.clear();
  if (!('caches' in window)) return;
  for (const name of await caches.keys()) await caches.delete(name);
}
