// What the browser keeps for this clinic, as it was before the service worker kept pages.
export async function emptyDevice() {
  localStorage.clear();
  sessionStorage.clear();
}
