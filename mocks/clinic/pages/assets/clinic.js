// The page's script: everything works without it. It keeps the player while pages change, tells what happens, and watches over whose
// session the page shows.
import { watchCall } from './call.js';
import { watchLive } from './live.js';
import { watchNavigation } from './navigation.js';
import { watchPlayer } from './player.js';
import { watchSession } from './session-guard.js';

watchSession();
watchNavigation();
watchPlayer();
watchCall();
watchLive();

// Once more with each page: when a session ends, the browser is told to forget the worker too.
function keepShell() {
  navigator.serviceWorker?.register('/service-worker.js').catch(() => {});
}

keepShell();
document.addEventListener('page-shown', keepShell);
