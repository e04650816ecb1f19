// The player is emptied as its page is left: true of every sign-out, until pages changed without being left.
export function emptyAtSessionEnd(empty) {
  window.addEventListener('pagehide', empty);
}
