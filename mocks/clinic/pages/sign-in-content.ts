// The form for signing in: the page of that name, and what anybody meets who opens a personal page without being signed in.
import { html } from './html.ts';
import type { Content } from './layout.ts';

export function signInContent(problem: string | null = null, email = ''): Content {
  const alert = problem === null ? null : html`<p role="alert" class="problem">${problem}</p>`;
  return {
    title: 'Sign in',
    body: html`${alert}<form method="post" action="/sign-in" class="stacked">
<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="username" required value="${email}">
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Sign in</button>
</form>`,
  };
}
