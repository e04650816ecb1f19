// Mechanism: pages say `no-cache`, which means "ask before you use it again" and not "don't keep it". Going back is not asking again: the
// browser shows the page as it was left, alive or from its cache, and nothing in the page looks whose session it is by now.
// Trigger: in one browser A leaves a page and signs out, B signs in and goes back, beyond their own pages.
// Must ring: foreign-listing, afterlife, on the screen. Who never goes back sees nothing.
// Incident: none named in public; it is in every guide to testing sign-outs (OWASP WSTG-SESS-06 asks for it).
import { type Bug, everywhere } from './bug.ts';
import { keptAs, unwatched, withAssets } from './shared-device.ts';

export const sharedDeviceBackButton: Bug = {
  id: 'shared-device-back-button',
  incident: 'the back button after signing out (library evidence)',
  link: 'https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/06-Session_Management_Testing/06-Testing_for_Logout_Functionality',
  topologies: everywhere,
  seams: {
    personalHeaders: keptAs('private, no-cache'),
    clearedAtSignOut: '',
    assetFile: withAssets(unwatched),
  },
};
